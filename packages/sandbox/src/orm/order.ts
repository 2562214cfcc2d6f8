/**
 * What `order` asks for, and the sorting of ids by it, as PostgreSQL sorts (NULL last ascending). Orders of
 * nothing but columns are kept by the table; the others are worked out anew each time.
 */
import { type Env, sudo } from "./env.js";
import { userError } from "./exceptions.js";
import { emptyOf } from "./fields.js";
import { isColumn } from "./match.js";
import type { Model, Read } from "./model.js";
import { fieldValue } from "./value.js";

export interface Term {
  readonly field: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const collator = new Intl.Collator("en");
const shape =
  /^(\s*([a-z0-9:_]+|"[a-z0-9:_]+")(\.[a-z0-9:_]+)?(\s+(desc|asc))?(\s+nulls\s+(first|last))?\s*(,|$))+(?<!,)$/i;

export function parseOrder(env: Env, model: Model, order: string): Term[] {
  if (order.length > 2000 || !shape.test(order))
    throw userError(
      `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid field ` +
        "names (optionally followed by asc/desc for the direction)",
    );
  return order.split(",").map((part) => {
    const [name = "", ...rest] = part.trim().split(/\s+/);
    const words = rest.join(" ").toLowerCase();
    const field = model.fields.get(name);
    if (!field) {
      const [base = "", property = ""] = name.split(".");
      const isDotted = property !== "" && model.fields.has(base);
      throw env.db.profile.domains.unknownOrder(model.name, name, isDotted ? base : undefined);
    }
    const descending = words.startsWith("desc");
    const nullsFirst = words.includes("nulls") ? words.endsWith("first") : descending;
    return { field: name, descending, nullsFirst };
  });
}

/** These ids sorted. */
export function sorted(env: Env, model: Model, ids: readonly number[], order: readonly Term[]): number[] {
  if (ids.length < 2) return [...ids];
  const [first] = order;
  if (first?.field === "id") return ids.toSorted((a, b) => (first.descending ? b - a : a - b));
  const columns = order.map((term) => ({ ...term, keys: keysOf(env, model, ids, term.field) }));
  const places = Array.from(ids, (_id, place) => place);
  places.sort((a, b) => {
    for (const { keys, descending, nullsFirst } of columns) {
      const sign = compared(keys[a] ?? false, keys[b] ?? false, descending, nullsFirst);
      if (sign !== 0) return sign;
    }
    return (ids[a] ?? 0) - (ids[b] ?? 0);
  });
  return places.map((place) => ids[place] ?? 0);
}

function compared(x: Read, y: Read, descending: boolean, nullsFirst: boolean): number {
  if (x === y) return 0;
  if (x === false || y === false) return (x === false) === nullsFirst ? -1 : 1;
  const sign = typeof x === "string" && typeof y === "string" ? collator.compare(x, y) : numeric(Number(x), Number(y));
  return descending ? -sign : sign;
}

/** As PostgreSQL does, NaN after every number. */
function numeric(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x - y;
}

/** What each record is sorted by: a many2one by the place of its record in the other model's own order. */
function keysOf(env: Env, model: Model, ids: readonly number[], name: string): readonly Read[] {
  if (name === "id") return ids;
  const field = model.fields.get(name);
  const relation = field?.type === "many2one" && field.relation ? env.db.models.get(field.relation) : undefined;
  const trusted = sudo(env);
  const values = ids.map((id) => {
    const value = fieldValue(trusted, model, id, name);
    return field?.type === "boolean" ? Number(value === true) : value;
  });
  if (!relation) return values;
  const others = [...new Set(values)].filter((value): value is number => typeof value === "number");
  const places = new Map<Read, number>();
  const order = parseOrder(env, relation, relation.facts.order);
  for (const [place, id] of sorted(env, relation, others, order).entries()) places.set(id, place);
  return values.map((value) => places.get(value) ?? false);
}

/** Types that a table can be kept in the order of: a value is compared as it is stored. */
const plainTypes = new Set([
  "char",
  "text",
  "selection",
  "integer",
  "float",
  "monetary",
  "date",
  "datetime",
  "boolean",
]);

/** All ids of a model in an order of columns, kept by its table; undefined where the order is none of those. */
export function kept(model: Model, order: readonly Term[]): readonly number[] | undefined {
  const end = order.findIndex(({ field }) => field === "id");
  const terms = end < 0 ? order : order.slice(0, end + 1);
  const columns = terms.flatMap((term) => {
    const field = model.fields.get(term.field);
    return field && term.field !== "id" && plainTypes.has(field.type) && isColumn(model, field)
      ? [{ ...term, field, values: () => table.column(field.name), empty: emptyOf(field.type) }]
      : [];
  });
  if (columns.length < (end < 0 ? terms.length : end)) return undefined;
  const { table } = model;
  const backwards = terms[end]?.descending === true;
  const compare = (a: number, b: number) => {
    for (const { field, values, empty, descending, nullsFirst } of columns) {
      const [x, y] = [values()[a] ?? empty, values()[b] ?? empty];
      const sign =
        field.type === "boolean"
          ? compared(Number(x === true), Number(y === true), descending, nullsFirst)
          : compared(x, y, descending, nullsFirst);
      if (sign !== 0) return sign;
    }
    return backwards ? b - a : a - b;
  };
  const name = terms.map((term) => `${term.field} ${term.descending} ${term.nullsFirst}`).join(",");
  return table.ordered(
    name,
    columns.map(({ field }) => field.name),
    compare,
  );
}
