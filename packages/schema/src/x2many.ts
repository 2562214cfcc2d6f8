/**
 * Values of one2many and many2many fields, to Odoo's commands:
 *
 * - a list of records (ids or any other way to name one): the field holds exactly these
 * - an object of `clear` (true), `set`, `remove`, `delete`, `update`, `add`, `create`, carried out in this order.
 *   `create`: a list of records; `update`: a list of `{"id": 5, ...values}` (or `{"id": 5, "values": {...}}`); the
 *   others: lists of records by name. `remove` unlinks, `delete` deletes the other record.
 * - Odoo's own commands, [[6, 0, [1]], [4, 1], [0, 0, {...}]], when well-formed. Odoo itself ignores what
 *   it does not understand of them, in silence.
 *
 * A record that is being created has nothing to remove, update or delete: these are refused on create. A null
 * empties the field. Natural keys do not name the lines of a one2many: {"name": "x"} there means, most
 * likely, a record to create, so the message says how.
 */
import { nearest } from "@odoorway/core";
import type { CompiledField } from "./compile.js";
import { cut, describeReceived } from "./describe.js";
import { noteTarget } from "./documents/note.js";
import { documentOfLine } from "./documents/rules.js";
import { checkMention } from "./many2one.js";
import { isPlainObject } from "./plain.js";
import { step } from "./pointer.js";
import { type CheckValues, type Placeholder, type RecordPlace, refused, type Visit } from "./visit.js";

type Command = unknown[];

const operations = ["clear", "set", "remove", "delete", "update", "add", "create"] as const;
type Operation = (typeof operations)[number];

/** One x2many value on its walk. */
interface Walk {
  readonly field: CompiledField;
  readonly relation: string;
  readonly place: RecordPlace;
  readonly visit: Visit;
  readonly nested: CheckValues;
}

export function checkX2many(
  field: CompiledField,
  value: unknown,
  pointer: string,
  place: RecordPlace,
  visit: Visit,
  nested: CheckValues,
): Command[] | typeof refused {
  const walk: Walk = { field, relation: field.metadata.relation ?? "", place, visit, nested };
  if (Array.isArray(value) && isBareCommand(value)) return syntax(walk, pointer, `[${rawForms[value[0]]}]`, value);
  if (Array.isArray(value))
    return value.some(Array.isArray) ? rawCommands(walk, value, pointer) : [[6, 0, mentions(walk, value, pointer)]];
  if (!isPlainObject(value)) return syntax(walk, pointer, '[1, 2] or {"add": [1]}', value);
  return namedOperations(walk, value, pointer);
}

function namedOperations(walk: Walk, value: Readonly<Record<string, unknown>>, pointer: string) {
  for (const name of Object.keys(value)) {
    if ((operations as readonly string[]).includes(name)) continue;
    const meant = nearest(name, operations);
    const example = isPlainObject(value) && "id" in value ? `[${describeId(value.id)}]` : '{"add": [1]}';
    return syntax(walk, pointer + step(name), meant === undefined ? example : `{"${meant}": [...]}`, name);
  }
  if (Object.keys(value).length === 0) return syntax(walk, pointer, '{"add": [1]}, or [] to empty the field', value);
  const commands: Command[] = [];
  for (const operation of operations) {
    if (!Object.hasOwn(value, operation)) continue;
    const made = carryOut(walk, operation, value[operation], `${pointer}/${operation}`);
    if (made !== refused) commands.push(...made);
  }
  return commands;
}

