/**
 * read_group and formatted_read_group (19): records counted and summed by the values of fields, a date or
 * datetime by day, week, month, quarter or year. Groups stand in the order of their values, empty ones last.
 */
import { type Env, sudo } from "./env.js";
import { userError, valueError } from "./exceptions.js";
import type { Field } from "./fields.js";
import type { Model, Read, Values } from "./model.js";
import { repr } from "./python.js";
import { displayName, fieldValue } from "./value.js";

interface By {
  /** As the client named it, e.g. `create_date:month`. */
  readonly spec: string;
  readonly field: Field;
  readonly unit: string;
}
interface Sum {
  /** The key of its value in the answer. */
  readonly key: string;
  readonly spec: string;
  readonly field: Field | undefined;
  readonly fold: string;
}
interface Group {
  readonly values: readonly Read[];
  readonly ids: readonly number[];
}
type Term = unknown;

const units = ["day", "week", "month", "quarter", "year"];
const isMoment = (field: Field) => field.type === "date" || field.type === "datetime";

function byOf(model: Model, spec: string): By {
  const [name = "", given] = spec.split(":");
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
  if (given !== undefined && !units.includes(given))
    throw valueError(`Invalid date granularity ${repr(given)} for ${repr(spec)}`);
  return { spec, field, unit: isMoment(field) ? (given ?? "month") : "" };
}

