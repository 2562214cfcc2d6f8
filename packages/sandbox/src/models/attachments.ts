/**
 * ir.attachment: the content is kept with the record and shown as `datas` and `raw`, both base64 over RPC.
 * Who may read the record that a file hangs on may read the file, who may write it may write the file; one
 * that hangs on nothing is its maker's and the administrators'. Public files are everybody's to read.
 */
import { createHash } from "node:crypto";
import { checkAccess } from "../orm/access.js";
import { toColumn } from "../orm/convert.js";
import { type Env, hasGroup, modelOf, sudo } from "../orm/env.js";
import { accessError } from "../orm/exceptions.js";
import type { Behaviour, Read } from "../orm/model.js";
import { displayName } from "../orm/value.js";
import type { Right } from "../versions/facts.js";
import { documentTest } from "./mail/messages.js";

const attachments = (env: Env) => modelOf(env, "ir.attachment");

function content(env: Env, id: number): Read {
  return attachments(env).table.rows.get(id)?.db_datas ?? false;
}

/** Stores the content with what follows from it; nothing takes it away. */
function store(env: Env, id: number, value: unknown): void {
  const { fields, table } = attachments(env);
  const field = fields.get("datas");
  const given = field ? toColumn(field, "ir.attachment", value) : null;
  const { db_datas: _old, checksum: _sum, file_size: _size, ...rest } = table.rows.get(id) ?? {};
  if (typeof given !== "string") {
    env.db.put(table, id, { ...rest, file_size: 0 });
    return;
  }
  const bytes = Buffer.from(given, "base64");
  const checksum = createHash("sha1").update(bytes).digest("hex");
  env.db.put(table, id, { ...rest, db_datas: given, checksum, file_size: bytes.length });
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
  if (env.db.profile.version === 18) {
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
  if (env.db.profile.version > 18) throw accessError(notAllowed);
  if (document && isThere) checkAccess(env, document, "write");
}

export const attachment: Behaviour = {
  model: "ir.attachment",
  visible,
  refusal: (env, ids, right) =>
    right === "read" || (right === "unlink" && env.db.profile.version > 18) ? undefined : refusal(env, ids, right),
  afterCreate: refuseForeign,
  precompute(_env, values) {
    values.res_id ??= 0;
    values.mimetype ??= mimetypeOf(values.name);
  },
  computes: {
    datas: content,
    raw: content,
    res_name(env, id) {
      const row = attachments(env).table.rows.get(id) ?? {};
      const model = env.db.models.get(String(row.res_model));
      return model && Number(row.res_id ?? 0) > 0 ? displayName(sudo(env), model, Number(row.res_id)) : false;
    },
  },
  inverses: { datas: store, raw: store },
};