function carryOut(walk: Walk, operation: Operation, given: unknown, pointer: string): Command[] | typeof refused {
  if (operation === "clear") return given === true ? [[5, 0, 0]] : syntax(walk, pointer, '{"clear": true}', given);
  if (!Array.isArray(given)) return syntax(walk, pointer, example(operation), given);
  if (!possible(walk, operation)) return notOnCreate(walk, pointer, given);
  switch (operation) {
    case "set":
      return [[6, 0, mentions(walk, given, pointer)]];
    case "add":
      return mentions(walk, given, pointer).map((id) => [4, id, 0]);
    case "remove":
      return mentions(walk, given, pointer).map((id) => deletion(walk, id, 3, pointer));
    case "delete":
      return mentions(walk, given, pointer).map((id) => deletion(walk, id, 2, pointer));
    case "create":
      return given.flatMap((values, index) => creation(walk, values, `${pointer}/${index}`));
    case "update":
      return given.flatMap((values, index) => update(walk, values, `${pointer}/${index}`));
  }
}

function example(operation: Operation): string {
  if (operation === "create") return '{"create": [{"name": "..."}]}';
  if (operation === "update") return '{"update": [{"id": 5, "name": "..."}]}';
  return `{"${operation}": [1, 2]}`;
}

function possible(walk: Walk, operation: Operation): boolean {
  return walk.place.mode === "write" || !["remove", "delete", "update"].includes(operation);
}

function notOnCreate(walk: Walk, pointer: string, given: unknown): typeof refused {
  return syntax(walk, pointer, '{"add": [1]} or {"create": [{...}]}: a new record has nothing to change yet', given);
}

/** A list of records by name, each once. */
function mentions(walk: Walk, list: readonly unknown[], pointer: string): (number | Placeholder)[] {
  const ids = new Set<number | Placeholder>();
  list.forEach((value, index) => {
    const id = mention(walk, value, `${pointer}/${index}`);
    if (id !== refused) ids.add(id);
  });
  return [...ids];
}

function mention(walk: Walk, value: unknown, pointer: string): number | Placeholder | typeof refused {
  const { field, relation, visit } = walk;
  const lines = field.metadata.type === "one2many";
  if (lines && isPlainObject(value) && !("id" in value) && !("external_id" in value))
    return syntax(walk, pointer, '{"create": [{...}]} for new records, ids for existing ones', value);
  return checkMention(field, relation, value, pointer, visit, !lines);
}

function creation(walk: Walk, values: unknown, pointer: string): Command[] {
  const metadata = walk.visit.metadata(walk.relation);
  if (metadata === undefined) return [];
  const filledBy = walk.field.metadata.type === "one2many" ? walk.field.metadata.relationField : undefined;
  const made = walk.nested(
    metadata,
    values,
    { mode: "create", pointer, depth: walk.place.depth + 1, filledBy, company: companyAbove(walk) },
    walk.visit,
  );
  return made === refused ? [] : [[0, 0, made]];
}

/** Lines of a one2many belong to the company of the record that they are lines of. */
function companyAbove({ field, place }: Walk): number | undefined {
  return field.metadata.type === "one2many" ? place.company : undefined;
}

function update(walk: Walk, given: unknown, pointer: string): Command[] {
  if (!isPlainObject(given) || !Object.hasOwn(given, "id")) {
    syntax(walk, pointer, example("update"), given);
    return [];
  }
  const { id, ...rest } = given;
  // {"id", "values"}, unless the related model has a field of that name.
  const wrapped =
    Object.keys(rest).length === 1 &&
    isPlainObject(rest.values) &&
    !Object.hasOwn(walk.visit.metadata(walk.relation)?.fields ?? {}, "values");
  return wrapped
    ? change(walk, id, `${pointer}/id`, rest.values, `${pointer}/values`)
    : change(walk, id, `${pointer}/id`, rest, pointer);
}

/** [2, id] deletes a record, [3, id] takes it out of the list, which for a document's line is the same. */
function deletion(walk: Walk, id: number | Placeholder, number: 2 | 3, pointer: string): Command {
  const line = documentOfLine(walk.relation);
  const metadata = typeof id === "number" && line !== undefined ? walk.visit.metadata(walk.relation) : undefined;
  if (metadata !== undefined && typeof id === "number" && walk.field.metadata.type === "one2many")
    noteTarget(walk.visit, { operation: "delete", metadata, id, pointer, values: {}, echoes: [] });
  return [number, id, 0];
}

