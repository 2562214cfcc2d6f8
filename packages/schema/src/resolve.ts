/** Answers to values (being built: the signature is settled). */
import { OdoorwayError } from "@odoorway/core";
import type { Checked, Lookup, Resolved } from "./types.js";
export function resolve(
  _checked: readonly Checked[],
  _lookups: readonly Lookup[],
  _answers: readonly unknown[],
): Resolved[] {
  throw new OdoorwayError("internal_error");
}
