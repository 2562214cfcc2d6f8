/** POST /v1/imports: a request becomes what the imports package takes in. */
import { OdoorwayError } from "@odoorway/core";
import { type Format, type ImportStatus, type Imports, parseMapping, type ReceiveInput } from "@odoorway/imports";
import { formFiles } from "../../http/multipart.js";
import { flag, invalidParameter, moment, oneOf, type Parameter, type Query } from "../../http/query.js";
import type { GatewayRequest, Reply, Upload } from "../../http/route.js";
import { fileTypes, formatOf, formats } from "./formats.js";

const multipart = "multipart/form-data";
export const uploadTypes: readonly string[] = [...fileTypes, multipart];

const existing = ["update-changed", "update", "skip", "fail"] as const;
const priorities = ["high", "normal", "low"] as const;

const text = { type: "string" } as const;

/** Of the file itself. */
export const fileParameters: Readonly<Record<string, Parameter>> = {
  format: { description: "Of the file; found by its type, name or first bytes else.", schema: { enum: formats } },
  delimiter: { description: "Of CSV: one character, or tab; found when it is left out.", schema: text },
  encoding: { description: "Of text, as windows-1252; default UTF-8, and UTF-16 is found.", schema: text },
};

export const uploadParameters: Readonly<Record<string, Parameter>> = {
  model: {
    description: "The columns are fields of this model; a file of a form may be called by it (res.partner.csv).",
    schema: text,
  },
  key: { description: "With model: the column that tells rows apart.", schema: text },
  flow: { description: "Name of a mapping that the gateway knows.", schema: text },
  ...fileParameters,
  sheet: { description: "Of a workbook: the sheet's name; default the first that is shown.", schema: text },
  dry_run: { description: "Check everything and write nothing.", schema: { type: "boolean", default: false } },
  on_existing: {
    description: "Records that are in Odoo already: write what the file changed, write what differs, leave, or fail.",
    schema: { enum: existing, default: "update-changed" },
  },
  priority: { description: "How soon, beside other imports.", schema: { enum: priorities, default: "normal" } },
  not_before: {
    description: "RFC 3339: nothing is sent before; default at once.",
    schema: { type: "string", format: "date-time" },
  },
};

/** What is said of a file within a form, before it. */
const fieldNames = ["mapping", "model", "key", "flow"];

export async function receive(imports: Imports, { query, upload }: GatewayRequest): Promise<Reply> {
  if (!upload) throw new OdoorwayError("invalid_body", { evidence: { received: "missing", expected: "a file" } });
  return accepted(await imports.receiveAll(inputsOf(query, upload)));
}

interface ReceivedFile {
  readonly type: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName?: string | undefined;
}

async function* inputsOf(query: Query, upload: Upload): AsyncGenerator<ReceiveInput> {
  const options = readOptions(query);
  const whole = { type: upload.type, bytes: upload.bytes, fields: new Map<string, string>() };
  const files: AsyncIterable<ReceivedFile> | [ReceivedFile] =
    upload.type === multipart ? formFiles(upload, fieldNames) : [whole];
  for await (const file of files)
    yield {
      ...readHints(query, upload, file),
      ...options,
      ...targetOf(query, file),
      source: file.bytes,
      ...(file.fileName === undefined ? {} : { fileName: file.fileName.replaceAll("\0", "").slice(0, 255) }),
    };
}

type Target = Pick<ReceiveInput, "model" | "key" | "mapping">;

/** What a file becomes: what the form says of it over the query over the file's name. */
function targetOf({ parameters }: Query, { fields, fileName }: ReceivedFile): Target {
  const said = (name: string) => fields.get(name) ?? parameters.get(name);
  const [mapping, flow, key] = [fields.get("mapping"), said("flow"), said("key")];
  const named = mapping === undefined && flow === undefined ? modelOfName(fileName ?? "") : undefined;
  const model = said("model") ?? named;
  if (model !== undefined && flow !== undefined)
    throw invalidParameter("flow", "a mapping names its models itself", "model or flow");
  if (key !== undefined && model === undefined)
    throw invalidParameter("key", "it goes with model; a mapping names its keys itself", "model as well");
  if (mapping !== undefined) {
    if (model !== undefined || flow !== undefined)
      throw invalidParameter(model === undefined ? "flow" : "model", "the form brings its own mapping", "one of them");
    return { mapping: parseMapping(mapping) };
  }
  if (flow !== undefined) return { mapping: flow };
  if (model === undefined)
    throw invalidParameter("model", "neither model nor flow is given, and no mapping is sent", "model or flow");
  return { model, ...(key === undefined ? {} : { key }) };
}

/** `res.partner.csv` and `res.partner.csv.gz` are of res.partner, as Odoo modules call their files; a single word is any file's. */
function modelOfName(name: string): string | undefined {
  return /^([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\.(?:csv|tsv|xlsx|ndjson|jsonl|json)(?:\.(?:gz|zst))?$/.exec(
    name,
  )?.[1];
}

type Hints = Pick<ReceiveInput, "format" | "delimiter" | "encoding" | "compression">;

/** How the file is to be read: the query over the form's part over the request's head. */
export function readHints(query: Query, upload: Upload, file: { type: string; fileName?: string | undefined }): Hints {
  const format: Format | undefined = oneOf(query, "format", formats) ?? formatOf(file.type, file.fileName);
  if (format === undefined && !fileTypes.includes(file.type) && file.fileName === undefined)
    throw new OdoorwayError("unsupported_media_type", {
      evidence: { received: file.type.slice(0, 100) || "a file of no type", expected: fileTypes },
    });
  const delimiter = readDelimiter(query.parameters.get("delimiter"));
  const encoding = query.parameters.get("encoding") ?? (upload.type === multipart ? undefined : upload.charset);
  const compression = upload.type === multipart ? undefined : upload.encoding;
  return {
    ...(format === undefined ? {} : { format }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(compression === undefined ? {} : { compression }),
  };
}

type Options = Pick<ReceiveInput, "sheet" | "dryRun" | "onExisting" | "priority" | "notBefore">;

function readOptions(query: Query): Options {
  const sheet = query.parameters.get("sheet");
  const dryRun = flag(query, "dry_run");
  const onExisting = oneOf(query, "on_existing", existing);
  const priority = oneOf(query, "priority", priorities);
  const notBefore = moment(query, "not_before");
  return {
    ...(sheet === undefined ? {} : { sheet }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(onExisting === undefined ? {} : { onExisting }),
    ...(priority === undefined ? {} : { priority }),
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

function readDelimiter(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const delimiter = given === "tab" ? "\t" : given;
  if (delimiter.length !== 1 || /["\r\n\0]/.test(delimiter))
    throw invalidParameter("delimiter", JSON.stringify(given.slice(0, 20)), "one character, or tab");
  return delimiter;
}

export function accepted(status: ImportStatus): Reply {
  return { status: 202, headers: { location: `/v1/imports/${status.id}` }, body: { json: status } };
}
