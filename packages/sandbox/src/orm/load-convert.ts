/** The texts of a row of load as values for create and write, with the messages of Odoo's importer. */
import { datetime } from "./convert.js";
import { type Env, withContext } from "./env.js";
import { attributeError, OdooException, typeError, valueError } from "./exceptions.js";
import type { Field } from "./fields.js";
import type { Model, Values } from "./model.js";
import { float, int, str, truthy, typeName } from "./python.js";
import { toUtc } from "./timezone.js";

export type Raw = unknown;
export type RawRecord = Readonly<Record<string, Raw>>;

/** What is wrong with one value; `%(field)s` stands for the label of the column. */
class Problem extends Error {
  readonly info: Values | undefined;
  readonly warning: boolean;
  constructor(message: string, info?: Values, warning = false) {
    super(message);
    this.info = info;
    this.warning = warning;
  }
}

type Log = (field: string, problem: Problem) => void;
const references = new Set(["", "id", ".id"]);

/** Converts a record; a value that cannot be converted is logged and left out. */
export function convertRecord(env: Env, model: Model, record: RawRecord, log: Log): Values {
  const values: Values = {};
  for (const [name, raw] of Object.entries(record)) {
    if (references.has(name)) continue;
    const field = model.fields.get(name);
    if (!field) continue;
    if (!truthy(raw)) {
      values[name] = false;
      continue;
    }
    try {
      values[name] = convert(env, field, raw, (problem) => log(name, problem));
    } catch (error) {
      if (error instanceof Problem) log(name, error);
      else if (error instanceof OdooException && error.exception === "builtins.ValueError")
        log(name, new Problem(error.message));
      else throw error;
    }
  }
  return values;
}

function convert(env: Env, field: Field, raw: Raw, warn: (problem: Problem) => void): unknown {
  switch (field.type) {
    case "boolean":
      return boolean(raw, warn);
    case "integer":
    case "many2one_reference":
      return number(() => int(raw), raw, "an integer");
    case "float":
    case "monetary":
      return number(() => float(raw), raw, "a number");
    case "date":
      return moment(raw, "date", "2012-12-31", (text) => datetime(text.slice(0, 10)).slice(0, 10));
    case "datetime":
      return moment(raw, "datetime", "2012-12-31 23:59:59", (text) => toUtc(datetime(text), zoneOf(env)));
    case "selection":
      return selection(field, raw);
    case "many2one":
      return many2one(env, field, (raw as RawRecord[])[0] ?? {}, warn);
    case "many2many":
      return many2many(env, field, (raw as RawRecord[])[0] ?? {}, warn);
    case "one2many":
      return one2many(env, field, raw as RawRecord[], warn);
    default:
      return raw;
  }
}

function text(raw: Raw): string {
  if (typeof raw === "string") return raw;
  throw attributeError(`'${typeName(raw)}' object has no attribute 'lower'`);
}

function boolean(raw: Raw, warn: (problem: Problem) => void): boolean {
  const word = text(raw).toLowerCase();
  if (["1", "true", "yes"].includes(word)) return true;
  if (["", "0", "false", "no"].includes(word)) return false;
  // Odoo means a warning, but words it as an error, and so the row fails.
  warn(
    new Problem(`Unknown value '${raw}' for boolean field '%(field)s'`, { moreinfo: "Use '1' for yes and '0' for no" }),
  );
  return true;
}

function number(parse: () => number, raw: Raw, what: string): number {
  try {
    return parse();
  } catch (error) {
    if (error instanceof OdooException && error.exception === "builtins.ValueError")
      throw new Problem(`'${raw}' does not seem to be ${what} for field '%(field)s'`, {});
    throw error;
  }
}

function moment(raw: Raw, what: string, example: string, parse: (text: string) => string): string {
  try {
    if (typeof raw !== "string") throw typeError(`object of type '${typeName(raw)}' has no len()`);
    return parse(raw);
  } catch (error) {
    if (error instanceof OdooException && error.exception === "builtins.ValueError")
      throw new Problem(`'${raw}' does not seem to be a valid ${what} for field '%(field)s'`, {
        moreinfo: `Use the format '${example}'`,
      });
    throw error;
  }
}

function zoneOf(env: Env): string {
  const given = env.context.tz;
  if (typeof given === "string" && given !== "") return given;
  const users = env.db.models.get("res.users")?.table.rows.get(env.uid);
  const partner = env.db.models.get("res.partner")?.table.rows.get(Number(users?.partner_id ?? 0));
  return String(partner?.tz ?? "UTC");
}

function selection(field: Field, raw: Raw): string {
  const wanted = text(raw).toLowerCase();
  const known = field.selection ?? [];
  const found = known.find(([key, label]) => key.toLowerCase() === wanted || label.toLowerCase() === wanted);
  if (found) return found[0];
  throw new Problem(`Value '${raw}' not found in selection field '%(field)s'`, {
    moreinfo: known.map(([, label]) => label),
  });
}

function subfieldOf(record: RawRecord): string {
  const names = Object.keys(record);
  if (names.some((name) => !references.has(name)))
    throw new Problem("Can not create Many-To-One records indirectly, import the field separately");
  if (names.length > 1)
    throw new Problem(
      "Ambiguous specification for field '%(field)s', only provide one of name, external id or database id",
    );
  return names[0] ?? "";
}

