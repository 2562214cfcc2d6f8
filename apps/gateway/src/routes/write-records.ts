/**
 * Records written. Each route plans its one call before it makes it, and a plain create is never sent
 * twice: a lost answer is reported as such, with `happened` unknown.
 */
import { type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { execute } from "../records/execute.js";
import { withFreshMetadata } from "../records/fresh-metadata.js";
import type { RecordParts } from "../records/parts.js";
import { type Incoming, prepareWrite } from "../records/prepare.js";
import {
  etagOf,
  fieldsToShow,
  missing,
  namesEtag,
  readId,
  readRecord,
  staleHeaders,
  withArchived,
} from "../records/representation.js";
import {
  decimalsOf,
  decimalsParameter,
  fieldsParameter,
  metadataHeader,
  recordBody,
  recordsBody,
} from "./parameters.js";

/** Records of one POST; larger jobs are imports. */
const mostRecords = 1000;

export function writeRecordRoutes(parts: RecordParts): Route[] {
  const shared = { tag: "records", scope: "records:write", produces: json, headers: metadataHeader } as const;
  return [
    {
      ...shared,
      method: "POST",
      path: "/v1/records/{model}",
      operation: "createRecords",
      summary: "Create a record, or up to 1000 in one transaction",
      parameters: { fields: fieldsParameter, decimals: decimalsParameter },
      body: recordsBody,
      answers: { 201: "The record as it is now, with Location and ETag; of an array, the ids in its order." },
      handle: (request) => createRecords(parts, request),
    },
    {
      ...shared,
      method: "PATCH",
      path: "/v1/records/{model}/{id}",
      operation: "updateRecord",
      summary: "Change some fields of a record",
      parameters: { fields: fieldsParameter, decimals: decimalsParameter },
      body: recordBody,
      answers: { 200: "The record as it is now, with its ETag." },
      handle: (request) => updateRecord(parts, request),
    },
    {
      ...shared,
      method: "DELETE",
      path: "/v1/records/{model}/{id}",
      operation: "deleteRecord",
      summary: "Delete a record",
      body: noBody,
      answers: { 204: "The record is gone." },
      handle: (request) => deleteRecord(parts, request),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/records/{model}/{id}/actions/{method}",
      operation: "runAction",
      summary: "Press an allow-listed button of a record",
      body: noBody,
      answers: { 200: "What the method returned." },
      handle: (request) => runAction(parts, request),
    },
  ];
}

async function createRecords(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const model = request.params.model ?? "";
  const { metadata, fields } = await shownOf(parts, request);
  const decimals = decimalsOf(request.query, parts.decimals);
  const plan = await prepareWrite(parts, model, { operation: "create" }, incomingOf(request.body), { decimals });
  const ids = (await execute(parts, metadata, plan)) as number[];
  const headers = staleHeaders(plan.stale);
  if (Array.isArray(request.body)) return { status: 201, headers, body: { json: { data: ids.map((id) => ({ id })) } } };
  return showWritten(parts, metadata, ids[0] ?? 0, fields, 201, headers);
}

async function updateRecord(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const model = request.params.model ?? "";
  const { metadata, fields } = await shownOf(parts, request);
  const decimals = decimalsOf(request.query, parts.decimals);
  const incoming = [{ values: request.body, pointer: "" }];
  const plan = await prepareWrite(parts, model, { operation: "update", id }, incoming, { decimals });
  await checkIfMatch(parts, metadata, id, fields, request);
  if (plan.calls.length === 0) await checkExists(parts, model, id);
  await execute(parts, metadata, plan);
  return showWritten(parts, metadata, id, fields, 200, staleHeaders(plan.stale));
}

async function deleteRecord(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const { metadata, fields } = await shownOf(parts, request);
  // Odoo answers true to deleting what is not there: the plan's look-up tells.
  const plan = await prepareWrite(parts, metadata.model, { operation: "delete", id });
  await checkIfMatch(parts, metadata, id, fields, request);
  await execute(parts, metadata, plan);
  return { status: 204, headers: staleHeaders(plan.stale) };
}

async function runAction(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const model = request.params.model ?? "";
  const method = readAction(parts, model, request.params.method ?? "");
  const metadata = await parts.metadata.model(model);
  const plan = await prepareWrite(parts, model, { operation: "action", id, method });
  const result = await execute(parts, metadata, plan);
  return { status: 200, headers: staleHeaders(plan.stale), body: { json: { result: result ?? null } } };
}

/** A method of the allow-list. @throws OdoorwayError action_not_allowed, with the nearest */
export function readAction(parts: RecordParts, model: string, method: string): string {
  const known = [...(parts.actions[model] ?? []), ...(parts.actions["*"] ?? [])];
  if (known.includes(method)) return method;
  throw new OdoorwayError("action_not_allowed", {
    evidence: { model: model.slice(0, 100), method: method.slice(0, 100), nearest: nearest(method, known), known },
  });
}

/** The model of the address, and the fields that the answer is to show. */
function shownOf(parts: RecordParts, request: GatewayRequest) {
  return withFreshMetadata(parts, request.params.model ?? "", async (metadata) => ({
    metadata,
    fields: await fieldsToShow(parts, metadata, request.query),
  }));
}

/** One object, or an array of them; each keeps its place in the body as its pointer. @throws invalid_body, payload_too_large */
export function incomingOf(body: unknown): Incoming[] {
  if (!Array.isArray(body)) return [{ values: body, pointer: "" }];
  if (body.length === 0)
    throw new OdoorwayError("invalid_body", {
      evidence: { received: "an empty list", expected: "at least one record" },
    });
  if (body.length > mostRecords)
    throw new OdoorwayError("payload_too_large", { evidence: { limit: `${mostRecords} records` } });
  return body.map((values, index) => ({ values, pointer: `/${index}` }));
}

/**
 * The record as it is after a write. The write is done, so a failing read must not look like a failing
 * write: then only the id is told, without an ETag.
 */
export async function showWritten(
  parts: RecordParts,
  metadata: ModelMetadata,
  id: number,
  fields: readonly string[],
  status: 200 | 201,
  further: Readonly<Record<string, string>>,
): Promise<Reply> {
  const location = `/v1/records/${metadata.model}/${id}`;
  const headers = { ...further, ...(status === 201 ? { location } : {}) };
  try {
    const shown = await readRecord(parts, metadata, id, fields);
    return { status, headers: { ...headers, etag: etagOf(shown) }, body: { json: shown } };
  } catch (error) {
    if (error instanceof OdoorwayError) return { status, headers, body: { json: { id } } };
    throw error;
  }
}

/**
 * If-Match against the record as GET with the same `fields` shows it. Odoo has no compare-and-set, so a
 * writer between this read and the write goes unseen; the window is one call wide.
 */
export async function checkIfMatch(
  parts: RecordParts,
  metadata: ModelMetadata,
  id: number,
  fields: readonly string[],
  request: GatewayRequest,
): Promise<void> {
  const header = request.headers["if-match"];
  if (typeof header !== "string") return;
  const current = etagOf(await readRecord(parts, metadata, id, fields));
  if (!namesEtag(header, current, false))
    throw new OdoorwayError("precondition_failed", { evidence: { received: header.slice(0, 200), current } });
}

/** A write that changes nothing is not sent, so that Odoo cannot say that there is no such record. @throws missing_record */
async function checkExists(parts: RecordParts, model: string, id: number): Promise<void> {
  const found = await parts.caller.call(model, "search", [[["id", "=", id]]], { context: withArchived });
  if (!Array.isArray(found) || found.length === 0) throw missing(model, id);
}
