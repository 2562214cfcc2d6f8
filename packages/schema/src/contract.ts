/** Odoo's values as the contract's JSON (being built: the signature is settled). */

import type { FieldMetadata, Json, ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
export function toContractValue(_field: FieldMetadata, _value: unknown): Json {
  throw new OdoorwayError("internal_error");
}
export function toContractRecord(
  _metadata: ModelMetadata,
  _record: Readonly<Record<string, unknown>>,
): Record<string, Json> {
  throw new OdoorwayError("internal_error");
}
