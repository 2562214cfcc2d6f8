/** Domains applied: each term becomes a test of one record, with the few candidates that an index gives. */

import type { Profile } from "../versions/profile.js";
import { compareWith, likeTest } from "./compare.js";
import { fieldsNamed, type Leaf, leafText, type Node, parseDomain } from "./domain.js";
import { type Env, withContext } from "./env.js";
import { notAnInteger, numericOutOfRange, valueError } from "./exceptions.js";
import { emptyOf, type Field, type Value } from "./fields.js";
import type { Model, Read } from "./model.js";
import { int } from "./python.js";
import { fieldValue, recNameOf } from "./value.js";

export interface Matcher {
  readonly test: (id: number) => boolean;
  /** Ids that may match, where an index knows them: all others do not. */
  readonly candidates?: Candidates;
  /** What the stored value of a field lies between where a record matches. */
  readonly bounds?: ReadonlyMap<string, Bounds>;
}

/** So many ids at most, listed only where they are the fewest. */
interface Candidates {
  readonly size: number;
  list(): readonly number[];
}

/** Both included; undefined is open. */
export interface Bounds {
  readonly low?: string | number;
  readonly high?: string | number;
}

const negative: Readonly<Record<string, string>> = {
  "!=": "=",
  "not in": "in",
  "not like": "like",
  "not ilike": "ilike",
  "not =like": "=like",
  "not =ilike": "=ilike",
  "not any": "any",
};
const everything: Matcher = { test: () => true };
const nothing: Matcher = { test: () => false, candidates: listed([]) };

/** The records of a model that a domain means; archived ones only where it or the context names them. */
export function matcherOf(env: Env, model: Model, domain: unknown): Matcher {
  const node = parseDomain(domain, env.db.profile);
  const matcher = compile(env, model, node);
  const field = model.fields.get("active");
  if (!field?.store || env.context.active_test === false) return matcher;
  for (const name of fieldsNamed(node)) if (name === "active") return matcher;
  const active = readerOf(env, model, field);
  return and([matcher, { test: (id) => active(id) === true }]);
}

function compile(env: Env, model: Model, node: Node): Matcher {
  switch (node.kind) {
    case "constant":
      return node.value ? everything : nothing;
    case "and":
      return and(node.nodes.map((inner) => compile(env, model, inner)));
    case "or":
      return or(node.nodes.map((inner) => compile(env, model, inner)));
    case "not":
      return not(compile(env, model, node.node));
    case "leaf":
      return leafMatcher(env, model, node);
  }
}

function listed(ids: readonly number[]): Candidates {
  return { size: ids.length, list: () => ids };
}

function and(matchers: readonly Matcher[]): Matcher {
  const known = matchers.flatMap((m) => (m.candidates ? [m.candidates] : []));
  const fewest = known.sort((a, b) => a.size - b.size)[0];
  const bounds = new Map<string, Bounds>();
  for (const matcher of matchers)
    for (const [field, own] of matcher.bounds ?? []) bounds.set(field, { ...bounds.get(field), ...own });
  const [a, b] = matchers;
  return {
    test:
      a && b && matchers.length === 2 ? (id) => a.test(id) && b.test(id) : (id) => matchers.every((m) => m.test(id)),
    ...(fewest ? { candidates: fewest } : {}),
    ...(bounds.size > 0 ? { bounds } : {}),
  };
}
function or(matchers: readonly Matcher[]): Matcher {
  const known = matchers.flatMap((m) => (m.candidates ? [m.candidates] : []));
  const test = (id: number) => matchers.some((m) => m.test(id));
  if (known.length < matchers.length) return { test };
  const size = known.reduce((sum, candidates) => sum + candidates.size, 0);
  return { test, candidates: { size, list: () => [...new Set(known.flatMap((candidates) => candidates.list()))] } };
}
function not({ test }: Matcher): Matcher {
  return { test: (id) => !test(id) };
}

