/**
 * A record that a request changes, deletes or presses a button of: what has to be read of it (in the look-up that is made
 * anyway), and what its answer says: fields that were sent back as they were read, and what its state forbids.
 */
import { type FieldProblem, fieldProblem, type ModelMetadata } from "@odoorway/core";
import type { CompiledField } from "../compile.js";
import { describeReceived } from "../describe.js";
import { isComputed } from "../fields-get.js";
import { sameAsRead, sameValue } from "../same.js";
import { type DocumentRules, documentOfLine, documentRules, type StateRule } from "./rules.js";

type Row = Readonly<Record<string, unknown>>;

/**
 * A value that only one who sends back what was read may send: of a readonly field, or nothing in a required one (a record may be
 * older than the requirement). No problem when it is the very value that the record has.
 */
export interface Echo {
  readonly code: "readonly_field" | "missing_required_field";
  readonly field: CompiledField;
  readonly pointer: string;
  readonly raw: unknown;
}

export interface Target {
  readonly operation: "write" | "delete" | "action" | "add-line";
  /** The button's method. */
  readonly method?: string;
  readonly metadata: ModelMetadata;
  readonly id: number;
  readonly pointer: string;
  /** The normalised values of a write: the very object that stands in the checked values. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly echoes: readonly Echo[];
  /** Metadata of the document that the record is a line of, when it is one. */
  readonly document?: ModelMetadata;
}

/** One model's share of the look-ups that targets need. */
export interface TargetRead {
  readonly model: string;
  readonly fields: readonly string[];
  /** The target by id, or the document that has this line. */
  readonly id?: number;
  readonly hasLine?: { readonly field: string; readonly id: number };
}

/** What to read before the write. */
export function readsOf(target: Target): TargetRead[] {
  const { metadata, id, values } = target;
  const names = new Set<string>(target.echoes.map(({ field }) => field.field));
  const rules = documentRules(metadata.model);
  for (const name of rules === undefined ? [] : restricted(rules)) if (Object.hasOwn(values, name)) names.add(name);
  for (const name of rules?.state ?? []) names.add(name);
  for (const name of wholeLists(target)) names.add(name);
  for (const name of sentBack(target)) names.add(name);
  const reads: TargetRead[] = [];
  const line = lineOf(target);
  if (line !== undefined) {
    names.add(line.lines.link);
    for (const rule of line.rules.rules) {
      for (const name of rule.lines?.write ?? []) if (Object.hasOwn(values, name)) names.add(name);
      if (target.operation === "delete") for (const name of rule.lines?.except ?? []) names.add(name);
    }
    const fields = existing(line.document, line.rules.state);
    reads.push({ model: line.document.model, fields, hasLine: { field: line.lines.all, id } });
  }
  return [{ model: metadata.model, id, fields: existing(metadata, names) }, ...reads];
}

/**
 * Lists that were given whole, which are left out of the call when the record has the very same: Odoo rewrites what hangs
 * on them (18.0 fails on a done transfer's). Not so a many2many that is computed: there a value sent, even the same, keeps
 * Odoo from computing another one from what else is written.
 */
function wholeLists({ operation, metadata, values }: Target): string[] {
  if (operation !== "write") return [];
  return Object.keys(values).filter((name) => {
    const field = metadata.fields[name];
    const commands = values[name];
    if (field?.type !== "one2many" && (field?.type !== "many2many" || isComputed(field))) return false;
    return Array.isArray(commands) && commands.length === 1 && [5, 6].includes(commands[0]?.[0]);
  });
}

/** Whether the look-up has to bring the record. A plain write needs nothing: whether there is such a record, Odoo says. */
export function needsReading({ operation }: Target, read: TargetRead): boolean {
  return read.fields.length > 0 || operation === "delete" || operation === "action";
}

/**
 * The fields of a record that was sent back whole, which shows in its read-only ones. Values that it has already are left
 * out of the call: Odoo does things on a write that changes nothing (it adds followers to a transfer, marks an invoice as
 * modified, refuses a payment for what it would not change). Files are not compared, but for there being none.
 */
