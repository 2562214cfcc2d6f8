/**
 * Natural keys against records: the domain that asks Odoo for candidates, and the choice among what it answers.
 * Texts are compared without case and outer blanks, and in the last resort without accents (a country or a tag is
 * spelled in many ways); everything else must be equal.
 */
import { type FieldMetadata, type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";

/** A key with its values known: fields, all of which must hold. */
export type GroundTerms = Readonly<Record<string, string | number | boolean>>;
export type Row = Readonly<Record<string, unknown>> & { readonly id: number };

const texts: ReadonlySet<string> = new Set(["char", "text", "html"]);
const lists: ReadonlySet<string> = new Set(["one2many", "many2many"]);
const numbers: ReadonlySet<string> = new Set([
  ...["integer", "float", "monetary", "many2one", "many2one_reference"],
  // A record is told by one that its list holds.
  ...lists,
]);

/** Odoo's domain of one key. Throws `unknown_field`; undefined when a value can equal nothing in its field. */
export function domainOf(metadata: ModelMetadata, terms: GroundTerms): unknown[] | undefined {
  const conditions: unknown[] = [];
  for (const [name, value] of Object.entries(terms)) {
    const wanted = wantedOf(fieldOf(metadata, name), value);
    if (wanted === undefined) return undefined;
    if (typeof wanted === "string" && isText(metadata, name)) conditions.push([name, "=ilike", literally(wanted)]);
    else conditions.push(isList(metadata, name) ? [name, "in", [wanted]] : [name, "=", wanted]);
  }
  return [...Array(conditions.length - 1).fill("&"), ...conditions];
}

function fieldOf({ model, fields }: ModelMetadata, name: string): FieldMetadata {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined) return field;
  throw new OdoorwayError("unknown_field", {
    evidence: { model, field: name, nearest: nearest(name, Object.keys(fields)) },
  });
}

function isText(metadata: ModelMetadata, name: string): boolean {
  return texts.has(metadata.fields[name]?.type ?? "");
}

function isList(metadata: ModelMetadata, name: string): boolean {
  return lists.has(metadata.fields[name]?.type ?? "");
}

/** The value as the field holds it: a number in a text field is its digits, digits for a number are the number. */
function wantedOf(field: FieldMetadata, value: string | number | boolean): string | number | boolean | undefined {
  if (field.type === "boolean") return typeof value === "boolean" ? value : undefined;
  if (typeof value === "boolean") return undefined;
  if (numbers.has(field.type)) {
    const number = typeof value === "number" ? value : Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  return String(value).trim();
}

/** What `=ilike` reads as wildcards, taken literally. */
function literally(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Several domains, any of which may hold. */
export function anyOf(domains: readonly (readonly unknown[])[]): unknown[] {
  return [...Array(Math.max(0, domains.length - 1)).fill("|"), ...domains.flat()];
}

/**
 * The records that the key tells, the best first: not archived before archived, then by how exactly the texts are
 * spelled, then the oldest. `several`: how many are as good in the first respect.
 */
export function choose(
  metadata: ModelMetadata,
  terms: GroundTerms,
  rows: readonly Row[],
): { id: number; several: number } | undefined {
  const fits = rows
    .map((row) => ({ row, spelled: spelling(metadata, terms, row) }))
    .filter((one): one is { row: Row; spelled: number } => one.spelled !== undefined)
    .sort((a, b) => archived(a.row) - archived(b.row) || a.spelled - b.spelled || a.row.id - b.row.id);
  const [best] = fits;
  if (best === undefined) return undefined;
  const several = fits.filter(
    ({ row, spelled }) => archived(row) === archived(best.row) && spelled === best.spelled,
  ).length;
  return { id: best.row.id, several };
}

function archived(row: Row): number {
  return row.active === false ? 1 : 0;
}

/** 0 as given, 1 but for case, 2 but for accents; undefined when another. The worst of the fields counts. */
function spelling(metadata: ModelMetadata, terms: GroundTerms, row: Row): number | undefined {
  let worst = 0;
  for (const [name, value] of Object.entries(terms)) {
    const field = metadata.fields[name];
    const wanted = field && wantedOf(field, value);
    const held = row[name];
    const grade = isList(metadata, name) ? holds(held, wanted) : gradeOf(wanted, Array.isArray(held) ? held[0] : held);
    if (grade === undefined) return undefined;
    worst = Math.max(worst, grade);
  }
  return worst;
}

function holds(list: unknown, wanted: unknown): number | undefined {
  return Array.isArray(list) && list.includes(wanted) ? 0 : undefined;
}

function gradeOf(wanted: string | number | boolean | undefined, held: unknown): number | undefined {
  if (wanted === undefined) return undefined;
  if (typeof wanted !== "string" || typeof held !== "string") return wanted === held ? 0 : undefined;
  if (wanted === held) return 0;
  if (fold(wanted) === fold(held)) return 1;
  return plain(wanted) === plain(held) ? 2 : undefined;
}

/** A text without case and outer blanks. */
export function fold(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

function plain(text: string): string {
  return fold(text.normalize("NFKD").replace(/\p{M}/gu, ""));
}