function leafMatcher(env: Env, model: Model, leaf: Leaf): Matcher {
  const dot = leaf.left.indexOf(".");
  const name = dot < 0 ? leaf.left : leaf.left.slice(0, dot);
  const field = model.fields.get(name);
  if (!field) throw valueError(env.db.profile.says.unknownFieldInDomain(model.name, name, leafText(leaf)));
  if (leaf.operator === "=?") {
    if (leaf.right === false || leaf.right === null) return everything;
    return leafMatcher(env, model, { ...leaf, operator: "=" });
  }
  if (field.related && (!field.store || dot < 0) && !model.behaviour.computes?.[name]) {
    const rest = dot < 0 ? "" : leaf.left.slice(dot);
    return leafMatcher(env, model, { ...leaf, left: field.related.join(".") + rest });
  }
  if (dot >= 0) {
    if (!field.relation) throw env.db.profile.domains.notRelational(model.name, field.name, termOf(leaf));
    const rest = { ...leaf, left: leaf.left.slice(dot + 1) };
    return through(env, model, field, [[rest.left, rest.operator, rest.right]], field.type === "many2one");
  }
  if (leaf.operator === "any" || leaf.operator === "not any") {
    parseDomain(leaf.right, env.db.profile);
    if (!field.relation && name === "id" && env.db.profile.domains.idHoldsRecord) return ofItself(env, model, leaf);
    if (!field.relation) throw env.db.profile.domains.withoutRecords(termOf(leaf));
    const found = through(env, model, field, leaf.right, field.type === "many2one");
    return leaf.operator === "any" ? found : not(found);
  }
  const positive = negative[leaf.operator];
  if (positive !== undefined) return not(leafMatcher(env, model, { ...leaf, operator: positive }));
  const isHierarchy = leaf.operator === "child_of" || leaf.operator === "parent_of";
  if (isHierarchy && !field.relation && name !== "id")
    throw env.db.profile.says.notHierarchical(model.name, name, leafText(leaf));
  if (isHierarchy) return hierarchy(env, model, field, leaf);
  if (name === "display_name") return byName(env, model, leaf);
  if (field.relation && isText(leaf.right)) {
    const comodel = env.db.models.get(field.relation);
    if (!comodel) return nothing;
    return through(env, model, field, [["display_name", leaf.operator, leaf.right]], true);
  }
  return plain(env, model, field, leaf);
}

function isText(right: unknown): boolean {
  if (Array.isArray(right))
    return right.length > 0 && right.some((item) => typeof item === "string" && !/^\d+$/.test(item));
  return typeof right === "string" && !/^\d+$/.test(right);
}

function termOf({ left, operator, right }: Leaf) {
  return [left, operator, right] as const;
}

/** `any` of the id (19): the domain is about the record itself. */
function ofItself(env: Env, model: Model, leaf: Leaf): Matcher {
  const found = new Set(env.db.operations.search({ ...env, su: true }, model, leaf.right, { order: "id" }));
  const matcher: Matcher = { test: (id) => found.has(id), candidates: listed([...found]) };
  return leaf.operator === "any" ? matcher : not(matcher);
}

/** Records whose relation holds one of the other model's that the domain means. */
function through(env: Env, model: Model, field: Field, domain: unknown, archivedToo: boolean): Matcher {
  const comodel = field.relation ? env.db.models.get(field.relation) : undefined;
  if (!comodel) return nothing;
  const inner = archivedToo ? withContext(env, { active_test: false }) : env;
  const found = new Set(env.db.operations.search({ ...inner, su: true }, comodel, domain, { order: "id" }));
  const test = (id: number) => holdsAny(fieldValue(env, model, id, field.name), found);
  if (field.type === "one2many" && field.relationField) {
    const back = field.relationField;
    const owners = new Set<number>();
    for (const id of found) {
      const owner = comodel.table.rows.get(id)?.[back];
      if (typeof owner === "number") owners.add(owner);
    }
    return { test: (id) => owners.has(id), candidates: listed([...owners]) };
  }
  if (!isColumn(model, field) || found.size > 1000) return { test };
  return { test, candidates: byIndex(model, field, [...found]) };
}

