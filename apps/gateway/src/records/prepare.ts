/**
 * From what a request says to the plan of its write: checked against the connected Odoo's metadata, looked up with at
 * most one call a model, judged by the state of the records, planned. Nothing is written here.
 */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
import {
  type CheckContext,
  type Checked,
  checkOperation,
  checkRecord,
  type Decimals,
  type Lookup,
  planLookups,
  type Resolved,
  resolve,
} from "@odoorway/schema";
import type { StaleMetadata } from "../metadata.js";
import { withFreshMetadata } from "./fresh-metadata.js";
import type { RecordParts } from "./parts.js";
import { planWrite, type WriteIntent, type WritePlan } from "./plan.js";

export interface Incoming {
  readonly values: unknown;
  /** RFC 6901 pointer of the values in the body. */
  readonly pointer: string;
}

export interface PrepareOptions {
  /** @default what the parts say */
  readonly decimals?: Decimals;
}

/** A plan with the metadata that it was judged by, as far as that is not Odoo's last word. */
export interface PreparedWrite extends WritePlan {
  readonly stale: StaleMetadata | undefined;
}

/**
 * The plan of a write.
 * @param incoming the records of the body; none for a deletion or an action
 * @throws OdoorwayError what planWrite throws; model_not_found; what the look-ups met on the way to Odoo
 */
export function prepareWrite(
  parts: RecordParts,
  model: string,
  intent: WriteIntent,
  incoming: readonly Incoming[] = [],
  { decimals = parts.decimals }: PrepareOptions = {},
): Promise<PreparedWrite> {
  return withFreshMetadata(parts, model, async (metadata) => {
    const known = new Map<string, ModelMetadata>([[model, metadata]]);
    const checked = await checkAll(parts, known, (models) =>
      check(metadata, intent, incoming, { metadata: models, decimals }),
    );
    const resolved = await lookUpAll(parts, checked);
    const plan = planWrite(metadata, intent, resolved, (name) => known.get(name));
    return { ...plan, stale: parts.metadata.stale([...known.keys()]) };
  });
}

/** Checks again with the metadata of related models until none is missing. */
async function checkAll(
  parts: RecordParts,
  known: Map<string, ModelMetadata>,
  check: (models: (name: string) => ModelMetadata | undefined) => Checked[],
): Promise<Checked[]> {
  for (;;) {
    const checked = check((name) => known.get(name));
    const missing = new Set(checked.flatMap((record) => record.missingModels).filter((name) => !known.has(name)));
    if (missing.size === 0) return checked;
    await Promise.all([...missing].map(async (name) => known.set(name, await parts.metadata.model(name))));
  }
}

function check(
  metadata: ModelMetadata,
  intent: WriteIntent,
  incoming: readonly Incoming[],
  shared: Pick<CheckContext, "metadata" | "decimals">,
): Checked[] {
  switch (intent.operation) {
    case "delete":
      return [checkOperation(metadata, intent.id, { delete: true }, shared)];
    case "action":
      return [checkOperation(metadata, intent.id, { action: intent.method }, shared)];
    case "update":
      return incoming.map(({ values, pointer }) =>
        checkRecord(metadata, values, {
          ...shared,
          mode: "write",
          ...(intent.id === undefined ? {} : { id: intent.id }),
          pointer,
        }),
      );
    default:
      return incoming.map(({ values, pointer }) =>
        checkRecord(metadata, values, { ...shared, mode: "create", pointer }),
      );
  }
}

async function lookUpAll(parts: RecordParts, checked: readonly Checked[]): Promise<Resolved[]> {
  const lookups = planLookups(checked);
  const answers = await Promise.all(lookups.map((lookup) => lookUp(parts, lookup, checked)));
  return resolve(checked, lookups, answers);
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

/**
 * A field may point to a model that is gone, hidden, or not to be searched (account.code.mapping says so in words, or with an
 * error of its own): what it holds can still be written back.
 */
const hiding = new Set(["access_model_denied", "model_not_found", "user_error_business_rule", "server_exception"]);

async function unlessDenied(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OdoorwayError && hiding.has(error.code)) return undefined;
    throw error;
  }
}
