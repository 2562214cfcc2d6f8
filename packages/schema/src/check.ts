/** Checks one record (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import type { CheckContext, Checked } from "./types.js";
export function checkRecord(_metadata: ModelMetadata, _values: unknown, _context: CheckContext): Checked {
  throw new OdoorwayError("internal_error");
}
