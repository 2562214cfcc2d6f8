/** Planned look-ups (being built: the signature is settled). */
import { OdoorwayError } from "@odoorway/core";
import type { Checked, Lookup } from "./types.js";
export function planLookups(_checked: readonly Checked[]): Lookup[] {
  throw new OdoorwayError("internal_error");
}
