/** Imports over HTTP: the engine is the imports package; here a request becomes its input and a status an answer. */
import { OdoorwayError } from "@odoorway/core";
import { type Format, type ImportStatus, type Imports, type Mapping, parseMapping } from "@odoorway/imports";
import { openForm } from "../http/multipart.js";
import { invalidParameter, type Query, wholeNumber } from "../http/query.js";
import { type GatewayRequest, json, noBody, type Reply, type Route, type Upload } from "../http/route.js";
import { serverSentEvents } from "../http/server-sent-events.js";
import { isOwnId } from "../own-ids.js";
import { limitParameter } from "./parameters.js";

export interface ImportRouteParts {
  readonly imports: Imports;
  /** Aborts when the gateway stops, so that live feeds end. */
  readonly stopping: AbortSignal;
}

const formats: Readonly<Record<string, Format>> = {
  "text/csv": "csv",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/json": "json",
};

const formatsByExtension: Readonly<Record<string, Format>> = {
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
};

const multipart = "multipart/form-data";
const rowStatuses = ["created", "updated", "unchanged", "failed", "unprocessed"] as const;
const heartbeatMs = 15_000;

const uploadParameters = {
  model: { description: "The columns are fields of this model.", schema: { type: "string" } },
  key: { description: "With model: the column that tells rows apart.", schema: { type: "string" } },
  flow: { description: "Name of a mapping that the gateway knows.", schema: { type: "string" } },
  delimiter: { description: "Of CSV: one character, or tab.", schema: { type: "string", default: "," } },
};

const rowsParameters = {
  status: { description: "Only rows of this status.", schema: { enum: rowStatuses } },
  format: { description: "Overrides Accept.", schema: { enum: ["ndjson", "csv"] } },
};

const rowsTypes = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

export function importRoutes({ imports, stopping }: ImportRouteParts): Route[] {
  const shared = { tag: "imports", scope: "imports", body: noBody, produces: json } as const;
  return [
    {
      ...shared,
      method: "POST",
      path: "/v1/imports",
      operation: "createImport",
      summary: "Take a file in; it is worked on once every row is durable",
      parameters: uploadParameters,
      body: { kind: "upload", types: [...Object.keys(formats), multipart] },
      answers: { 202: "The import, with its Location." },
      handle: (request) => receive(imports, request),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports",
      operation: "listImports",
      summary: "The imports, newest first",
      parameters: {
        limit: limitParameter(50, 200),
        cursor: { description: "next_cursor of the page before.", schema: { type: "string" } },
      },
      answers: { 200: "A page of imports, and the cursor of the next." },
      handle: (request) => list(imports, request.query),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}",
      operation: "getImport",
      summary: "Counts, progress, rate and time left of an import",
      answers: { 200: "The import; created + updated + unchanged + failed + unprocessed = read." },
      handle: async ({ params }) => ({ status: 200, body: { json: await imports.get(readId(params.id)) } }),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}/events",
      operation: "watchImport",
      summary: "The import's status now and after every change, until it is over",
      produces: ["text/event-stream"],
      answers: { 200: "Events named status, with the import as data." },
      handle: (request) => watch(imports, stopping, request),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/imports/{id}/rows",
      operation: "getImportRows",
      summary: "The rows with their line, columns and diagnosis; acceptable again as input",
      parameters: rowsParameters,
      produces: Object.values(rowsTypes),
      choice: { parameter: "format", types: rowsTypes },
      answers: { 200: "The rows in the order of the file." },
      handle: (request) => rows(imports, request),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/imports/{id}/retry",
      operation: "retryImport",
      summary: "Send the rows that failed in Odoo again",
      answers: { 202: "The import, at work again." },
      handle: async ({ params }) => accepted(await imports.retry(readId(params.id))),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/imports/{id}/cancel",
      operation: "cancelImport",
      summary: "Stop an import after the batch under way",
      answers: { 200: "The import; what was not sent stays unprocessed." },
      handle: async ({ params }) => ({ status: 200, body: { json: await imports.cancel(readId(params.id)) } }),
    },
    {
      ...shared,
      method: "DELETE",
      path: "/v1/imports/{id}",
      operation: "deleteImport",
      summary: "Forget a finished import and its rows; nothing changes in Odoo",
      answers: { 204: "The import is forgotten." },
      handle: async ({ params }) => {
        await imports.remove(readId(params.id));
        return { status: 204 };
      },
    },
  ];
}

