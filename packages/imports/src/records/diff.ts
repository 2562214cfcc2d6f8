/** What differs between a record as Odoo has it and as the file wants it, by the field's type. */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { idsOfCommands } from "@odoorway/schema";

type Values = Readonly<Record<string, unknown>>;

/** Names of the fields whose values differ. Lines are not looked at. */
export function changedFields(metadata: ModelMetadata, current: Values, wanted: Values): string[] {
  return Object.keys(wanted).filter((name) => !same(metadata.fields[name], current[name], wanted[name]));
}

function same(field: FieldMetadata | undefined, current: unknown, wanted: unknown): boolean {
  const empty = wanted === false || wanted === null || wanted === "" || wanted === undefined;
  switch (field?.type) {
    case "boolean":
      return Boolean(current) === Boolean(wanted);
    case "integer":
      return Number(current || 0) === Number(wanted || 0);
    case "float":
    case "monetary":
      return Math.abs(Number(current || 0) - Number(wanted || 0)) < tolerance(field, Number(wanted || 0));
    case "many2one":
      return idOf(current) === (empty ? undefined : Number(wanted));
    case "many2many":
      return sameIds(current, wanted);
    case "html":
      return plainHtml(current) === plainHtml(wanted);
    default: {
      const nothing = current === false || current === null || current === "" || current === undefined;
      return nothing || empty ? nothing === empty : String(current) === String(wanted);
    }
  }
}

/** Odoo rounds to the field's decimals (money: to two, most currencies' own); half a step is no difference. */
function tolerance(field: FieldMetadata, wanted: number): number {
  const decimals = field.digits?.[1] ?? (field.type === "monetary" ? 2 : undefined);
  return decimals === undefined ? Math.max(1e-9, Math.abs(wanted) * 1e-9) : 0.5 * 10 ** -decimals + 1e-9;
}

function idOf(value: unknown): number | undefined {
  const id = Array.isArray(value) ? value[0] : value;
  return typeof id === "number" && id > 0 ? id : undefined;
}

function sameIds(current: unknown, wanted: unknown): boolean {
  const has = new Set(Array.isArray(current) ? current : []);
  const wants = new Set(Array.isArray(wanted) ? idsOfCommands(wanted) : []);
  return has.size === wants.size && [...wants].every((id) => has.has(id));
}

/** Odoo cleans HTML on writing: it wraps bare text, closes tags, rewrites quotes. Compared is what is left. */
function plainHtml(value: unknown): string {
  if (typeof value !== "string") return "";
  return value
    .replace(/<\/?(?:p|div|br|span)\b[^>]*>/gi, " ")
    .replace(/&nbsp;|\u00a0/g, " ")
    .replace(/['"]/g, "'")
    .replace(/\s+/g, " ")
    .replace(/ ?(<\/?[a-z0-9]+) ?\/?>/gi, "$1>")
    .replace(/> /g, ">")
    .trim();
}
