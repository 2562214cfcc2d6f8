/**
 * ir.attachment: the content is kept with the record, as base64, and shown as `datas` (base64) and `raw` (a text,
 * so that reading `raw` of a file that is no UTF-8 fails: leave it out of the fields).
 * Who may read the record that a file hangs on may read the file, who may write it may write the file; one
 * that hangs on nothing is its maker's and the administrators'. Public files are everybody's to read.
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { checkAccess } from "../orm/access.js";
import { toColumn } from "../orm/convert.js";
import { type Env, hasGroup, modelOf, sudo } from "../orm/env.js";
import { accessError, NotUtf8, typeError } from "../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../orm/model.js";
import { truthy, typeName } from "../orm/python.js";
import { displayName } from "../orm/value.js";
import type { Right } from "../versions/facts.js";
import { documentTest } from "./mail/messages.js";

const attachments = (env: Env) => modelOf(env, "ir.attachment");

/** The content as base64. */
function datas(env: Env, id: number): string {
  return String(attachments(env).table.rows.get(id)?.db_datas ?? "");
}

function raw(env: Env, id: number): Read {
  const { db_datas: content } = attachments(env).table.rows.get(id) ?? {};
  if (typeof content !== "string") return false;
  const bytes = Buffer.from(content, "base64");
  if (!isUtf8(bytes)) throw new NotUtf8();
  return content === "" && !env.db.profile.emptyRawIsText ? false : bytes.toString();
}

/** Stores the content with what follows from it. */
function store(env: Env, id: number, content: Buffer): void {
  const { table } = attachments(env);
  const checksum = createHash("sha1").update(content).digest("hex");
  const kept = { db_datas: content.toString("base64"), checksum, file_size: content.length };
  env.db.put(table, id, { ...table.rows.get(id), ...kept });
}

function storeDatas(env: Env, id: number, value: unknown): void {
  const field = attachments(env).fields.get("datas");
  const given = field ? toColumn(field, "ir.attachment", value) : null;
  store(env, id, Buffer.from(String(given ?? ""), "base64"));
}

/** `raw` is Python's bytes: a text becomes them where a record is made, and on 18 also where one is written. */
function storeRaw(env: Env, id: number, value: unknown): void {
  if (!truthy(value)) store(env, id, Buffer.alloc(0));
  else if (typeof value === "string") store(env, id, Buffer.from(value));
  else throw typeError(`'${typeName(value)}' object is not subscriptable`);
}

function refuseRawText(env: Env, _ids: readonly number[], { raw: given }: Values): void {
  if (env.db.profile.writesRawAsBytes && truthy(given)) throw typeError("`bin_data` must be bytes or bytearray");
}

const mimetypes: Readonly<Record<string, string>> = {
  ...{ txt: "text/plain", csv: "text/csv", html: "text/html", xml: "application/xml", json: "application/json" },
  ...{ pdf: "application/pdf", zip: "application/zip", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg" },
  ...{ gif: "image/gif", webp: "image/webp", svg: "image/svg+xml", js: "application/javascript", css: "text/css" },
};

/** The type that a name's ending means; Odoo looks at the content too, which is not done here. */
function mimetypeOf(name: unknown): string {
  const ending = typeof name === "string" ? (/\.(\w+)$/.exec(name)?.[1] ?? "").toLowerCase() : "";
  return mimetypes[ending] ?? "text/plain";
}

function visible(env: Env, right: Right): ((id: number) => boolean) | undefined {
  if (env.su || hasGroup(env, "base.group_system")) return undefined;
  const mayDocument = documentTest(env);
  return (id) => {
    const row = attachments(env).table.rows.get(id);
    if (!row || (right === "read" && row.public === true)) return true;
    if (row.res_model === undefined || Number(row.res_id ?? 0) === 0) return row.create_uid === env.uid;
    return mayDocument(row.res_model, row.res_id, right === "read" ? "read" : "write");
  };
}

const notAllowed = "Sorry, you are not allowed to access this document.";

/** 18 names what is missing on the record that the file hangs on, 19 the file. */
function refusal(env: Env, ids: readonly number[], right: Right): Error {
  const [id = 0] = ids;
  const row = attachments(env).table.rows.get(id) ?? {};
  const document = env.db.models.get(String(row.res_model));
  if (env.db.profile.messaging.refusesFilesByRecord) {
    if (document) checkAccess(env, document, right === "read" ? "read" : "write");
    return accessError(notAllowed);
  }
  return accessError(
    `${notAllowed} Please contact your system administrator.\n\n(Operation: ${right})\n\n` +
      `Records: ir.attachment(${id},), User: ${env.uid}`,
  );
}

/** Files are not hung on what their maker may not write. */
function refuseForeign(env: Env, ids: readonly number[]): void {
  const allowed = visible(env, "write");
  const refused = ids.filter((id) => allowed && !allowed(id));
  const [id = 0] = refused;
  if (refused.length === 0) return;
  const document = env.db.models.get(String(attachments(env).table.rows.get(id)?.res_model));
  const isThere = document?.table.rows.has(Number(attachments(env).table.rows.get(id)?.res_id)) === true;
  if (!env.db.profile.messaging.refusesFilesByRecord) throw accessError(notAllowed);
  if (document && isThere) checkAccess(env, document, "write");
}

export const attachment: Behaviour = {
  model: "ir.attachment",
  visible,
  refusal: (env, ids, right) =>
    right === "read" || (right === "unlink" && !env.db.profile.messaging.refusesFilesByRecord)
      ? undefined
      : refusal(env, ids, right),
  afterCreate: refuseForeign,
  precompute(_env, values) {
    values.res_id ??= 0;
    values.mimetype ??= mimetypeOf(values.name);
  },
  computes: {
    datas,
    raw,
    res_name(env, id) {
      const row = attachments(env).table.rows.get(id) ?? {};
      const model = env.db.models.get(String(row.res_model));
      return model && Number(row.res_id ?? 0) > 0 ? displayName(sudo(env), model, Number(row.res_id)) : false;
    },
  },
  beforeWrite: refuseRawText,
  inverses: { datas: storeDatas, raw: storeRaw },
};
