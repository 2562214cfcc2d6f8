/**
 * PUT by external id: the caller's own key decides whether a record is made or changed, so the same PUT
 * may be sent any number of times. A record that is there is written; one that is not is made by load(),
 * which creates the record and its external id in one transaction, or updates should another writer have
 * come first.
 */
import { isExternalId, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route } from "../http/route.js";
import { execute } from "../records/execute.js";
import { withFreshMetadata } from "../records/fresh-metadata.js";
import type { RecordParts } from "../records/parts.js";
import type { WriteIntent, WritePlan } from "../records/plan.js";
import { prepareWrite } from "../records/prepare.js";
import { fieldsToShow, staleHeaders } from "../records/representation.js";
import { decimalsOf, decimalsParameter, fieldsParameter, metadataHeader, recordBody } from "./parameters.js";
import { checkIfMatch, showWritten } from "./write-records.js";

export function upsertRoutes(parts: RecordParts): Route[] {
  return [
    {
      method: "PUT",
      path: "/v1/records/{model}/by-key/{key}",
      operation: "upsertRecord",
      summary: "Create or change the record of an external id; safe to send again",
      tag: "records",
      scope: "records:write",
      parameters: { fields: fieldsParameter, decimals: decimalsParameter },
      body: recordBody,
      produces: json,
      headers: metadataHeader,
      answers: { 200: "The record was there and was changed.", 201: "The record was made." },
      handle: (request) => upsert(parts, request),
    },
  ];
}

async function upsert(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const model = request.params.model ?? "";
  const key = readKey(request.params.key ?? "");
  const { metadata, fields } = await withFreshMetadata(parts, model, async (known) => ({
    metadata: known,
    fields: await fieldsToShow(parts, known, request.query),
  }));
  const intent = await upsertIntent(parts, model, key);
  const decimals = decimalsOf(request.query, parts.decimals);
  const prepare = (what: WriteIntent, values: unknown) =>
    prepareWrite(parts, model, what, [{ values, pointer: "" }], { decimals });
  const plan = await prepare(intent, request.body);
  const headers = staleHeaders(plan.stale);
  if (intent.operation === "load") {
    if (request.headers["if-match"] !== undefined)
      throw new OdoorwayError("precondition_failed", {
        evidence: { received: String(request.headers["if-match"]).slice(0, 200), current: "not there" },
      });
    const id = await make(parts, metadata, plan, () => makeInTwo(parts, metadata, intent, request.body, prepare));
    return showWritten(parts, metadata, id, fields, 201, headers);
  }
  if (request.headers["if-none-match"]?.toString().trim() === "*")
    throw new OdoorwayError("precondition_failed", { evidence: { received: "none", current: `id ${intent.id}` } });
  await checkIfMatch(parts, metadata, intent.id, fields, request);
  await execute(parts, metadata, plan);
  return showWritten(parts, metadata, intent.id, fields, 200, headers);
}

/**
 * The id of the record that load() made. Odoo 18.0 and 19.0 refuse a load() that makes a contact under another to users
 * without accounting rights, for the credit limit that it reads: then it is made in two calls.
 */
async function make(
  parts: RecordParts,
  metadata: ModelMetadata,
  plan: WritePlan,
  inTwo: () => Promise<number | undefined>,
) {
  try {
    return Number(await execute(parts, metadata, plan));
  } catch (error) {
    const made = error instanceof OdoorwayError && error.code === "access_field_denied" ? await inTwo() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

/** The record made without its relations to its own model, which are written after. Undefined when it has none. */
async function makeInTwo(
  parts: RecordParts,
  metadata: ModelMetadata,
  intent: WriteIntent,
  body: unknown,
  prepare: (what: WriteIntent, values: unknown) => Promise<WritePlan>,
): Promise<number | undefined> {
  const entries = Object.entries(body as Readonly<Record<string, unknown>>);
  const own = entries.filter(([name]) => {
    const field = metadata.fields[name];
    return field?.type === "many2one" && field.relation === metadata.model;
  });
  if (own.length === 0) return undefined;
  const others = Object.fromEntries(entries.filter((entry) => !own.includes(entry)));
  const id = Number(await execute(parts, metadata, await prepare(intent, others)));
  // Should this fail, the same PUT again finds the record and writes the rest.
  await execute(parts, metadata, await prepare({ operation: "update", id }, Object.fromEntries(own)));
  return id;
}

/** What a PUT under the key would do now. @throws OdoorwayError key_of_other_model */
export async function upsertIntent(
  parts: RecordParts,
  model: string,
  key: string,
): Promise<{ operation: "update"; id: number } | { operation: "load"; key: string }> {
  const existing = (await parts.externalIds.find([key])).get(key);
  if (existing === undefined) return { operation: "load", key };
  if (existing.model !== model)
    throw new OdoorwayError("key_of_other_model", { evidence: { key, model, received: existing.model } });
  return { operation: "update", id: existing.id };
}

/** The external id of an address. @throws OdoorwayError invalid_parameter */
export function readKey(key: string): string {
  if (isExternalId(key) && key.length <= 200) return key;
  throw invalidParameter(
    "key",
    JSON.stringify(key.slice(0, 100)),
    "an external id like shop.customer_17, of at most 200 characters",
  );
}