function sentBack({ operation, metadata, values, echoes }: Target): string[] {
  if (operation !== "write" || !echoes.some(({ code }) => code === "readonly_field")) return [];
  return Object.keys(values).filter((name) => values[name] === false || !isFile(metadata, name));
}

function isFile(metadata: ModelMetadata, name: string): boolean {
  return ["binary", "image"].includes(metadata.fields[name]?.type ?? "");
}

/** Those of them that the record has; a computed one, which a value sent would fix, only where all are the same. */
function unchangedOf(target: Target, row: Row): string[] {
  const { metadata, values } = target;
  const names = sentBack(target);
  const same = names.filter((name) => {
    const field = metadata.fields[name];
    return field !== undefined && Object.hasOwn(row, name) && sameValue(field, values[name], row[name]);
  });
  if (same.length === names.length) return same;
  return same.filter((name) => {
    const field = metadata.fields[name];
    return field !== undefined && !isComputed(field);
  });
}

/** What the records that were read say of the target. */
export interface Judgement {
  readonly problems: readonly FieldProblem[];
  /** What each record_state_conflict of the problems tells. */
  readonly conflicts: readonly Conflict[];
  /** Fields of the values that are left out of the call, for the record has these values. */
  readonly dropped: readonly string[];
}

/** The problem of a required field without a value. @param received what was sent in its place, when something was */
export function missingValue(field: CompiledField, pointer: string, received?: unknown): FieldProblem {
  return fieldProblem(pointer, "missing_required_field", {
    model: field.model,
    field: field.field,
    label: field.metadata.label,
    expected: field.metadata.type,
    ...(received === undefined ? {} : { received: typeof received === "string" ? "blank text" : String(received) }),
  });
}

/** A state that forbids something, as the catalogue's record_state_conflict tells it. */
export type Conflict = Readonly<Record<"model" | "state" | "detail" | "remedy", string> & { id: number }>;

/** @param rowOf a record that was read, if this user sees it */
export function judge(target: Target, rowOf: (model: string, id: number) => Row | undefined): Judgement {
  const row = rowOf(target.metadata.model, target.id);
  const problems: FieldProblem[] = target.echoes
    .filter(({ field, raw }) => row === undefined || !sameAsRead(field.metadata, raw, row[field.field]))
    .map(({ code, field, pointer, raw }) =>
      code === "missing_required_field"
        ? missingValue(field, pointer, raw)
        : fieldProblem(pointer, code, {
            model: field.model,
            field: field.field,
            ...(row !== undefined && Object.hasOwn(row, field.field)
              ? { current: describeReceived(row[field.field]) }
              : {}),
          }),
    );
  if (row === undefined) return { problems, conflicts: [], dropped: [] };
  const conflicts: Conflict[] = [];
  const refuse: Refuse = (rule, model, id, pointer) => {
    const remedy = rule.remedy.replaceAll("{model}", model).replaceAll("{id}", String(id));
    const conflict = { model, id, state: rule.is, detail: rule.because, remedy };
    conflicts.push(conflict);
    problems.push(fieldProblem(pointer, "record_state_conflict", conflict));
  };
  const dropped = new Set<string>();
  for (const name of wholeLists(target)) {
    const field = target.metadata.fields[name];
    if (field !== undefined && sameValue(field, target.values[name], row[name])) dropped.add(name);
  }
  for (const name of unchangedOf(target, row)) dropped.add(name);
  const own = documentRules(target.metadata.model);
  for (const rule of own?.rules ?? [])
    if (holds(rule, row)) ofDocument(target, rule, row, own?.lines?.fields ?? [], refuse, dropped);
  const line = lineOf(target);
  if (line !== undefined) {
    const link = row[line.lines.link];
    const document = rowOf(line.document.model, Number(Array.isArray(link) ? link[0] : link));
    for (const rule of line.rules.rules)
      if (document !== undefined && holds(rule, document)) ofLine(target, rule, row, document, line, refuse, dropped);
  }
  return { problems, conflicts, dropped: [...dropped] };
}

