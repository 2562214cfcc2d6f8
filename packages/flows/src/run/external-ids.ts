/** External ids of a batch, asked for model by model: who may not read ir.model.data finds them so in few calls. */
import type { CallOptions, ExternalIdSource, RecordReference } from "@odoorway/core";
import { groupBy } from "./group.js";

/** Those that exist, each asked for once. Rejects when Odoo cannot be asked. */
export async function findExternalIds(
  source: ExternalIdSource,
  wanted: readonly { readonly model: string; readonly externalId: string }[],
  options: CallOptions,
): Promise<Map<string, RecordReference>> {
  const found = new Map<string, RecordReference>();
  for (const [model, list] of groupBy(wanted, (one) => one.model)) {
    const ids = new Set(list.map(({ externalId }) => externalId));
    const known = await source.find([...ids], { ...options, model, many: ids.size });
    for (const [externalId, record] of known) found.set(externalId, record);
  }
  return found;
}
