/** ir.attachment: the content is kept with the record and shown as `datas` and `raw`, both base64 over RPC. */
import { createHash } from "node:crypto";
import { toColumn } from "../orm/convert.js";
import { type Env, modelOf } from "../orm/env.js";
import type { Behaviour, Read } from "../orm/model.js";

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

export const attachment: Behaviour = {
  model: "ir.attachment",
  computes: { datas: content, raw: content },
  inverses: { datas: store, raw: store },
};
