/** A diagnosis as the one error class. */
import { OdoorwayError } from "@odoorway/core";
import type { Diagnosis } from "./types.js";

/** Builds the error of a diagnosis. `below` is what was thrown underneath, for the log alone. */
export function toError(diagnosis: Diagnosis, below?: unknown): OdoorwayError {
  return new OdoorwayError(diagnosis.code, {
    evidence: diagnosis.evidence,
    ...(diagnosis.odoo === undefined ? {} : { odoo: diagnosis.odoo }),
    ...(diagnosis.happened === undefined ? {} : { happened: diagnosis.happened }),
    ...(diagnosis.retryable === undefined ? {} : { retryable: diagnosis.retryable }),
    ...(diagnosis.retryAfter === undefined ? {} : { retryAfter: diagnosis.retryAfter }),
    ...(below === undefined ? {} : { cause: below }),
  });
}
