/** Field lists and orders (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
/** "name,country_id" → names. Throws invalid_parameter. */
export function parseFieldList(_metadata: ModelMetadata, _text: string): string[] {
  throw new OdoorwayError("internal_error");
}
/** "name desc, id" → the same, normalised. Throws invalid_parameter. */
export function parseOrder(_metadata: ModelMetadata, _text: string): string {
  throw new OdoorwayError("internal_error");
}