function byIndex(model: Model, field: Field, keys: readonly (string | number)[]): Candidates {
  const { table } = model;
  return {
    size: keys.reduce<number>((sum, key) => sum + table.count(field.name, key), 0),
    list: () => {
      const [only] = keys;
      if (keys.length === 1 && only !== undefined) return table.find(field.name, only);
      return [...new Set(keys.flatMap((key) => table.find(field.name, key)))];
    },
  };
}

function holdsAny(value: Read, ids: ReadonlySet<number>): boolean {
  if (typeof value === "number") return ids.has(value);
  return typeof value === "object" && value.some((id) => ids.has(id));
}

/** Whether a field is read from its row as it stands there. */
export function isColumn(model: Model, field: Field): boolean {
  const { computes, mirrors } = model.behaviour;
  return (
    field.store && !field.related && !computes?.[field.name] && !mirrors?.[field.name] && field.type !== "one2many"
  );
}

/** display_name stands for the fields that name_search looks into. */
function byName(env: Env, model: Model, leaf: Leaf): Matcher {
  const recName = recNameOf(model);
  const names = model.behaviour.namesSearched ?? (recName ? [recName] : []);
  if (names.length === 0) {
    const compare = compareWith(leaf.operator, leaf.right);
    return { test: (id) => compare(fieldValue(env, model, id, "display_name")) };
  }
  return or(names.map((left) => leafMatcher(env, model, { ...leaf, left })));
}

function hierarchy(env: Env, model: Model, field: Field, leaf: Leaf): Matcher {
  const of = field.name === "id" ? model : field.relation ? env.db.models.get(field.relation) : undefined;
  if (!of) return nothing;
  const given = (Array.isArray(leaf.right) ? leaf.right : [leaf.right]).flatMap((item: unknown) => {
    if (typeof item === "number") return [item];
    if (typeof item !== "string") return [];
    return env.db.operations.search({ ...env, su: true }, of, [["display_name", "ilike", item]]);
  });
  const parent = of.behaviour.parentField ?? "parent_id";
  const family = new Set(given.filter((id) => of.table.rows.has(id)));
  for (const id of family) {
    if (!of.fields.has(parent)) break;
    const more = leaf.operator === "child_of" ? of.table.find(parent, id) : [of.table.rows.get(id)?.[parent]];
    for (const other of more) if (typeof other === "number") family.add(other);
  }
  if (field.name === "id") return { test: (id) => family.has(id), candidates: listed([...family]) };
  return { test: (id) => holdsAny(fieldValue(env, model, id, field.name), family) };
}

/** A comparison of a field's own value, by index where the operator asks for equality. */
function plain(env: Env, model: Model, field: Field, leaf: Leaf): Matcher {
  const { operator } = leaf;
  const right = valueForField(field, leaf.right, operator, env.db.profile);
  const equal = operator === "=" && !Array.isArray(right) ? [right] : right;
  const isList = (operator === "in" || operator === "=") && Array.isArray(equal);
  const test = testOf(env, model, field, isList ? "in" : operator, isList ? equal : right);
  if (!isList || !Array.isArray(equal)) return { test, ...boundsOf(model, field, operator, right) };
  if (equal.some((item) => item === false || item === null)) return { test };
  if (field.name === "id")
    return { test, candidates: listed(equal.filter((id) => model.table.rows.has(id as number))) };
  const indexed = isColumn(model, field) && !["boolean", "selection", "float", "monetary", "json"].includes(field.type);
  if (!indexed || equal.length > 1000 || equal.includes(0) || equal.includes("")) return { test };
  const keys = equal.filter((item) => typeof item === "string" || typeof item === "number");
  return { test, candidates: byIndex(model, field, keys) };
}