/** Notes that a rule forbids what stands at the pointer. */
type Refuse = (rule: StateRule, model: string, id: number, pointer: string) => void;

function ofDocument(
  target: Target,
  rule: StateRule,
  row: Row,
  lineFields: readonly string[],
  refuse: Refuse,
  dropped: Set<string>,
): void {
  const at = (pointer: string) => refuse(rule, target.metadata.model, target.id, pointer);
  if (target.operation === "delete" && rule.delete) at("");
  if (target.operation === "action" && rule.actions?.includes(target.method ?? "")) at("");
  if (target.operation === "add-line" && rule.lines?.create) at(target.pointer);
  if (target.operation !== "write") return;
  for (const name of rule.write ?? []) {
    const field = target.metadata.fields[name];
    if (field === undefined || !Object.hasOwn(target.values, name) || dropped.has(name)) continue;
    if (sameValue(field, target.values[name], row[name])) dropped.add(name);
    else at(`${target.pointer}/${name}`);
  }
  for (const name of lineFields) {
    if (!Object.hasOwn(target.values, name) || rule.write?.includes(name) || dropped.has(name)) continue;
    if (changesLines(rule, target.values[name], row[name])) at(`${target.pointer}/${name}`);
  }
}

/** Whether commands add or remove lines against a rule. (Lines that they change or delete by id are targets themselves.) */
function changesLines(rule: StateRule, commands: unknown, current: unknown): boolean {
  if (!Array.isArray(commands)) return false;
  return commands.some((command) => {
    const [number, , ids] = command as unknown[];
    if (number === 0) return rule.lines?.create === true;
    // Which of the lines that a list leaves out may go, Odoo knows.
    if (rule.lines?.delete !== true || rule.lines.except !== undefined || !Array.isArray(current)) return false;
    if (number === 5) return current.length > 0;
    return number === 6 && Array.isArray(ids) && current.some((id) => !ids.includes(id));
  });
}

function ofLine(
  target: Target,
  rule: StateRule,
  row: Row,
  document: Row,
  line: LineOf,
  refuse: Refuse,
  dropped: Set<string>,
): void {
  const at = (pointer: string) => refuse(rule, line.document.model, Number(document.id), pointer);
  if (target.operation === "delete" && rule.lines?.delete && !rule.lines.except?.some((name) => row[name]))
    at(target.pointer);
  if (target.operation !== "write") return;
  for (const name of rule.lines?.write ?? []) {
    const field = target.metadata.fields[name];
    if (field === undefined || !Object.hasOwn(target.values, name) || dropped.has(name)) continue;
    if (sameValue(field, target.values[name], row[name])) dropped.add(name);
    else at(`${target.pointer}/${name}`);
  }
}

function holds(rule: StateRule, row: Row): boolean {
  return Object.entries(rule.when).every(([name, values]) => values.includes(row[name]));
}

function restricted(rules: DocumentRules): Set<string> {
  return new Set([...rules.rules.flatMap((rule) => rule.write ?? []), ...(rules.lines?.fields ?? [])]);
}

interface LineOf {
  readonly document: ModelMetadata;
  readonly rules: DocumentRules;
  readonly lines: NonNullable<DocumentRules["lines"]>;
}

function lineOf(target: Target): LineOf | undefined {
  const { document } = target;
  const rules = document === undefined ? undefined : documentOfLine(target.metadata.model)?.rules;
  return document === undefined || rules?.lines === undefined ? undefined : { document, rules, lines: rules.lines };
}

/** Fields that this version of the model has (a sale.order has `locked` from 17 on). */
function existing(metadata: ModelMetadata, names: Iterable<string>): string[] {
  return [...names].filter((name) => Object.hasOwn(metadata.fields, name));
}