function change(walk: Walk, id: unknown, idPointer: string, values: unknown, pointer: string): Command[] {
  const target = checkMention(walk.field, walk.relation, id, idPointer, walk.visit, false);
  const metadata = walk.visit.metadata(walk.relation);
  if (metadata === undefined) return [];
  // A record named otherwise than by id is not looked at before it is written.
  const known = typeof target === "number" ? target : undefined;
  const place = {
    mode: "write",
    pointer,
    depth: walk.place.depth + 1,
    id: known,
    company: companyAbove(walk),
  } as const;
  const made = walk.nested(metadata, values, place, walk.visit);
  return made === refused || target === refused ? [] : [[1, target, made]];
}

/** Odoo's commands by their numbers, with the form that each has. */
const rawForms = ["[0, 0, {values}]", "[1, id, {values}]", "[2, id]", "[3, id]", "[4, id]", "[5]", "[6, 0, [ids]]"];
const rawNames: readonly Operation[] = ["create", "update", "delete", "remove", "add", "clear", "set"];

/** One command that is not in a list, [6, 0, [1, 2]] or [0, 0, {...}]: 0 is no id, and ids are no lists. */
function isBareCommand(value: readonly unknown[]): value is [number, unknown, unknown] {
  const [number, , third] = value;
  if (value.length !== 3 || typeof number !== "number" || rawForms[number] === undefined) return false;
  return Array.isArray(third) || (number === 0 && isPlainObject(third));
}

function rawCommands(walk: Walk, list: readonly unknown[], pointer: string): Command[] {
  return list.flatMap((command, index) => rawCommand(walk, command, `${pointer}/${index}`));
}

function rawCommand(walk: Walk, command: unknown, pointer: string): Command[] {
  const fail = (form: string) => {
    syntax(walk, pointer, form, command);
    return [];
  };
  if (!Array.isArray(command)) return fail("all ids, [1, 2], or all commands, [[4, 1], [4, 2]]");
  const [number, second, third] = command;
  const operation = typeof number === "number" ? rawNames[number] : undefined;
  const form = typeof number === "number" ? rawForms[number] : undefined;
  if (operation === undefined || form === undefined || command.length > 3) return fail("[[6, 0, [1, 2]]]");
  if (!possible(walk, operation)) {
    notOnCreate(walk, pointer, command);
    return [];
  }
  const empty = (value: unknown) => value === undefined || value === null || value === false || value === 0;
  switch (operation) {
    case "create":
      return command.length === 3 && isPlainObject(third) ? creation(walk, third, `${pointer}/2`) : fail(`[${form}]`);
    case "update":
      return isPlainObject(third) ? change(walk, second, `${pointer}/1`, third, `${pointer}/2`) : fail(`[${form}]`);
    case "clear":
      return empty(second) && empty(third) ? [[5, 0, 0]] : fail(`[${form}]`);
    case "set":
      return empty(second) && Array.isArray(third) && !third.some(Array.isArray)
        ? [[6, 0, mentions(walk, third, `${pointer}/2`)]]
        : fail(`[${form}]`);
    default: {
      if (command.length < 2 || !empty(third) || Array.isArray(second)) return fail(`[${form}]`);
      const id = mention(walk, second, `${pointer}/1`);
      if (id === refused) return [];
      return [operation === "add" ? [4, id, 0] : deletion(walk, id, operation === "delete" ? 2 : 3, pointer)];
    }
  }
}

function syntax(walk: Walk, pointer: string, expected: string, value: unknown): typeof refused {
  return walk.visit.problem(pointer, "x2many_command_syntax", {
    model: walk.field.model,
    field: walk.field.field,
    expected,
    received: describeReceived(value),
  });
}

const describeId = (id: unknown) => (typeof id === "number" ? String(id) : cut(describeReceived(id)));
