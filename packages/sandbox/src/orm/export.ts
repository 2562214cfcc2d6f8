/** export_data: a value as a spreadsheet has it, with an external id made where a record has none. */
import type { Env } from "./env.js";
import type { Model } from "./model.js";
import { readRecords } from "./read.js";

/** A value of a record by its column: a field, `id` (the external id) or `.id` (the number). */
export function exported(env: Env, model: Model, id: number, name: string): unknown {
  if (name === ".id") return String(id);
  if (name !== "id") {
    const [record] = readRecords(env, model, [id], [name.split("/")[0] ?? name]);
    const value = record?.[name.split("/")[0] ?? name];
    if (Array.isArray(value)) return value[1] ?? "";
    return value === false ? "" : value;
  }
  const data = env.db.models.get("ir.model.data");
  const known = data?.table.find("res_id", id).find((xid) => data.table.rows.get(xid)?.model === model.name);
  const row = known === undefined ? undefined : data?.table.rows.get(known);
  if (row) return `${row.module}.${row.name}`;
  const made = `${model.name.replaceAll(".", "_")}_${id}_${((id * 2654435761) % 4294967296).toString(16).padStart(8, "0")}`;
  if (data)
    env.db.put(data.table, data.table.nextId(), { module: "__export__", name: made, model: model.name, res_id: id });
  return `__export__.${made}`;
}
