/** The values of a request against the connected Odoo's metadata: checked, looked up, ready to send. */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { type Checked, checkRecord, type Lookup, planLookups, resolve } from "@odoorway/schema";
import type { RecordParts } from "./parts.js";

export interface Incoming {
  readonly values: unknown;
  /** RFC 6901 pointer of the values in the body. */
  readonly pointer: string;
}

/**
 * Values exactly as Odoo's create and write take them, in the order given.
 * @throws OdoorwayError validation_failed with every problem of every record at once; model_not_found
 */
export async function checkValues(
  parts: RecordParts,
  model: string,
  incoming: readonly Incoming[],
  mode: "create" | "write",
): Promise<Record<string, unknown>[]> {
  const checked = await checkAll(parts, model, incoming, mode);
  const lookups = planLookups(checked);
  const answers = await Promise.all(lookups.map((lookup) => lookUp(parts, lookup, checked)));
  const resolved = resolve(checked, lookups, answers);
  const errors = resolved.flatMap((record) => record.problems);
  if (errors.length > 0)
    throw new OdoorwayError("validation_failed", { evidence: { model, count: errors.length }, errors });
  return resolved.map((record) => record.values);
}

/** Checks again with the metadata of related models until none is missing. */
async function checkAll(
  parts: RecordParts,
  model: string,
  incoming: readonly Incoming[],
  mode: "create" | "write",
): Promise<Checked[]> {
  const metadata = await parts.metadata.model(model);
  const known = new Map<string, ModelMetadata>([[model, metadata]]);
  for (;;) {
    const checked = incoming.map(({ values, pointer }) =>
      checkRecord(metadata, values, { mode, pointer, metadata: (name) => known.get(name) }),
    );
    const missing = new Set(checked.flatMap((record) => record.missingModels).filter((name) => !known.has(name)));
    if (missing.size === 0) return checked;
    await Promise.all([...missing].map(async (name) => known.set(name, await parts.metadata.model(name))));
  }
}

/**
 * External ids are not searched for directly, since ordinary users may not read where Odoo keeps them.
 * A related model that this user may not read is left to Odoo to judge.
 */
async function lookUp(parts: RecordParts, lookup: Lookup, checked: readonly Checked[]): Promise<unknown> {
  if (lookup.purpose === "records") return unlessDenied(callOf(parts, lookup));
  const wanted = checked
    .flatMap((record) => record.references)
    .flatMap(({ target }) => (target.kind === "external_id" ? [target.externalId] : []));
  const found = await parts.externalIds.find(wanted);
  return [...found].map(([externalId, { model, id }]) => {
    const dot = externalId.indexOf(".");
    return { module: externalId.slice(0, dot), name: externalId.slice(dot + 1), model, res_id: id };
  });
}

function callOf(parts: RecordParts, { model, method, args, kwargs }: Lookup): Promise<unknown> {
  return parts.caller.call(model, method, args, kwargs);
}

async function unlessDenied(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OdoorwayError && error.code === "access_model_denied") return undefined;
    throw error;
  }
}
