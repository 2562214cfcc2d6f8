/**
 * load(fields, data): rows of texts become records, created or updated by external id, all or none.
 *
 * Three passes, as in Odoo: rows are grouped into records (rows whose only values belong to one2many
 * fields continue the record above), their texts are converted and references found, and the records
 * are saved in one batch. When the batch fails it is tried again record by record, only to say which
 * one is to blame; with any error nothing is kept.
 */
import { type Env, withContext } from "./env.js";
import { OdooException, typeError, valueError } from "./exceptions.js";
import { convertRecord, type Raw, type RawRecord } from "./load-convert.js";
import { type Loaded, saveRecords } from "./load-save.js";
import type { Model, Values } from "./model.js";
import { int, repr, truthy, typeName } from "./python.js";

interface Message extends Values {
  readonly type: "error" | "warning";
}
interface Extracted {
  readonly record: RawRecord;
  readonly from: number;
  readonly to: number;
}

class RolledBack extends Error {}

export function load(env: Env, model: Model, fields: unknown, data: unknown): Values {
  const paths = (Array.isArray(fields) ? fields : []).map(pathOf);
  const rows = Array.isArray(data) ? (data as unknown[][]) : [];
  const messages: Message[] = [];
  let ids: number[] = [];
  try {
    env.db.transaction(() => {
      const records = extract(env, model, paths, rows);
      const importing = withContext(env, { _import_current_module: env.context.module ?? "__import__" });
      const batch: Loaded[] = [];
      records.forEach(({ record, from, to }, at) => {
        batch.push(converted(importing, model, record, { rows: { from, to } }, at, messages));
      });
      ids = save(importing, model, batch, messages);
      if (messages.some((message) => message.type === "error")) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return { ids: false, messages, nextrow: 0 };
  }
  return { ids, messages, nextrow: 0 };
}

/** `partner_id/id` and `partner_id:id` name the external id, `partner_id/.id` the database id. */
function pathOf(name: unknown): string[] {
  if (typeof name !== "string") throw typeError(`expected string or bytes-like object, got '${typeName(name)}'`);
  return name
    .replace(/([^/])\.id/g, "$1/.id")
    .replace(/([^/]):id/g, "$1/id")
    .split("/");
}

function extract(env: Env, model: Model, paths: readonly string[][], rows: readonly unknown[][]): Extracted[] {
  const kinds = paths.map(([name = ""]) => {
    const field = model.fields.get(name);
    if (!field && name !== ".id" && name !== "" && name !== "None") {
      if (!name.includes(".")) throw valueError(`Invalid field name ${repr(name)}`);
      throw valueError(`too many values to unpack (expected 2)`);
    }
    return field?.relation ? (field.type === "one2many" ? "lines" : "relation") : "plain";
  });
  const continues = (row: readonly unknown[]) =>
    kinds.some((kind, at) => kind === "lines" && truthy(row[at])) &&
    !kinds.some((kind, at) => kind !== "lines" && truthy(row[at]));
  const relations = new Map<string, number[]>();
  kinds.forEach((kind, at) => {
    const name = paths[at]?.[0];
    if (kind === "plain" || name === undefined) return;
    const columns = relations.get(name);
    if (columns) columns.push(at);
    else relations.set(name, [at]);
  });
  const plan = [...relations].map(([name, columns]) => ({
    name,
    columns,
    comodel: env.db.models.get(model.fields.get(name)?.relation ?? ""),
    subpaths: columns.map((at) => (paths[at] ?? []).slice(1)).map((path) => (path.length > 0 ? path : [""])),
  }));
  const records: Extracted[] = [];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (to + 1 < rows.length && continues(rows[to + 1] ?? [])) to += 1;
    const record: Record<string, Raw> = {};
    kinds.forEach((kind, at) => {
      const name = paths[at]?.[0] ?? "";
      if (kind === "plain") record[name] = rows[from]?.[at];
    });
    const span = rows.slice(from, to + 1);
    for (const { name, columns, comodel, subpaths } of plan) {
      const cells = span.map((row) => columns.map((at) => row[at])).filter((row) => row.some(truthy));
      record[name] = comodel ? extractSub(env, comodel, subpaths, cells) : [];
    }
    records.push({ record, from, to });
    from = to + 1;
  }
  return records;
}

/** The commonest case by far, one subfield of one row, needs no grouping. */
function extractSub(env: Env, comodel: Model, subpaths: readonly string[][], cells: readonly unknown[][]): RawRecord[] {
  const [path] = subpaths;
  if (subpaths.length === 1 && path?.length === 1 && ["", "id", ".id"].includes(path[0] ?? ""))
    return cells.map(([value]) => ({ [path[0] ?? ""]: value }));
  return extract(env, comodel, subpaths, cells).map(({ record }) => record);
}

function converted(env: Env, model: Model, record: RawRecord, where: Values, at: number, messages: Message[]): Loaded {
  let databaseId: number | undefined;
  const given = record[".id"];
  if (truthy(given)) {
    const id = safeInt(given);
    if (typeof id === "number" && env.db.operations.search(env, model, [["id", "=", id]]).length > 0) databaseId = id;
    else
      messages.push({
        ...where,
        type: "error",
        record: at,
        field: ".id",
        message: `Unknown database identifier '${id}'`,
      });
  }
  const values = convertRecord(env, model, record, (field, problem) => {
    const label = model.fields.get(field)?.string ?? field;
    const message = problem.message.replaceAll("%(field)s", label);
    const info = problem.info ? { ...problem.info, field_name: label } : {};
    messages.push({ ...where, type: problem.warning ? "warning" : "error", record: at, field, message, ...info });
  });
  const xid = truthy(record.id) ? String(record.id) : undefined;
  const module = String(env.context._import_current_module);
  const external = xid === undefined ? undefined : xid.includes(".") ? xid : `${module}.${xid}`;
  return { xid: external, id: external === undefined ? databaseId : undefined, values, info: { ...where, record: at } };
}

function safeInt(value: unknown): unknown {
  try {
    return int(value);
  } catch {
    return value;
  }
}

function save(env: Env, model: Model, batch: readonly Loaded[], messages: Message[]): number[] {
  if (batch.length === 0) return [];
  let global: Message | undefined;
  try {
    return env.db.transaction(() => saveRecords(env, model, batch));
  } catch (error) {
    if (!(error instanceof OdooException)) throw error;
    if (isUserError(error) && !error.violation)
      global = { ...batch[0]?.info, type: "error", message: error.message } as Message;
  }
  const ids: number[] = [];
  let errors = 0;
  for (const [at, loaded] of batch.entries()) {
    try {
      ids.push(...env.db.transaction(() => saveRecords(env, model, [loaded])));
    } catch (error) {
      if (!(error instanceof OdooException)) throw error;
      messages.push({ ...loaded.info, type: "error", ...explained(env, error) } as Message);
      errors += 1;
    }
    if (errors >= 10 && errors >= (at + 1) / 10) {
      messages.push({
        type: "warning",
        message:
          "Found more than 10 errors and more than one error per 10 records, interrupted to avoid showing too many errors.",
      });
      break;
    }
  }
  const said = global;
  if (
    errors > 0 &&
    said &&
    !messages.some((message) => JSON.stringify(message) === JSON.stringify(sortedLike(message, said)))
  )
    messages.unshift(said);
  return ids;
}

function sortedLike(message: Message, other: Message): Message {
  return Object.fromEntries(Object.keys(message).map((key) => [key, other[key]])) as unknown as Message;
}

function isUserError(error: OdooException): boolean {
  return error.exception.startsWith("odoo.exceptions.");
}

/** What load says of an error in one record: the database's refusals have words of their own here. */
function explained(env: Env, error: OdooException): Values {
  const { violation } = error;
  const { says } = env.db.profile;
  if (violation?.kind === "not_null") {
    const model = env.db.models.get(violation.model);
    const name = violation.field ?? "";
    const label = model?.fields.get(name)?.string ?? name;
    return { message: says.mandatoryInLoad(model?.facts.label ?? "", violation.model, label, name), field: name };
  }
  if (violation?.kind === "check") return { message: says.checkInLoad(violation.message ?? "") };
  if (violation?.kind === "unique" && violation.field) {
    const label = env.db.models.get(violation.model)?.fields.get(violation.field)?.string ?? violation.field;
    return {
      message: says.uniqueInLoad(violation.message ?? "", violation.field, label),
      field: violation.field,
    };
  }
  if (isUserError(error) || error.exception.startsWith("psycopg2.")) return { message: error.message };
  return {
    message: `Unknown error during import: <class '${error.exception.replace("builtins.", "")}'>: ${error.message}`,
    moreinfo: "Resolve other errors first",
  };
}
