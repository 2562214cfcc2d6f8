/** Records read: a list in pages, and one. */
import { type Json, OdoorwayError } from "@odoorway/core";
import { parseDomain, parseFilters, parseOrder, toContractRecord } from "@odoorway/schema";
import { parseJson } from "../http/json-body.js";
import { unknownParameter, wholeNumber } from "../http/query.js";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { nextCursor, planPage, type Question } from "../records/cursor.js";
import type { RecordParts } from "../records/parts.js";
import { etagOf, fieldsToShow, namesEtag, readId, readRecord } from "../records/representation.js";
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
      answers: { 200: "A page of records, and the cursor of the next." },
      handle: (request) => listRecords(parts, request),
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
      handle: (request) => getRecord(parts, request),
    },
  ];
}

async function listRecords(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const { query, params } = request;
  const metadata = await parts.metadata.model(params.model ?? "");
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
    if (!isUnknown || error.evidence.nearest !== undefined) throw error;
    const likely = unknownParameter(String(error.evidence.parameter), Object.keys(listParameters));
    throw likely.evidence.nearest === undefined ? error : likely;
  }
}

/** Side by side in a list, the terms of both are joined by and. */
function bothDomains(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  return [...left, ...right];
}

async function getRecord(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const metadata = await parts.metadata.model(request.params.model ?? "");
  const fields = await fieldsToShow(parts, metadata, request.query);
  const shown = await readRecord(parts, metadata, id, fields, request.gone);
  const etag = etagOf(shown);
  const known = request.headers["if-none-match"];
  if (typeof known === "string" && namesEtag(known, etag, true)) return { status: 304, headers: { etag } };
  return { status: 200, headers: { etag }, body: { json: shown } };
}
