/** /web/image, /web/content and static files: bytes with a name, an ETag, a range of them, or 304. */
import { createHash } from "node:crypto";
import { checkAccess, checkRecords } from "../orm/access.js";
import { OdooException } from "../orm/exceptions.js";
import type { Row } from "../orm/fields.js";
import { fieldValue } from "../orm/value.js";
import { HttpException } from "../services/http-exceptions.js";
import { envOf } from "../services/object.js";
import type { RouteAnswer } from "./answer.js";
import { unknownPage } from "./answer.js";
import type { HttpRoute, Visit } from "./routes.js";

/** What is sent, and as what. */
interface File {
  readonly bytes: Buffer;
  readonly name: string;
  readonly type: string;
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** One grey pixel, shown where a record has no image. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);
const changed = Date.parse("2026-11-02T00:00:00Z");
const placeholder: File = {
  bytes: pixel,
  name: "placeholder.png",
  type: "image/png",
  etag: `${changed / 1000}-${pixel.length}-0`,
  modified: changed,
};

/** The image of a record that the visitor may read, else a placeholder; it is never resized. */
function image(path: string): HttpRoute {
  return {
    path,
    type: "http",
    auth: "public",
    handle(visit) {
      const { field = "raw" } = asked(visit);
      const [width = 0, height = 0] = sizeOf(visit, field);
      const found = foundBy(visit) ?? placeholder;
      const type = found.type.startsWith("image/") ? found.type : "application/octet-stream";
      const etag = `${found.etag}-${width}x${height}-crop=False-quality=0`;
      return sent(visit, { ...found, type, etag }, control(visit));
    },
  };
}

/** The bytes of a binary field, or 404. */
function content(path: string): HttpRoute {
  return {
    path,
    type: "http",
    auth: "public",
    handle(visit) {
      const found = foundBy(visit);
      if (!found) throw new HttpException(404);
      return sent(visit, found, control(visit));
    },
  };
}

function foundBy(visit: Visit): File | undefined {
  try {
    return fileOf(visit);
  } catch (error) {
    if (error instanceof OdooException) return undefined;
    throw error;
  }
}

/** Model, id, field and name, by the path or as parameters. */
function asked({ args, query }: Visit) {
  const value = (name: string) => {
    const given = args[name] ?? query.get(name) ?? undefined;
    return given === undefined ? undefined : String(given);
  };
  return {
    xmlid: value("xmlid"),
    model: value("model"),
    id: value("id"),
    field: value("field"),
    name: value("filename"),
  };
}

function sizeOf({ args, query }: Visit, field: string): [number, number] {
  const width = Number(args.width ?? query.get("width") ?? 0);
  const height = Number(args.height ?? query.get("height") ?? 0);
  const [, own] = /_(\d+)$/.exec(field) ?? [];
  return width === 0 && height === 0 && own !== undefined ? [Number(own), Number(own)] : [width, height];
}

function fileOf(visit: Visit): File | undefined {
  const { server } = visit;
  const { database } = server;
  const { xmlid, field = "raw", name, ...by } = asked(visit);
  const named = xmlid === undefined ? undefined : database.ref(xmlid);
  const model = database.models.get(named?.model ?? by.model ?? "ir.attachment");
  const id = named?.id ?? (by.id !== undefined && /^\d{1,10}$/.test(by.id) ? Number(by.id) : 0);
  const row = model?.table.rows.get(id);
  if (!model || !row) return undefined;
  const token = visit.query.get("access_token");
  if (token && row.access_token !== token) return undefined;
  const open = model.name === "ir.attachment" && isOpen(row, token);
  const uid = visit.uid ?? database.ref("base.public_user")?.id ?? 0;
  const env = open ? { db: database, uid, su: true, context: {} } : envOf(server, uid, {}, {});
  if (!open) {
    if (visit.uid === undefined) return undefined;
    checkAccess(env, model, "read");
    checkRecords(env, model, [id], "read");
  }
  // `raw` and `datas` of a file are one content; the second is the base64 of it.
  const kept = model.name === "ir.attachment" && field === "raw" ? "datas" : field;
  const value = binary(kept, (one) => {
    const described = model.fields.get(one);
    return described?.type === "binary" || described?.type === "image" ? fieldValue(env, model, id, one) : false;
  });
  if (typeof value !== "string") return undefined;
  const bytes = Buffer.from(value, "base64");
  const type = (typeof row.mimetype === "string" ? row.mimetype : undefined) ?? typeFor(bytes, String(row.name ?? ""));
  const own =
    model.name === "ir.attachment" ? String(row.name) : `${row.name ?? `${model.name}-${id}`}${endings[type] ?? ""}`;
  return {
    bytes,
    type: type.startsWith("text/") ? `${type}; charset=utf-8` : type,
    name: name ?? own,
    etag: createHash("sha1").update(bytes).digest("hex"),
    modified: Date.parse(`${String(row.write_date ?? "").replace(" ", "T")}Z`) || changed,
  };
}

