/** Records read: a list in pages, and one. */
import { type Json, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { parseDomain, parseFilters, parseOrder, toContractRecord } from "@odoorway/schema";
import { parseJson } from "../http/json-body.js";
import { invalidParameter, unknownParameter, wholeNumber } from "../http/query.js";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { nextCursor, planPage, type Question } from "../records/cursor.js";
import { withFreshMetadata } from "../records/fresh-metadata.js";
import type { RecordParts } from "../records/parts.js";
import { etagOf, fieldsToShow, namesEtag, readId, readRecord, withArchived } from "../records/representation.js";
import { fieldsParameter, limitParameter } from "./parameters.js";

const defaultLimit = 50;
const mostRecords = 1000;

const listParameters = {
  domain: {
    description: "A search domain as JSON; joined with the filters by and.",
    schema: { type: "string", examples: ['[["is_company","=",true]]'] },
  },
  fields: fieldsParameter,
  order: { description: "Fields, each with asc or desc. Default: id.", schema: { type: "string", default: "id" } },
  limit: limitParameter(defaultLimit, mostRecords),
  cursor: { description: "next_cursor of the page before.", schema: { type: "string" } },
  ids: {
    description:
      "Up to 1000 ids with commas, instead of a search: those records in that order, archived or not; `missing` names the others.",
    schema: { type: "string", examples: ["7,9,12"] },
  },
};

export function readRecordRoutes(parts: RecordParts): Route[] {
  return [
    {
      method: "GET",
      path: "/v1/records/{model}",
      operation: "listRecords",
      summary: "Records of a model, in pages",
      tag: "records",
      scope: "records:read",
      parameters: listParameters,
      filters: true,
      body: noBody,
      produces: json,
      answers: {
        200: "A page of records, and the cursor of the next; of ids, the records, and which of the ids are missing.",
      },
      handle: (request) =>
        withFreshMetadata(parts, request.params.model ?? "", (metadata) =>
          request.query.parameters.has("ids")
            ? recordsById(parts, metadata, request)
            : listRecords(parts, metadata, request),
        ),
    },
    {
      method: "GET",
      path: "/v1/records/{model}/{id}",
      operation: "getRecord",
      summary: "One record, archived or not",
      tag: "records",
      scope: "records:read",
      parameters: { fields: fieldsParameter },
      body: noBody,
      produces: json,
      answers: { 200: "The record, with its ETag.", 304: "The record still has the ETag of If-None-Match." },
      handle: (request) =>
        withFreshMetadata(parts, request.params.model ?? "", (metadata) => getRecord(parts, metadata, request)),
    },
  ];
}

/** Odoo leaves out of a read the ids that do not exist, without a word: here they are told. */
async function recordsById(parts: RecordParts, metadata: ModelMetadata, request: GatewayRequest): Promise<Reply> {
  const { query } = request;
  for (const other of ["domain", "order", "limit", "cursor", ...query.filters.map(([name]) => name)])
    if (query.parameters.has(other) || query.filters.some(([name]) => name === other))
      throw invalidParameter(other, "ids name the records by themselves", "ids without it, or a search without ids");
  const ids = readIds(query.parameters.get("ids") ?? "");
  const fields = await fieldsToShow(parts, metadata, query);
  const found = (await parts.caller.call(
    metadata.model,
    "search_read",
    [[["id", "in", ids]]],
    { fields, context: withArchived },
    { signal: request.gone },
  )) as Record<string, unknown>[];
  const rows = new Map(found.map((row) => [row.id, row]));
  const data = ids.flatMap((id) => {
    const row = rows.get(id);
    return row === undefined ? [] : [toContractRecord(metadata, row)];
  });
  const missing = ids.filter((id) => !rows.has(id));
  return { status: 200, body: { json: { data, next_cursor: null, missing } } };
}

/** Each id once, in the order given. */
function readIds(text: string): number[] {
  const ids = [...new Set(text.split(",").map((part) => readId(part.trim(), "ids")))];
  if (ids.length <= mostRecords) return ids;
  throw invalidParameter("ids", `${ids.length} ids`, `at most ${mostRecords} ids`);
}

async function listRecords(parts: RecordParts, metadata: ModelMetadata, request: GatewayRequest): Promise<Reply> {
  const { query } = request;
  const fields = await fieldsToShow(parts, metadata, query);
  const limit = wholeNumber(query, "limit", 1, mostRecords) ?? defaultLimit;
  const domain = query.parameters.get("domain");
  const question: Question = {
    model: metadata.model,
    domain: bothDomains(
      domain === undefined ? [] : parseDomain(metadata, readDomain(domain)),
      filtersOf(() => parseFilters(metadata, query.filters)),
    ),
    order: parseOrder(metadata, query.parameters.get("order") ?? "id"),
  };
  const page = planPage(question, query.parameters.get("cursor"));
  const found = await parts.caller.call(
    metadata.model,
    "search_read",
    [page.domain],
    { fields, order: page.order, offset: page.offset, limit: limit + 1 },
    { signal: request.gone },
  );
  const rows = (found as Record<string, unknown>[]).slice(0, limit);
  const more = (found as unknown[]).length > limit;
  const ids = rows.map((row) => row.id as number);
  const cursor = more ? nextCursor(question, page, ids) : null;
  const data: Record<string, Json>[] = rows.map((row) => toContractRecord(metadata, row));
  return { status: 200, body: { json: { data, next_cursor: cursor } } };
}

function readDomain(text: string): unknown {
  try {
    const domain = parseJson(text);
    if (typeof domain !== "string") return domain;
  } catch (error) {
    if (error instanceof OdoorwayError)
      throw new OdoorwayError("invalid_domain", { evidence: { detail: `it is not JSON: ${error.why}` } });
    throw error;
  }
  throw new OdoorwayError("invalid_domain", { evidence: { detail: "it is text, not a list" } });
}

/** A name that is no field may be a misspelt parameter of the list. */
function filtersOf(parse: () => unknown[]): unknown[] {
  try {
    return parse();
  } catch (error) {
    const isUnknown = error instanceof OdoorwayError && error.code === "unknown_parameter";
    // Lists are read page by page with a cursor, which no insertion or deletion meanwhile can shift.
    if (isUnknown && ["offset", "page", "page_size"].includes(String(error.evidence.parameter)))
      throw new OdoorwayError("unknown_parameter", { evidence: { ...error.evidence, nearest: "cursor" } });
    if (!isUnknown || error.evidence.nearest !== undefined) throw error;
    const likely = unknownParameter(String(error.evidence.parameter), Object.keys(listParameters));
    throw likely.evidence.nearest === undefined ? error : likely;
  }
}

/** Side by side in a list, the terms of both are joined by and. */
function bothDomains(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  return [...left, ...right];
}

async function getRecord(parts: RecordParts, metadata: ModelMetadata, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const fields = await fieldsToShow(parts, metadata, request.query);
  const shown = await readRecord(parts, metadata, id, fields, request.gone);
  const etag = etagOf(shown);
  const known = request.headers["if-none-match"];
  if (typeof known === "string" && namesEtag(known, etag, true)) return { status: 304, headers: { etag } };
  return { status: 200, headers: { etag }, body: { json: shown } };
}
