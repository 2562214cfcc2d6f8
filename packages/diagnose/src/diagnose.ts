/** The one door: a failure of any transport to its diagnosis. */
import type { CallFacts, Diagnosis, OdooFailure } from "./types.js";

/** Diagnoses a failure. */
export function diagnose(_failure: OdooFailure, _call: CallFacts = {}): Diagnosis {
  return { code: "server_exception", evidence: { exception: "an exception" } };
}