async function receive(imports: Imports, { query, upload }: GatewayRequest): Promise<Reply> {
  if (!upload) throw new OdoorwayError("invalid_body", { evidence: { received: "missing", expected: "a file" } });
  const options = readOptions(query);
  const file = upload.type === multipart ? await openForm(upload) : { ...plainUpload(upload), mapping: undefined };
  const mapping = chooseMapping(options, file.mapping);
  const { delimiter, model, key } = options;
  const status = await imports.receive({
    source: file.bytes,
    format: formatOf(file.type, file.fileName),
    ...(mapping === undefined ? {} : { mapping }),
    ...(model === undefined ? {} : { model }),
    ...(key === undefined ? {} : { key }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(file.fileName === undefined ? {} : { fileName: file.fileName }),
  });
  return accepted(status);
}

interface UploadOptions {
  readonly model: string | undefined;
  readonly key: string | undefined;
  readonly flow: string | undefined;
  readonly delimiter: string | undefined;
}

function readOptions({ parameters }: Query): UploadOptions {
  const [model, key, flow] = [parameters.get("model"), parameters.get("key"), parameters.get("flow")];
  if (model !== undefined && flow !== undefined)
    throw invalidParameter("flow", "a mapping names its models itself", "model or flow");
  if (key !== undefined && model === undefined)
    throw invalidParameter("key", "it goes with model; a mapping names its keys itself", "model as well");
  return { model, key, flow, delimiter: readDelimiter(parameters.get("delimiter")) };
}

function readDelimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const delimiter = text === "tab" ? "\t" : text;
  if (delimiter.length !== 1 || /["\r\n\0]/.test(delimiter))
    throw invalidParameter("delimiter", JSON.stringify(text.slice(0, 20)), "one character, or tab");
  return delimiter;
}

function chooseMapping({ model, flow }: UploadOptions, sent: string | undefined): string | Mapping | undefined {
  if (sent !== undefined) {
    if (model !== undefined || flow !== undefined)
      throw invalidParameter(model === undefined ? "flow" : "model", "the form brings its own mapping", "one of them");
    return parseMapping(sent);
  }
  if (flow === undefined && model === undefined)
    throw invalidParameter("model", "neither model nor flow is given, and no mapping is sent", "model or flow");
  return flow;
}

function plainUpload(upload: Upload): { type: string; fileName: undefined; bytes: AsyncIterable<Uint8Array> } {
  return { type: upload.type, fileName: undefined, bytes: upload.bytes };
}

/** Systems label files as they please, so a form's file is known by its name where its type says nothing. */
function formatOf(type: string, fileName: string | undefined): Format {
  const extension = fileName?.split(".").at(-1)?.toLowerCase() ?? "";
  const format = formats[type] ?? formatsByExtension[extension];
  if (format === undefined)
    throw new OdoorwayError("unsupported_media_type", {
      evidence: { received: `a file of type ${type.slice(0, 100) || "unknown"}`, expected: Object.keys(formats) },
    });
  return format;
}

/** @throws import_not_found */
function readId(id = ""): string {
  if (isOwnId(id)) return id;
  throw new OdoorwayError("import_not_found", { evidence: { id: id.slice(0, 100) } });
}

async function list(imports: Imports, query: Query): Promise<Reply> {
  const limit = wholeNumber(query, "limit", 1, 200) ?? 50;
  const before = query.parameters.get("cursor");
  if (before !== undefined && !isOwnId(before))
    throw invalidParameter("cursor", JSON.stringify(before.slice(0, 50)), "the next_cursor of the page before");
  const found = await imports.list({ limit: limit + 1, ...(before === undefined ? {} : { before }) });
  const data = found.slice(0, limit);
  const next = found.length > limit ? (data.at(-1)?.id ?? null) : null;
  return { status: 200, body: { json: { data, next_cursor: next } } };
}

async function watch(imports: Imports, stopping: AbortSignal, { params, gone }: GatewayRequest): Promise<Reply> {
  const id = readId(params.id);
  await imports.get(id);
  const statuses = imports.watch(id, AbortSignal.any([gone, stopping]));
  return {
    status: 200,
    type: "text/event-stream",
    headers: { "x-accel-buffering": "no" },
    body: { pieces: serverSentEvents("status", statuses, heartbeatMs) },
  };
}

async function rows(imports: Imports, { params, query, accepted: type }: GatewayRequest): Promise<Reply> {
  const id = readId(params.id);
  const status = readStatus(query);
  const format = type === rowsTypes.csv ? "csv" : "ndjson";
  await imports.get(id);
  return {
    status: 200,
    type: format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8",
    headers: { "content-disposition": `attachment; filename="${status ?? "all"}-rows.${format}"` },
    body: { pieces: imports.rows(id, { format, ...(status === undefined ? {} : { status }) }) },
  };
}

function readStatus({ parameters }: Query): (typeof rowStatuses)[number] | undefined {
  const text = parameters.get("status");
  const status = rowStatuses.find((candidate) => candidate === text);
  if (text !== undefined && status === undefined)
    throw invalidParameter("status", JSON.stringify(text.slice(0, 50)), `one of ${rowStatuses.join(", ")}`);
  return status;
}

function accepted(status: ImportStatus): Reply {
  return { status: 202, headers: { location: `/v1/imports/${status.id}` }, body: { json: status } };
}
