/**
 * One record as fields and rows of Odoo's load(), the one call that creates a record together with its
 * external id and cannot double it. Cells are text: booleans are the words True and False, "" empties, a
 * relation by database id is `field/.id`, and lines of a one2many are `field/name` on rows of their own
 * (seen on 18.0 and 19.0). Datetimes are read in the time zone of the context.
 */
import { type FieldProblem, fieldProblem, type ModelMetadata } from "@odoorway/core";

type Values = Readonly<Record<string, unknown>>;
type Line = Map<string, string>;

export interface LoadRecord {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Values that load() has no form for; when there are any, the call must not be made. */
  readonly problems: readonly FieldProblem[];
}

/**
 * @param values as create takes them, checked
 * @param related metadata of the models of one2many lines, by name
 */
export function loadRecord(
  metadata: ModelMetadata,
  externalId: string,
  values: Values,
  related: (model: string) => ModelMetadata | undefined,
): LoadRecord {
  const problems: FieldProblem[] = [];
  const lines = linesOf(metadata, values, "", related, problems);
  lines[0]?.set("id", externalId);
  const fields = ["id", ...new Set(lines.flatMap((line) => [...line.keys()]).filter((name) => name !== "id"))];
  return { fields, rows: lines.map((line) => fields.map((field) => line.get(field) ?? "")), problems };
}

/** The record's cells in the first line, those of its lines beside and below. */
function linesOf(
  metadata: ModelMetadata,
  values: Values,
  pointer: string,
  related: (model: string) => ModelMetadata | undefined,
  problems: FieldProblem[],
): Line[] {
  const first: Line = new Map();
  const lines = [first];
  for (const [name, value] of Object.entries(values)) {
    const field = metadata.fields[name];
    const at = `${pointer}/${name}`;
    const commands = Array.isArray(value) ? value : undefined;
    if (field?.type === "many2one") first.set(`${name}/.id`, cell(value));
    else if (field?.type === "many2many" && commands && linkedIds(commands)) {
      first.set(`${name}/.id`, (linkedIds(commands) ?? []).join(","));
    } else if (field?.type === "one2many" && commands && createdValues(commands)) {
      const relation = related(field.relation ?? "");
      const below = (createdValues(commands) ?? []).flatMap((inner, index) =>
        relation ? linesOf(relation, inner, `${at}/${index}`, related, problems) : [],
      );
      for (const [index, line] of below.entries()) place(lines, index, name, line);
    } else if (isScalar(value) && field?.type !== "reference" && field?.type !== "one2many")
      first.set(name, cell(value));
    else problems.push(noForm(metadata.model, name, at, field?.type));
  }
  return lines;
}

function place(lines: Line[], index: number, name: string, line: Line): void {
  const target = lines[index] ?? new Map<string, string>();
  lines[index] = target;
  for (const [column, text] of line) target.set(`${name}/${column}`, text);
}

/** Ids of `[6, 0, ids]` and `[4, id]` commands; undefined when there are others. */
function linkedIds(commands: readonly unknown[]): number[] | undefined {
  const ids = new Set<number>();
  for (const command of commands) {
    if (!Array.isArray(command)) return undefined;
    const [code, id, list] = command as unknown[];
    if (code === 6 && Array.isArray(list)) for (const one of list) ids.add(Number(one));
    else if (code === 4 && typeof id === "number") ids.add(id);
    else if (code !== 5) return undefined;
  }
  return [...ids];
}

/** Values of `[0, 0, values]` commands; undefined when there are others. */
function createdValues(commands: readonly unknown[]): Values[] | undefined {
  const made: Values[] = [];
  for (const command of commands) {
    if (!Array.isArray(command) || command[0] !== 0 || typeof command[2] !== "object") return undefined;
    made.push(command[2] as Values);
  }
  return made;
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function cell(value: unknown): string {
  if (value === true) return "True";
  return value === false || value === null ? "" : String(value);
}

function noForm(model: string, field: string, pointer: string, type: string | undefined): FieldProblem {
  const expected =
    type === "many2many"
      ? "ids of existing records"
      : type === "one2many"
        ? '{"create": [...]}'
        : "it in a PUT once the record exists";
  return fieldProblem(pointer, "wrong_type", {
    model,
    field,
    expected,
    received: "a value that a create by external id cannot carry",
  });
}
