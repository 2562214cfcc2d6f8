/** field=value, field[op]=value (being built: the signature is settled). */

import type { ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import type { KnownModels } from "./domain.js";
/** Query parameters to a domain: only the entries that are filters, the reserved names taken out. Throws unknown_parameter, invalid_parameter. */
export function parseFilters(
  _metadata: ModelMetadata,
  _entries: Iterable<readonly [string, string]>,
  _known?: KnownModels,
): unknown[] {
  throw new OdoorwayError("internal_error");
}