function many2one(env: Env, field: Field, record: RawRecord, warn: (problem: Problem) => void): number | false {
  const subfield = subfieldOf(record);
  return idFor(env, field, subfield, record[subfield], warn) ?? false;
}

function many2many(env: Env, field: Field, record: RawRecord, warn: (problem: Problem) => void): unknown {
  const subfield = subfieldOf(record);
  const given = record[subfield];
  if (typeof given !== "string") throw attributeError(`'${typeName(given)}' object has no attribute 'split'`);
  const ids = given.split(",").map((reference) => idFor(env, field, subfield, reference, warn));
  if (truthy(env.context.update_many2many)) return ids.map((id) => [4, id, 0]);
  return [[6, 0, ids.filter((id) => typeof id === "number")]];
}

function one2many(env: Env, field: Field, records: readonly RawRecord[], warn: (problem: Problem) => void): unknown {
  const comodel = env.db.models.get(field.relation ?? "");
  if (!comodel) return [];
  const [only] = records;
  const lines =
    records.length === 1 && only && Object.keys(only).every((name) => references.has(name)) ? listed(only) : records;
  return lines.flatMap((record) => {
    const refs = Object.fromEntries(Object.entries(record).filter(([name]) => references.has(name)));
    const values = convertRecord(env, comodel, record, (name, problem) => {
      const label = comodel.fields.get(name)?.string ?? name;
      const named = new Problem(
        problem.message.replaceAll("%(field)s", `%(field)s/${label}`),
        problem.info,
        problem.warning,
      );
      if (!problem.warning) throw named;
      warn(named);
    });
    if (Object.keys(refs).length === 0) return [[0, 0, values]];
    const subfield = subfieldOf(refs);
    let id: number | false | undefined;
    try {
      id = idFor(env, field, subfield, refs[subfield], warn);
    } catch (error) {
      if (!(error instanceof Problem) || subfield !== "id") throw error;
      values.id = refs.id;
    }
    return id
      ? [
          [4, id, 0],
          [1, id, values],
        ]
      : [[0, 0, values]];
  });
}

function listed(record: RawRecord): RawRecord[] {
  const subfield = subfieldOf(record);
  return str(record[subfield])
    .split(",")
    .map((item) => ({ [subfield]: item }));
}

/** The id that a name, an external id or a database id means; false for a cleared one. */
function idFor(
  env: Env,
  field: Field,
  subfield: string,
  raw: Raw,
  warn: (problem: Problem) => void,
): number | false | undefined {
  const comodel = env.db.models.get(field.relation ?? "");
  if (subfield === ".id") {
    if (typeof raw === "string" && isFalse(raw)) return false;
    const id = number(() => int(raw), raw, "a database id");
    if (comodel?.table.rows.has(id)) return id;
    throw notFound(field, "database id", raw, subfield);
  }
  if (subfield === "id") {
    const given = text(raw);
    if (isFalse(given)) return false;
    const xid = given.includes(".") ? given : `${env.context._import_current_module}.${given}`;
    const known = env.db.ref(xid);
    if (!known || !comodel) throw notFound(field, "external id", raw, subfield);
    if (known.model !== comodel.name) {
      if (!comodel.table.rows.has(known.id)) throw notFound(field, "external id", raw, subfield);
      throw valueError(`Invalid external ID ${xid}: expected model '${comodel.name}', found '${known.model}'`);
    }
    if (!comodel.table.rows.has(known.id)) throw notFound(field, "external id", raw, subfield);
    return known.id;
  }
  const ids = comodel ? env.db.operations.search(env, comodel, [["display_name", "=", raw]], { limit: 100 }) : [];
  if (ids.length > 1)
    warn(
      new Problem(`Found multiple matches for value "${raw}" in field "%(field)s" (${ids.length} matches)`, {}, true),
    );
  const [id] = ids;
  return id ?? created(env, field, comodel, raw);
}

function created(env: Env, field: Field, comodel: Model | undefined, raw: Raw): number {
  const allowed = env.context.name_create_enabled_fields;
  const enabled = typeof allowed === "object" && allowed !== null && truthy((allowed as Values)[field.name]);
  if (!enabled || !comodel) throw notFound(field, "name", raw, "");
  const [id = 0] = env.db.operations.create(withContext(env, {}), comodel, [
    { [comodel.behaviour.recName ?? "name"]: raw },
  ]);
  return id;
}

function isFalse(word: string): boolean {
  return ["", "0", "false", "no"].includes(word.toLowerCase());
}

function notFound(field: Field, kind: string, raw: Raw, subfield: string): Problem {
  const moreinfo = {
    name: "Possible Values",
    type: "ir.actions.act_window",
    target: "new",
    view_mode: "list,form",
    views: [
      [false, "list"],
      [false, "form"],
    ],
    context: { create: false },
    help: "See all possible values",
    ...(subfield === ""
      ? { res_model: field.relation }
      : { res_model: "ir.model.data", domain: [["model", "=", field.relation]] }),
  };
  return new Problem(`No matching record found for ${kind} '${raw}' in field '%(field)s'`, { moreinfo });
}
