/**
 * PUT by external id: the caller's own key decides whether a record is made or changed, so the same PUT
 * may be sent any number of times. A record that is there is written; one that is not is made by load(),
 * which creates the record and its external id in one transaction, or updates should another writer have
 * come first.
 */
import { isExternalId, OdoorwayError } from "@odoorway/core";
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route } from "../http/route.js";
import { execute } from "../records/execute.js";
import { withFreshMetadata } from "../records/fresh-metadata.js";
import type { RecordParts } from "../records/parts.js";
import { prepareWrite } from "../records/prepare.js";
import { fieldsToShow, staleHeaders } from "../records/representation.js";
import { decimalsOf, decimalsParameter, fieldsParameter, recordBody } from "./parameters.js";
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
  const plan = await prepareWrite(parts, model, intent, [{ values: request.body, pointer: "" }], { decimals });
  const headers = staleHeaders(plan.stale);
  if (intent.operation === "load") {
    if (request.headers["if-match"] !== undefined)
      throw new OdoorwayError("precondition_failed", {
        evidence: { received: String(request.headers["if-match"]).slice(0, 200), current: "not there" },
      });
    return showWritten(parts, metadata, Number(await execute(parts, metadata, plan)), fields, 201, headers);
  }
  if (request.headers["if-none-match"]?.toString().trim() === "*")
    throw new OdoorwayError("precondition_failed", { evidence: { received: "none", current: `id ${intent.id}` } });
  await checkIfMatch(parts, metadata, intent.id, fields, request);
  await execute(parts, metadata, plan);
  return showWritten(parts, metadata, intent.id, fields, 200, headers);
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
