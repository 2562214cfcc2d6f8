/**
 * One record as fields and rows of Odoo's load(), the one call that creates a record together with its
 * external id and cannot double it. Lines of a one2many are `field/name` on rows of their own (seen on 18.0
 * and 19.0). Datetimes are read in the time zone of the context.
 */
import { type FieldProblem, fieldProblem, type ModelMetadata } from "@odoorway/core";
import { loadCell, loadColumn } from "@odoorway/schema";

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
    if (field?.type === "many2many" && commands && onlyLinks(commands)) {
      first.set(loadColumn(field, name), loadCell(commands));
    } else if (field?.type === "one2many" && commands && createdValues(commands)) {
      const relation = related(field.relation ?? "");
      const below = (createdValues(commands) ?? []).flatMap((inner, index) =>
        relation ? linesOf(relation, inner, `${at}/${index}`, related, problems) : [],
      );
      for (const [index, line] of below.entries()) place(lines, index, name, line);
    } else if (isScalar(value) && field?.type !== "reference" && field?.type !== "one2many")
      first.set(loadColumn(field, name), loadCell(value));
    else problems.push(noForm(metadata.model, name, at, field?.type));
  }
  return lines;
}

function place(lines: Line[], index: number, name: string, line: Line): void {
  const target = lines[index] ?? new Map<string, string>();
  lines[index] = target;
  for (const [column, text] of line) target.set(`${name}/${column}`, text);
}

/** Whether the commands make the list out of existing records: `[6, 0, ids]`, `[4, id]`, and `[5]` to empty it. */
function onlyLinks(commands: readonly unknown[]): boolean {
  return commands.every((command) => Array.isArray(command) && [4, 5, 6].includes(command[0]));
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
