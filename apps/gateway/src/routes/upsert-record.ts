/**
 * PUT by external id: the caller's own key decides whether a record is made or changed, so the same PUT
 * may be sent any number of times. A record that is there is written; one that is not is made by load(),
 * which creates the record and its external id in one transaction, or updates should another writer have
 * come first.
 */
import { isExternalId, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route } from "../http/route.js";
import { checkValues } from "../records/check.js";
import { loadRecord } from "../records/load-record.js";
import type { RecordParts } from "../records/parts.js";
import { fieldsToShow } from "../records/representation.js";
import { fieldsParameter, recordBody } from "./parameters.js";
import { checkIfMatch, showWritten } from "./write-records.js";

/** Milliseconds before the second and the last try of a conflict; each pause is twice the one before. */
const firstPause = 100;
const longestPause = 800;

export function upsertRoutes(parts: RecordParts): Route[] {
  return [
    {
      method: "PUT",
      path: "/v1/records/{model}/by-key/{key}",
      operation: "upsertRecord",
      summary: "Create or change the record of an external id; safe to send again",
      tag: "records",
      scope: "records:write",
      parameters: { fields: fieldsParameter },
      body: recordBody,
      produces: json,
      answers: { 200: "The record was there and was changed.", 201: "The record was made." },
      handle: (request) => upsert(parts, request),
    },
  ];
}

async function upsert(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const model = request.params.model ?? "";
  const key = readKey(request.params.key ?? "");
  const metadata = await parts.metadata.model(model);
  const fields = await fieldsToShow(parts, metadata, request.query);
  const existing = (await parts.externalIds.find([key])).get(key);
  if (existing && existing.model !== model)
    throw new OdoorwayError("key_of_other_model", { evidence: { key, model, received: existing.model } });
  const incoming = [{ values: request.body, pointer: "" }];
  if (!existing) {
    const [values = {}] = await checkValues(parts, model, incoming, "create");
    if (request.headers["if-match"] !== undefined)
      throw new OdoorwayError("precondition_failed", {
        evidence: { received: String(request.headers["if-match"]).slice(0, 200), current: "not there" },
      });
    return showWritten(parts, metadata, await loadWithRetries(parts, metadata, key, values), fields, 201);
  }
  const [values = {}] = await checkValues(parts, model, incoming, "write");
  if (request.headers["if-none-match"]?.toString().trim() === "*")
    throw new OdoorwayError("precondition_failed", { evidence: { received: "none", current: `id ${existing.id}` } });
  await checkIfMatch(parts, metadata, existing.id, fields, request);
  if (Object.keys(values).length > 0) await parts.caller.call(model, "write", [[existing.id], values]);
  return showWritten(parts, metadata, existing.id, fields, 200);
}

function readKey(key: string): string {
  if (isExternalId(key) && key.length <= 200) return key;
  throw invalidParameter(
    "key",
    JSON.stringify(key.slice(0, 100)),
    "an external id like shop.customer_17, of at most 200 characters",
  );
}

/**
 * Two writers of one key at once: Odoo rolls one back and says so in load()'s messages, where the client
 * cannot see that it is worth another try. load() by external id doubles nothing, so it is tried again.
 */
async function loadWithRetries(
  parts: RecordParts,
  metadata: ModelMetadata,
  key: string,
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  for (let pause = firstPause; ; pause *= 2) {
    try {
      return await load(parts, metadata, key, values);
    } catch (error) {
      const conflict = error instanceof OdoorwayError && error.code === "serialization_failure";
      if (!conflict || pause > longestPause) throw error;
      await parts.clock.sleep(pause * (0.5 + parts.random() / 2));
    }
  }
}

/** The id of the record that load() made. @throws OdoorwayError what load() said of the values */
async function load(
  parts: RecordParts,
  metadata: ModelMetadata,
  key: string,
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { model } = metadata;
  const related = await relatedModels(parts, metadata, values);
  const { fields, rows, problems } = loadRecord(metadata, key, values, (name) => related.get(name));
  if (problems.length > 0)
    throw new OdoorwayError("validation_failed", { evidence: { model, count: problems.length }, errors: problems });
  const answer = await parts.caller.call(model, "load", [fields, rows], { context: { tz: "UTC" } });
  const { ids, messages } = answer as { ids: number[] | false; messages: { message: string }[] };
  const id = ids === false ? undefined : ids[0];
  if (id !== undefined) return id;
  const said = messages[0] ?? { message: "load() saved nothing and gave no reason" };
  throw toError(diagnose({ kind: "load", message: said }, { model, method: "load" }));
}

/** Metadata of the models whose lines the values create, at any depth. */
async function relatedModels(
  parts: RecordParts,
  metadata: ModelMetadata,
  values: Readonly<Record<string, unknown>>,
  known = new Map<string, ModelMetadata>(),
): Promise<Map<string, ModelMetadata>> {
  for (const [name, value] of Object.entries(values)) {
    const field = metadata.fields[name];
    if (field?.type !== "one2many" || field.relation === undefined || !Array.isArray(value)) continue;
    const relation = known.get(field.relation) ?? (await parts.metadata.model(field.relation));
    known.set(field.relation, relation);
    for (const command of value)
      if (Array.isArray(command) && command[0] === 0)
        await relatedModels(parts, relation, command[2] as Readonly<Record<string, unknown>>, known);
  }
  return known;
}