function sumOf(model: Model, spec: string, key: string): Sum {
  if (spec === "__count") return { key, spec, field: undefined, fold: "count" };
  const [name = "", fold = "sum"] = spec.split(":");
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)} for ${repr(spec)}.`);
  if (!Object.hasOwn(folds, fold)) throw valueError(`Invalid aggregate method ${repr(fold)} for ${repr(spec)}.`);
  return { key, spec, field, fold };
}

const numbers = (values: readonly Read[]) => values.filter((value): value is number => typeof value === "number");
const present = (values: readonly Read[]) => values.filter((value) => value !== false);
const extreme = (sign: number) => (values: readonly Read[]) =>
  present(values).reduce<Read>(
    (best, value) => (best === false || compare(value, best) * sign > 0 ? value : best),
    false,
  );
const folds: Readonly<Record<string, (values: readonly Read[]) => unknown>> = {
  sum: (values) => (values.length === 0 ? false : numbers(values).reduce((sum, value) => sum + value, 0)),
  avg: (values) => {
    const found = numbers(values);
    return found.length === 0 ? false : found.reduce((sum, value) => sum + value, 0) / found.length;
  },
  min: extreme(-1),
  max: extreme(1),
  count: (values) => present(values).length,
  count_distinct: (values) => new Set(present(values)).size,
  bool_and: (values) => values.every((value) => value === true),
  bool_or: (values) => values.some((value) => value === true),
  array_agg: (values) => [...values],
};

function compare(a: Read, b: Read): number {
  return typeof a === "string" && typeof b === "string" ? a.localeCompare(b, "en") : Number(a) - Number(b);
}

/** The first moment of the period that a date (10 characters) or datetime lies in. */
function periodStart(value: string, unit: string): Date {
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (unit === "week") day.setUTCDate(day.getUTCDate() - day.getUTCDay());
  if (unit === "month" || unit === "quarter" || unit === "year") day.setUTCDate(1);
  if (unit === "quarter") day.setUTCMonth(day.getUTCMonth() - (day.getUTCMonth() % 3));
  if (unit === "year") day.setUTCMonth(0);
  return day;
}

function periodEnd(start: Date, unit: string): Date {
  const end = new Date(start);
  if (unit === "day" || unit === "week") end.setUTCDate(end.getUTCDate() + (unit === "day" ? 1 : 7));
  else end.setUTCMonth(end.getUTCMonth() + ({ month: 1, quarter: 3, year: 12 }[unit] ?? 1));
  return end;
}

function stamp(field: Field, moment: Date): string {
  const text = moment.toISOString();
  return field.type === "date" ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}

function periodName(start: Date, unit: string): string {
  const month = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
  const year = start.getUTCFullYear();
  if (unit === "year") return String(year);
  if (unit === "quarter") return `Q${Math.floor(start.getUTCMonth() / 3) + 1} ${year}`;
  if (unit === "month") return `${month.format(start)} ${year}`;
  const day = String(start.getUTCDate()).padStart(2, "0");
  if (unit === "day") return `${day} ${month.format(start).slice(0, 3)} ${year}`;
  return `W${Math.floor((Date.UTC(year, start.getUTCMonth(), start.getUTCDate() + 3) - Date.UTC(year, 0, 1)) / 604_800_000) + 1} ${year}`;
}

function grouped(env: Env, model: Model, domain: unknown, by: readonly By[]): Group[] {
  const ids = env.db.operations.search(env, model, domain, { order: "id" });
  const groups = new Map<string, { values: readonly Read[]; ids: number[] }>();
  for (const id of ids)
    for (const values of combined(by.map((one) => valuesOf(env, model, id, one)))) {
      const key = JSON.stringify(values);
      const group = groups.get(key);
      if (group) group.ids.push(id);
      else groups.set(key, { values, ids: [id] });
    }
  if (by.length === 0) return [{ values: [], ids }];
  return [...groups.values()].sort((a, b) => byValues(env, by, a.values, b.values));
}

/** A record stands in a group for each of its values of a many2many. */
function valuesOf(env: Env, model: Model, id: number, { field, unit }: By): readonly Read[] {
  const value = fieldValue(env, model, id, field.name);
  if (Array.isArray(value)) return value.length > 0 ? (value as number[]) : [false];
  if (unit !== "" && typeof value === "string") return [stamp(field, periodStart(value, unit))];
  return [value as Read];
}

function combined(lists: readonly (readonly Read[])[]): Read[][] {
  return lists.reduce<Read[][]>((made, list) => made.flatMap((one) => list.map((value) => [...one, value])), [[]]);
}

function byValues(env: Env, by: readonly By[], a: readonly Read[], b: readonly Read[]): number {
  for (const [at, { field }] of by.entries()) {
    const [x, y] = [a[at] ?? false, b[at] ?? false];
    if (x === y) continue;
    if (field.type !== "boolean" && (x === false || y === false)) return x === false ? 1 : -1;
    const sign = field.relation ? compare(named(env, field, x), named(env, field, y)) : compare(x, y);
    if (sign !== 0) return sign;
  }
  return 0;
}

function named(env: Env, field: Field, value: Read): Read {
  const comodel = field.relation ? env.db.models.get(field.relation) : undefined;
  return comodel && typeof value === "number" ? displayName(sudo(env), comodel, value) : value;
}

/** The domain of one value, as terms to be joined. */
function termsOf({ field, unit }: By, value: Read): Term[] {
  if (unit === "" || typeof value !== "string") return [[field.name, "=", value]];
  const start = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return ["&", [field.name, ">=", value], [field.name, "<", stamp(field, periodEnd(start, unit))]];
}

function joined(parts: readonly Term[][]): Term[] {
  const full = parts.filter((part) => part.length > 0);
  return [...full.slice(1).map(() => "&"), ...full.flat()];
}

function shown(env: Env, { field, unit }: By, value: Read): unknown {
  if (field.relation && typeof value === "number") return [value, named(env, field, value)];
  if (unit === "" || typeof value !== "string") return value;
  return [value, periodName(new Date(`${value.slice(0, 10)}T00:00:00Z`), unit)];
}

function foldOf(env: Env, model: Model, ids: readonly number[], { field, fold }: Sum): unknown {
  if (!field) return ids.length;
  const value = folds[fold]?.(ids.map((id) => fieldValue(env, model, id, field.name)));
  const isFloat = field.type === "float" || field.type === "monetary" || fold === "avg";
  return isFloat && typeof value === "number" && env.float ? env.float(value) : value;
}

/** formatted_read_group: `field:fold` aggregates, each group with the domain that it adds. */
export function formattedGroups(
  env: Env,
  model: Model,
  domain: unknown,
  groupby: readonly string[],
  aggregates: readonly string[],
): Values[] {
  const by = groupby.map((spec) => byOf(model, spec));
  const sums = aggregates.map((spec) => sumOf(model, spec, spec));
  return grouped(env, model, domain, by).map(({ values, ids }) => {
    const extra = joined(by.map((one, at) => termsOf(one, values[at] ?? false)));
    return {
      ...Object.fromEntries(by.map((one, at) => [one.spec, shown(env, one, values[at] ?? false)])),
      __extra_domain: extra.length > 0 ? extra : [[1, "=", 1]],
      ...Object.fromEntries(sums.map((sum) => [sum.key, foldOf(env, model, ids, sum)])),
    };
  });
}

/** `field`, `field:fold` or `name:fold(field)` of read_group; a field that is no number is passed over. */
function legacySums(model: Model, fields: readonly string[], by: readonly By[]): Sum[] {
  return fields.flatMap((given) => {
    const [, name = "", fold, inner] = /^(\w+)(?::(\w+)(?:\((\w+)\))?)?$/.exec(given) ?? [];
    if (name === "") throw userError(`Invalid field specification ${repr(given)}.`);
    if (name === "__count" || by.some(({ field }) => field.name === name)) return [];
    if (fold !== undefined) return [sumOf(model, `${inner ?? name}:${fold}`, name)];
    const field = model.fields.get(name);
    if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
    const isNumber = ["integer", "float", "monetary"].includes(field.type) && field.store && name !== "id";
    return isNumber ? [sumOf(model, `${name}:sum`, name)] : [];
  });
}

/** read_group: lazily by the first field alone, with what is left to group by in the context. */
export function legacyGroups(
  env: Env,
  model: Model,
  domain: unknown,
  fields: readonly string[],
  groupby: readonly string[],
  lazy: boolean,
): Values[] {
  const all = groupby.map((spec) => byOf(model, spec));
  const by = lazy ? all.slice(0, 1) : all;
  const sums = legacySums(model, fields, by);
  const counted = lazy && by[0] ? `${by[0].field.name}_count` : "__count";
  const given: Term[] = Array.isArray(domain) ? domain : [];
  const before = given.every((term) => Array.isArray(term)) ? joined(given.map((term) => [term])) : given;
  return grouped(env, model, domain, by).map(({ values, ids }) => {
    const answer: Values = {};
    const ranges: Values = {};
    for (const [at, one] of by.entries()) {
      const value = values[at] ?? false;
      const pair = shown(env, one, value);
      answer[one.spec] = one.unit !== "" && Array.isArray(pair) ? pair[1] : pair;
      if (one.unit === "") continue;
      const to =
        typeof value === "string"
          ? stamp(one.field, periodEnd(new Date(`${value.slice(0, 10)}T00:00:00Z`), one.unit))
          : "";
      ranges[one.spec] = typeof value === "string" ? { from: value, to } : false;
    }
    answer[counted] = ids.length;
    for (const sum of sums) answer[sum.key] = foldOf(env, model, ids, sum);
    answer.__domain = joined([before, ...by.map((one, at) => termsOf(one, values[at] ?? false))]);
    if (Object.keys(ranges).length > 0) answer.__range = ranges;
    if (lazy && groupby.length > 1) answer.__context = { group_by: groupby.slice(1) };
    return answer;
  });
}
