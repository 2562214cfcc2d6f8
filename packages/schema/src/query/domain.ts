/** Domains (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
export type KnownModels = (model: string) => ModelMetadata | undefined;
/** `domain`: JSON text or the parsed value. Throws invalid_domain. Gives the domain as Odoo takes it. */
export function parseDomain(_metadata: ModelMetadata, _domain: unknown, _known?: KnownModels): unknown[] {
  throw new OdoorwayError("internal_error");
}
