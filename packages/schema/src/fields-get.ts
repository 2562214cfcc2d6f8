/** fields_get to metadata (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
export function requiredToAsk(_answer: unknown): string[] {
  throw new OdoorwayError("internal_error");
}
export function readFieldsGet(
  _model: string,
  _label: string,
  _answer: unknown,
  _filled: Iterable<string>,
): ModelMetadata {
  throw new OdoorwayError("internal_error");
}