const bounded = new Set(["integer", "date", "datetime"]);

/** Where the values lie that a comparison leaves, of types whose order is the same here and in an index. */
function boundsOf(model: Model, field: Field, operator: string, right: unknown): Pick<Matcher, "bounds"> {
  if (!bounded.has(field.type) || (field.name !== "id" && !isColumn(model, field))) return {};
  const isText = field.type === "date" || field.type === "datetime";
  if (typeof right !== (isText ? "string" : "number")) return {};
  const side = operator.startsWith(">") ? "low" : operator.startsWith("<") ? "high" : undefined;
  return side ? { bounds: new Map([[field.name, { [side]: right as string | number }]]) } : {};
}

function testOf(env: Env, model: Model, field: Field, operator: string, right: unknown): (id: number) => boolean {
  const read = readerOf(env, model, field);
  if (field.type === "one2many" || field.type === "many2many") {
    const wanted = Array.isArray(right) ? right : [right];
    const ids = new Set(wanted.filter((item): item is number => typeof item === "number"));
    const none = wanted.length === 0 ? false : wanted.includes(false) || wanted.includes(null);
    return (id) => {
      const value = read(id);
      return (none && typeof value === "object" && value.length === 0) || holdsAny(value, ids);
    };
  }
  if (operator.includes("like")) {
    const like = likeTest(operator, right);
    return (id) => like(read(id));
  }
  const compare = compareWith(operator, right, field.type);
  return (id) => compare(read(id));
}

/** How to read the field of many records: straight from the row where it is a column. */
function readerOf(env: Env, model: Model, field: Field): (id: number) => Read {
  const { name } = field;
  if (name === "id" || name === "display_name" || field.type === "many2many" || !isColumn(model, field))
    return (id) => fieldValue(env, model, id, name);
  const { table } = model;
  const { rows } = table;
  const empty = emptyOf(field.type);
  let reads = 0;
  let column: readonly (Value | undefined)[] | undefined;
  return (id) => {
    if (column) return column[id] ?? empty;
    reads += 1;
    if (reads > manyReads) column = table.column(name);
    return rows.get(id)?.[name] ?? empty;
  };
}

/** Reads of one search after which the whole column is worth having. */
const manyReads = 500;

/** The right side as the column's type: texts of numbers count as numbers, dates are completed. */
function valueForField(field: Field, right: unknown, operator: string, profile: Profile): unknown {
  if (Array.isArray(right)) return right.map((item) => valueForField(field, item, operator, profile));
  const integer = field.type === "integer" || field.relation !== undefined;
  if (integer && typeof right === "string" && !operator.includes("like")) {
    if (field.type === "integer" && field.name !== "id") return int(right);
    if (!/^\s*[+-]?\d+\s*$/.test(right)) throw notAnInteger(right);
    if (Math.abs(Number(right)) > 2147483647)
      throw numericOutOfRange(
        `value "${right}" is out of range for type integer\nLINE 1: ...'${right}'...\n            ^\n`,
      );
    return Number(right);
  }
  if (
    profile.comparesIdsAsIntegers &&
    field.name === "id" &&
    typeof right === "number" &&
    Math.abs(right) > 2147483647 &&
    operator !== "="
  )
    return valueForField(field, String(right), operator, profile);
  if (field.type === "datetime" && typeof right === "string" && /^\d{4}-\d{2}-\d{2}$/.test(right))
    return right + (operator === ">" || operator === "<=" ? " 23:59:59" : " 00:00:00");
  if (field.type === "boolean" && typeof right !== "boolean" && right !== null) {
    if (profile.readsBooleans && typeof right === "string") return /^(y|yes|1|true|t|on)$/i.test(right);
    return right !== 0 && right !== "";
  }
  return right;
}