/** The field's content; a smaller size or an avatar where only the whole image is kept shows that. */
function binary(field: string, value: (field: string) => unknown): unknown {
  const own = value(field);
  if (typeof own === "string" || !/^(?:image|avatar)_\d+$/.test(field)) return own;
  return value("image_1920");
}

function isOpen(row: Row, token: string | null): boolean {
  return row.public === true || (token !== null && token !== "" && row.access_token === token);
}

const endings: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "application/pdf": ".pdf",
};
const byEnding: Readonly<Record<string, string>> = {
  txt: "text/plain",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  xml: "application/xml",
  pdf: "application/pdf",
  zip: "application/zip",
};

function typeFor(bytes: Buffer, name: string): string {
  const start = bytes.subarray(0, 4).toString("latin1");
  if (start.startsWith("\x89PNG")) return "image/png";
  if (start.startsWith("\xff\xd8")) return "image/jpeg";
  if (start.startsWith("GIF8")) return "image/gif";
  if (start.startsWith("%PDF")) return "application/pdf";
  return byEnding[name.split(".").pop()?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

function control({ query }: Visit): string {
  return query.has("unique") ? "max-age=31536000, private, immutable" : "no-cache, private";
}

const favicon: File = {
  bytes: Buffer.concat([Buffer.from("000001000100010101000100180030000000160000", "hex"), Buffer.alloc(49)]),
  name: "favicon.ico",
  type: "image/vnd.microsoft.icon",
  etag: `${changed / 1000}-70-0`,
  modified: changed,
};
const statics: HttpRoute = {
  path: "/web/static/<path:rest>",
  type: "http",
  auth: "none",
  savesSession: false,
  handle: (visit) =>
    visit.args.rest === "img/favicon.ico" ? sent(visit, favicon, "public, max-age=604800") : unknownPage(),
};
const logo = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "none",
  cors: "*",
  handle: (visit) => sent(visit, { ...placeholder, name: "logo.png" }, "no-cache"),
});

/** The file with its validators; 304 where the client has it (If-None-Match goes first: RFC 9110 section 13.2.2). */
function sent(visit: Visit, { bytes, name, type, etag, modified }: File, cacheControl: string): RouteAnswer {
  const lastModified = new Date(modified).toUTCString();
  const download = ["true", "1", "True"].includes(visit.query.get("download") ?? "");
  const headers = {
    "Content-Disposition": `${download ? "attachment" : "inline"}; ${fileName(name)}`,
    ETag: `"${etag}"`,
    "Cache-Control": cacheControl,
    ...expiry(visit, cacheControl),
  };
  const { "if-none-match": wanted, "if-modified-since": since, range } = visit.headers;
  const known =
    wanted !== undefined
      ? wanted.includes(`"${etag}"`) || wanted === "*"
      : Date.parse(since ?? "") >= Date.parse(lastModified);
  if (known) return { status: 304, headers, body: "" };
  const whole = { ...headers, "Content-Type": type, "Last-Modified": lastModified };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) return { status: 200, headers: whole, body: bytes };
  const [first, last] = [Number(from), Math.min(to ? Number(to) : bytes.length - 1, bytes.length - 1)];
  if (first > last) throw new HttpException(416, undefined, { "Content-Range": `bytes */${bytes.length}` });
  return {
    status: 206,
    headers: { ...whole, "Accept-Ranges": "bytes", "Content-Range": `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
  };
}

/** Expires, where the file may be kept. */
function expiry({ server }: Visit, cacheControl: string): Readonly<Record<string, string>> {
  const [, seconds] = /max-age=(\d+)/.exec(cacheControl) ?? [];
  if (seconds === undefined) return {};
  return { Expires: new Date(server.database.clock.now() + Number(seconds) * 1000).toUTCString() };
}

/** The file's name as a parameter (RFC 6266): plain, quoted, or with its UTF-8 beside. */
function fileName(name: string): string {
  const ascii = name.normalize("NFKD").replace(/[^\x20-\x7e]/g, "");
  const plain = /^[\w!#$%&'*+.^`|~-]+$/.test(ascii) ? ascii : `"${ascii.replace(/["\\]/g, "\\$&")}"`;
  if (ascii === name) return `filename=${plain}`;
  return `filename=${plain}; filename*=UTF-8''${encodeURIComponent(name)}`;
}

const prefixes = ["<string:xmlid>", "<int:id>", "<string:model>/<int:id>/<string:field>"];
export const fileRoutes: readonly HttpRoute[] = [
  ...["", ...prefixes.flatMap((one) => [`/${one}`, `/${one}/<string:filename>`])].map((path) =>
    content(`/web/content${path}`),
  ),
  ...[
    "",
    ...prefixes.flatMap((one) =>
      ["", "/<int:width>x<int:height>"].flatMap((size) => [`/${one}${size}`, `/${one}${size}/<string:filename>`]),
    ),
  ].map((path) => image(`/web/image${path}`)),
  ...["/web/binary/company_logo", "/logo", "/logo.png"].map(logo),
  statics,
];
