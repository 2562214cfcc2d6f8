/** JSON Schema pieces (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
export type JsonSchema = { readonly [keyword: string]: unknown };
/** Names like "res.partner", "res.partner.create", "res.partner.update": components/schemas of OpenAPI 3.1. */
export function modelSchemas(_metadata: ModelMetadata): Record<string, JsonSchema> {
  throw new OdoorwayError("internal_error");
}
export function commonSchemas(): Record<string, JsonSchema> {
  throw new OdoorwayError("internal_error");
}
