/** What an Odoo does with a wrong input that is sent straight to it: refuses it, with which words, or takes it, and what it then holds. */
import type { OdooClient } from "@odoorway/client";
import { OdoorwayError } from "@odoorway/core";
import type { Shelf } from "./shelf.js";
import { filled, type Line, lineOf, sendStraight, type WrongCase } from "./table.js";

type Row = Record<string, unknown>;

/** One sentence of what Odoo did. What was created is deleted again, what was changed is put back. */
export async function outcomeOf(odoo: OdooClient, one: WrongCase, shelf: Shelf): Promise<string> {
  const line = lineOf(one.request, shelf);
  const body = asCommands(filled(one.body, shelf));
  const before = line.method === "PATCH" ? await readBack(odoo, line, Object.keys((body ?? {}) as Row)) : undefined;
  let answer: unknown;
  try {
    answer = await sendStraight(odoo, line, body);
  } catch (error) {
    return `refused: ${steady(wordsOf(error), one, shelf)}`;
  }
  const made =
    line.method === "POST" || line.method === "PUT" ? [answer].flat().filter((id) => typeof id === "number") : [];
  try {
    return steady(`taken: ${await whatIsThere(odoo, one, line, made[0] ?? Number(line.id), answer)}`, one, shelf, made);
  } finally {
    if (made.length > 0) await odoo.call(line.model, "unlink", [made]).catch(() => hide(odoo, line.model, made));
    if (before !== undefined) await odoo.call(line.model, "write", [[Number(line.id)], before]).catch(() => undefined);
  }
}

async function hide(odoo: OdooClient, model: string, ids: readonly number[]): Promise<void> {
  await odoo.call(model, "write", [ids, { active: false }]).catch(() => undefined);
}

/** Values of the fields that a write is about to change, as a write takes them; lists are left alone. */
async function readBack(odoo: OdooClient, { model, id }: Line, names: readonly string[]): Promise<Row | undefined> {
  try {
    const fields = await fieldsOf(odoo, model);
    const asked = names.filter((name) => name in fields && !fields[name]?.type.endsWith("2many"));
    const [row] = (await odoo.call(model, "read", [[Number(id)], asked])) as Row[];
    return Object.fromEntries(asked.map((name) => [name, plain(row?.[name])]));
  } catch {
    return undefined;
  }
}

const plain = (value: unknown) => (Array.isArray(value) ? value[0] : value);

/** What stands in the fields that the gateway names, one after the other. */
async function whatIsThere(odoo: OdooClient, one: WrongCase, line: Line, id: number, answer: unknown): Promise<string> {
  if (line.method === "GET") return `answers ${Array.isArray(answer) ? read(answer) : JSON.stringify(answer)}`;
  if (line.method === "DELETE" || line.method === "ACTION") return `answers ${JSON.stringify(answer)}`;
  const pointers = one.refused.flatMap((refusal) => /^(\/\S+) /.exec(refusal)?.[1] ?? []);
  if (pointers.length === 0) return `answers ${JSON.stringify(answer)}`;
  const several = Array.isArray(one.body);
  const parts: string[] = [];
  for (const pointer of pointers) {
    const steps = pointer.slice(1).split("/");
    const path = steps.slice(several ? 1 : 0).map((step) => step.replace("~1", "/"));
    const at = several && Array.isArray(answer) ? Number(answer[Number(steps[0])]) : id;
    parts.push(await held(odoo, line.model, at, path));
  }
  return [...new Set(parts)].join("; ");
}

function read(rows: readonly unknown[]): string {
  return rows.length === 0 ? "with no record" : "with records";
}

/** `name = "..."` of a record, or of the line that the path leads to. */
async function held(odoo: OdooClient, model: string, id: number, path: readonly string[]): Promise<string> {
  const [name = "", ...further] = path;
  const field = (await fieldsOf(odoo, model))[name];
  if (field === undefined) return `${name} ignored`;
  const [row] = (await odoo.call(model, "read", [[id], [name]])) as Row[];
  const value = row?.[name];
  const index = further.find((step) => /^\d+$/.test(step));
  const inner = further.slice(further.indexOf(index ?? "") + 1).filter((step) => !/^\d+$/.test(step));
  if (field.type.endsWith("2many") && Array.isArray(value)) {
    const target = value[Number(index ?? 0)];
    if (inner.length > 0 && field.relation !== undefined && typeof target === "number")
      return `${name}: ${await held(odoo, field.relation, target, inner)}`;
    return `${name} has ${value.length} ${value.length === 1 ? "record" : "records"}`;
  }
  return `${name} = ${cut(JSON.stringify(Array.isArray(value) ? value[1] : value))}`;
}

interface Field {
  readonly type: string;
  readonly relation?: string;
}

const known = new WeakMap<OdooClient, Map<string, Record<string, Field>>>();

async function fieldsOf(odoo: OdooClient, model: string): Promise<Record<string, Field>> {
  const models = known.get(odoo) ?? new Map();
  known.set(odoo, models);
  if (!models.has(model))
    models.set(model, await odoo.call(model, "fields_get", [], { attributes: ["type", "relation"] }));
  return models.get(model) ?? {};
}

/** Helper objects of the contract as the commands that a program would send to Odoo; malformed ones as they are. */
function asCommands(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asCommands);
  if (typeof value !== "object" || value === null) return value;
  const { create, update, add, remove, delete: deleted, ...others } = value as Row;
  if (Object.keys(others).length === 0 && [create, update, add, remove, deleted].some(Array.isArray))
    return [
      ...listed(remove).map((id) => [3, id]),
      ...listed(deleted).map((id) => [2, id]),
      ...listed(create).map((values) => [0, 0, asCommands(values)]),
      ...listed(update).map((values) => commandOf(values as Row)),
      ...listed(add).map((id) => [4, id]),
    ];
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asCommands(inner)]));
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function commandOf({ id, ...values }: Row): unknown[] {
  return [1, id ?? false, asCommands(values)];
}

function wordsOf(error: unknown): string {
  if (!(error instanceof OdoorwayError)) throw error;
  if (error.odoo === undefined) return `${error.code}: ${cut(error.why)}`;
  const exception = error.odoo.exception?.split(".").at(-1);
  const [first = ""] = (error.odoo.message ?? "").split("\n").filter((line) => line.trim() !== "");
  return `${exception === undefined ? "" : `${exception}: `}${cut(first.trim())}`;
}

function cut(text: string): string {
  return text.length > 110 ? `${text.slice(0, 109)}…` : text;
}

/** Without what differs from run to run: ids and numbers of documents, moments, addresses in memory. */
function steady(text: string, { request, body }: WrongCase, shelf: Shelf, made: readonly number[] = []): string {
  let same = text.replace(/0x[0-9a-f]{6,}/g, "0x…").replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?/g, "…");
  same = same.replace(/\b([A-Z]+)(\/?\d{4})?\/?\d{5,}\b/g, "$1…");
  for (const id of made) same = same.replace(new RegExp(`\\b${id}\\b`, "g"), "@new");
  const sent = JSON.stringify([request, body]);
  // In a fresh Odoo ids are small, and another number may well be the same: only what was sent is looked for then.
  for (const [name, id] of Object.entries(shelf))
    if (id > 60 || (id > 5 && new RegExp(`@${name}\\b`).test(sent)))
      same = same.replace(new RegExp(`\\b${id}\\b`, "g"), `@${name}`);
  return same;
}
