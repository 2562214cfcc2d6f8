/** search: the matching ids in the order asked for, as PostgreSQL sorts (NULL last ascending). */
import { checkAccess, ruleTest } from "./access.js";
import { type Env, type SearchOptions, sudo } from "./env.js";
import { negativeLimit, negativeOffset, userError, valueError } from "./exceptions.js";
import { matcherOf } from "./match.js";
import type { Model, Read } from "./model.js";
import { fieldValue } from "./value.js";

const collator = new Intl.Collator("en");

/** Ids that the user may read and the domain means. Raises what Odoo raises for a bad domain or order. */
export function searchRecords(env: Env, model: Model, domain: unknown, options: SearchOptions = {}): number[] {
  checkAccess(env, model, "read");
  const matcher = matcherOf(env, model, domain);
  const order = parseOrder(env, model, options.order ?? model.facts.order);
  if ((options.limit ?? 0) < 0) throw negativeLimit();
  if ((options.offset ?? 0) < 0) throw negativeOffset();
  const allowed = ruleTest(env, model);
  const ids: number[] = [];
  const { rows } = model.table;
  for (const id of matcher.candidates ?? rows.keys())
    if (rows.has(id) && matcher.test(id) && (!allowed || allowed(id))) ids.push(id);
  const start = options.offset ?? 0;
  const end = options.limit === undefined || options.limit === 0 ? undefined : start + options.limit;
  return sorted(env, model, ids, order).slice(start, end);
}

interface Term {
  readonly field: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const shape =
  /^(\s*([a-z0-9:_]+|"[a-z0-9:_]+")(\.[a-z0-9:_]+)?(\s+(desc|asc))?(\s+nulls\s+(first|last))?\s*(,|$))+(?<!,)$/i;

function parseOrder(env: Env, model: Model, order: string): Term[] {
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
      const dotted = env.db.profile.version === 19 && property !== "" && model.fields.has(base);
      throw valueError(
        dotted
          ? `Invalid field property '${property}' on ${model.name}.${base}`
          : `Invalid field '${name}' on model '${model.name}'`,
      );
    }
    const descending = words.startsWith("desc");
    const nullsFirst = words.includes("nulls") ? words.endsWith("first") : descending;
    return { field: name, descending, nullsFirst };
  });
}

function sorted(env: Env, model: Model, ids: number[], order: readonly Term[]): number[] {
  if (ids.length < 2) return ids;
  const [first] = order;
  if (first?.field === "id") return ids.sort((a, b) => (first.descending ? b - a : a - b));
  const columns = order.map((term) => ({ ...term, keys: keysOf(env, model, ids, term.field) }));
  const places = Array.from(ids, (_id, place) => place);
  places.sort((a, b) => {
    for (const { keys, descending, nullsFirst } of columns) {
      const x = keys[a] ?? false;
      const y = keys[b] ?? false;
      if (x === y) continue;
      if (x === false || y === false) return (x === false) === nullsFirst ? -1 : 1;
      const sign = typeof x === "string" && typeof y === "string" ? collator.compare(x, y) : Number(x) - Number(y);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return (ids[a] ?? 0) - (ids[b] ?? 0);
  });
  return places.map((place) => ids[place] ?? 0);
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
