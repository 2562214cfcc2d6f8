/** What is asked about imports: the list, the rows, and the status as it changes. */
import { createHash } from "node:crypto";
import { OdoorwayError } from "@odoorway/core";
import type { ImportStatus, Imports } from "@odoorway/imports";
import { invalidParameter, oneOf, type Parameter, type Query, wholeNumber } from "../../http/query.js";
import type { GatewayRequest, Reply } from "../../http/route.js";
import { serverSentEvents } from "../../http/server-sent-events.js";
import { isOwnId } from "../../own-ids.js";
import { limitParameter } from "../parameters.js";

const rowStatuses = ["successful", "created", "updated", "unchanged", "failed", "unprocessed"] as const;
const heartbeatMs = 15_000;

export const listParameters: Readonly<Record<string, Parameter>> = {
  limit: limitParameter(50, 200),
  cursor: { description: "next_cursor of the page before.", schema: { type: "string" } },
};

export const rowsTypes = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

export const rowsParameters: Readonly<Record<string, Parameter>> = {
  status: {
    description: "Only rows of this status; successful is created, updated and unchanged together.",
    schema: { enum: rowStatuses },
  },
  format: { description: "Overrides Accept.", schema: { enum: Object.keys(rowsTypes) } },
};

/** @throws import_not_found */
export function readId(id = ""): string {
  if (isOwnId(id)) return id;
  throw new OdoorwayError("import_not_found", { evidence: { id: id.slice(0, 100) } });
}

export async function list(imports: Imports, query: Query): Promise<Reply> {
  const limit = wholeNumber(query, "limit", 1, 200) ?? 50;
  const before = query.parameters.get("cursor");
  if (before !== undefined && !isOwnId(before))
    throw invalidParameter("cursor", JSON.stringify(before.slice(0, 50)), "the next_cursor of the page before");
  const found = await imports.list({ limit: limit + 1, ...(before === undefined ? {} : { before }) });
  const data = found.slice(0, limit);
  const next = found.length > limit ? (data.at(-1)?.id ?? null) : null;
  return { status: 200, body: { json: { data, next_cursor: next } } };
}

export async function rows(imports: Imports, { params, query, accepted: type }: GatewayRequest): Promise<Reply> {
  const id = readId(params.id);
  const status = oneOf(query, "status", rowStatuses);
  const format = type === rowsTypes.csv ? "csv" : "ndjson";
  const { parts } = await imports.get(id);
  if (parts && format === "csv")
    throw invalidParameter("format", "the files of this import have different columns", "ndjson, or the id of a part");
  return {
    status: 200,
    type: format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8",
    headers: { "content-disposition": `attachment; filename="${status ?? "all"}-rows.${format}"` },
    body: { pieces: imports.rows(id, { format, ...(status === undefined ? {} : { status }) }) },
  };
}

/**
 * Server-sent events. An event's id stands for the status itself, so a listener that comes back with Last-Event-ID,
 * to whichever node, is told nothing that it knows; when all is told, 204 ends its coming back (WHATWG HTML,
 * section 9.2).
 */
export async function watch(imports: Imports, stopping: AbortSignal, request: GatewayRequest): Promise<Reply> {
  const id = readId(request.params.id);
  const known = request.headers["last-event-id"];
  const now = await imports.get(id);
  if (now.finished_at !== null && known === eventId(now)) return { status: 204 };
  const statuses = unknownOf(imports.watch(id, AbortSignal.any([request.gone, stopping])), known);
  return {
    status: 200,
    type: "text/event-stream",
    headers: { "x-accel-buffering": "no" },
    body: { pieces: serverSentEvents("status", statuses, heartbeatMs, eventId) },
  };
}

async function* unknownOf(
  statuses: AsyncIterable<ImportStatus>,
  known: string | string[] | undefined,
): AsyncGenerator<ImportStatus> {
  let first = true;
  for await (const status of statuses) {
    if (!first || eventId(status) !== known) yield status;
    first = false;
  }
}

function eventId(status: ImportStatus): string {
  return createHash("sha256").update(JSON.stringify(status)).digest("base64url").slice(0, 16);
}
