/** Cells to drafts: values of the contract, or what has to be found out first. Compiled once an import and model. */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { roundedTo } from "@odoorway/schema";
import { rowFault } from "../diagnosis.js";
import type { RowDiagnosis } from "../types.js";
import type { NamedBy } from "./columns.js";
import { type CellType, convert, dateReader, type Reading, typeWords } from "./convert.js";
import type { Cell } from "./language.js";
import type { PlannedEntity } from "./plan.js";
import type { Row } from "./row.js";
import { compileTemplate } from "./template.js";

/** A record to be found by a text. */
export interface LookupSpec {
  readonly model: string;
  readonly by: readonly string[];
  readonly create: boolean;
}

export type Draft =
  | { readonly kind: "omit" }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "fault"; readonly fault: RowDiagnosis }
  /** The record of another entity of this import. */
  | { readonly kind: "entity"; readonly entity: number; readonly key: string; readonly missing: "fail" | "empty" }
  | {
      readonly kind: "lookup";
      readonly spec: LookupSpec;
      readonly texts: readonly string[];
      readonly list: boolean;
      readonly column: string;
      readonly missing: "fail" | "empty";
    };

/** A field of a record to be, and how a row fills it. */
export interface FieldDraft {
  readonly field: string;
  readonly draft: (row: Row) => Draft;
}

const omit: Draft = { kind: "omit" };
const iso: Reading = { decimal: ".", parseDate: undefined, zone: undefined };

/** The fields of an entity or of its lines, as a mapping states them. */
export function draftsOfValues(
  values: Readonly<Record<string, string | Cell>>,
  metadata: ModelMetadata,
  entities: readonly PlannedEntity[],
): FieldDraft[] {
  return Object.entries(values).map(([field, value]) => {
    const known = Object.hasOwn(metadata.fields, field) ? metadata.fields[field] : undefined;
    return { field, draft: draftOfCell(value, known, entities) };
  });
}

function draftOfCell(
  value: string | Cell,
  field: FieldMetadata | undefined,
  entities: readonly PlannedEntity[],
): (row: Row) => Draft {
  const cell: Partial<Cell> & { trim: boolean } = typeof value === "string" ? { column: value, trim: true } : value;
  const missing = cell.when_missing ?? "fail";
  if (cell.entity !== undefined) {
    const index = entities.findIndex((entity) => entity.name === cell.entity);
    const entity = entities[index];
    return (row) => ({ kind: "entity", entity: index, key: entity?.keyOf(row) ?? "", missing });
  }
  if (cell.constant !== undefined) {
    const constant: Draft = { kind: "value", value: cell.constant };
    return () => constant;
  }
  const column = cell.column ?? cell.template ?? "?";
  const read = cell.template === undefined ? (row: Row) => row.text(column) : compileTemplate(cell.template, cell.trim);
  const finish = finishText(cell, column, field, missing);
  const map = cell.map === undefined ? undefined : new Map(Object.entries(cell.map));
  const empty: Draft = cell.empty === "null" ? { kind: "value", value: null } : omit;
  return (row) => {
    let text = read(row);
    let number = cell.template === undefined && typeof row.value(column) === "number";
    if (cell.trim) text = text.trim();
    if (cell.strip_html === true) text = textOfHtml(text);
    const mapped = map?.get(text);
    if (mapped !== undefined) {
      text = mapped === null ? "" : String(mapped);
      number = typeof mapped === "number";
    }
    if (text === "") {
      if (cell.default === undefined) return empty;
      text = String(cell.default);
      number = typeof cell.default === "number";
    }
    return finish(text, number);
  };
}

/** From the text that a cell has come to, to the draft; `number`: it is one as JSON and YAML write it, whatever a text's separator. */
function finishText(
  cell: Partial<Cell>,
  column: string,
  field: FieldMetadata | undefined,
  missing: "fail" | "empty",
): (text: string, number: boolean) => Draft {
  const { lookup, split } = cell;
  if (lookup)
    return (text) => {
      const texts =
        split === undefined ? [text] : [...new Set(text.split(split).map((one) => one.trim()))].filter(Boolean);
      return { kind: "lookup", spec: lookup, texts, list: split !== undefined, column, missing };
    };
  const type = cell.type ?? typeOfField(field);
  const reading: Reading = {
    decimal: cell.decimal ?? ".",
    parseDate: cell.format === undefined ? undefined : dateReader(cell.format),
    zone: cell.zone,
  };
  const asMeant = numberAsMeant(cell, field);
  const words = type === "number" && cell.decimal === "," ? "a number such as 1.250,50" : typeWords[type];
  return (text, number) => {
    const value = convert(text, type, number ? { ...reading, decimal: "." } : reading);
    if (value === undefined) return fault(column, text, cell.format ?? words);
    return { kind: "value", value: typeof value === "number" ? asMeant(value) : value };
  };
}

/**
 * 1250 g times 0.001 is 1.25 kg, without binary crumbs, and 3 lb times 0.45359237 as many decimals of a kilogram as the field
 * has: nobody wrote the others. Those that a file has itself are rounded only when it is said so.
 */
function numberAsMeant({ scale, round }: Partial<Cell>, field: FieldMetadata | undefined): (value: number) => number {
  const decimals = round === true || scale !== undefined ? field?.digits?.[1] : undefined;
  return (value) => {
    const meant = scale === undefined ? value : Number((value * scale).toPrecision(12));
    return decimals === undefined ? meant : roundedTo(decimals, meant);
  };
}

function fault(column: string, received: string, expected: string): Draft {
  const shown = received.length > 60 ? `${received.slice(0, 60)}...` : received;
  return {
    kind: "fault",
    fault: rowFault("row_value_invalid", { column, received: JSON.stringify(shown), expected }, column),
  };
}

function typeOfField(field: FieldMetadata | undefined): CellType {
  switch (field?.type) {
    case "integer":
    case "many2one_reference":
      return "integer";
    case "float":
    case "monetary":
      return "number";
    case "boolean":
    case "date":
    case "datetime":
      return field.type;
    default:
      return "text";
  }
}

/** A column of a direct import, typed by its field. `by`: how a cell names records of a relation. */
export function draftOfColumn(column: string, field: FieldMetadata, by: NamedBy): (row: Row) => Draft {
  return (row) => {
    const raw = row.value(column);
    if (raw === null) return { kind: "value", value: null };
    if (raw !== undefined && typeof raw !== "string") return { kind: "value", value: raw };
    const text = (raw ?? "").trim();
    return text === ""
      ? omit
      : directText(column, field, by, field.type === "char" || field.type === "text" ? (raw ?? "") : text);
  };
}

function directText(column: string, field: FieldMetadata, by: NamedBy, text: string): Draft {
  if (field.type === "many2one" || field.type === "many2many") {
    const list = field.type === "many2many";
    const parts = list
      ? text
          .split(",")
          .map((part) => part.trim())
          .filter(Boolean)
      : [text];
    const json = jsonOf(text);
    if (json !== undefined && by === "value") return { kind: "value", value: json };
    if (by === "value" || typeof by === "object") {
      const named = by === "value" ? "name" : by.field;
      const spec: LookupSpec = { model: field.relation ?? "", by: [named], create: false };
      return { kind: "lookup", spec, texts: parts, list, column, missing: "fail" };
    }
    if (by === "database_id" && !parts.every((part) => /^\d{1,10}$/.test(part)))
      return fault(column, text, "a database id, a whole number");
    const named = parts.map((part) => (by === "external_id" ? { external_id: part } : Number(part)));
    return { kind: "value", value: list ? named : named[0] };
  }
  if (field.type === "selection") {
    const choice =
      field.selection?.find(([key]) => key === text) ?? field.selection?.find(([, label]) => label === text);
    return { kind: "value", value: choice?.[0] ?? text };
  }
  const type = typeOfField(field);
  const value = convert(text, type, iso);
  return value === undefined ? fault(column, text, typeWords[type]) : { kind: "value", value };
}

/** A relation written as JSON, as results have it when the rows were objects. */
function jsonOf(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** The text of HTML: tags go, the common character references are read, white space becomes one space. */
function textOfHtml(html: string): string {
  return withoutScripts(html)
    .replace(/<[^<>]*>/g, " ")
    .replace(/&(?:#(\d{1,7})|([a-z]{2,6}));/gi, (whole, code: string | undefined, name: string | undefined) =>
      code !== undefined ? fromCode(Number(code)) : (entities[(name ?? "").toLowerCase()] ?? whole),
    )
    .replace(/\s+/g, " ")
    .trim();
}

/** Scripts and styles with what is in them. Found end by end, since a pattern would look for a missing one again and again. */
function withoutScripts(html: string): string {
  const end = /<\/(?:script|style)\s*>/gi;
  let text = "";
  let from = 0;
  for (const { index } of html.matchAll(/<(?:script|style)\b/gi)) {
    if (index < from) continue;
    end.lastIndex = index;
    const closed = end.exec(html);
    if (!closed) break;
    text += `${html.slice(from, index)} `;
    from = end.lastIndex;
  }
  return text + html.slice(from);
}

function fromCode(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}
