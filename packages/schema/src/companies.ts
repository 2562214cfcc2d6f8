/**
 * Whether related records belong to the company of the record that points to them, for the fields where Odoo checks it
 * (check_company): told with everything else that is wrong, before Odoo refuses the whole call for it. The record's company is
 * the one given with it, or else the one that it has, or that default_get gave for a new one. Where none is known (computed
 * from a journal, say), Odoo checks.
 */
import { type FieldProblem, fieldProblem } from "@odoorway/core";
import type { CompiledField } from "./compile.js";
import { idsOfCommands } from "./load-cells.js";
import { isPlainObject } from "./plain.js";

export interface CompanyCheck {
  readonly field: CompiledField;
  readonly pointer: string;
  /** Ids of the related records. */
  readonly related: readonly number[];
  /** The company given with the record. */
  readonly company?: number;
  /** The record whose company counts when none was given. */
  readonly holder?: { readonly model: string; readonly id: number };
}

type Row = Readonly<Record<string, unknown>>;

/** The check of one field's value, when there is something to check. */
export function companyCheck(
  field: CompiledField,
  value: unknown,
  pointer: string,
  company: number | undefined,
  holder: CompanyCheck["holder"],
): CompanyCheck | undefined {
  if (field.metadata.companyCheck === undefined || (company === undefined && holder === undefined)) return undefined;
  const related = typeof value === "number" ? [value] : Array.isArray(value) ? idsOfCommands(value) : [];
  if (related.length === 0) return undefined;
  if (company !== undefined) return { field, pointer, related, company };
  return holder === undefined ? undefined : { field, pointer, related, holder };
}

/** The company that a record's values name by id. */
export function companyGiven(values: Readonly<Record<string, unknown>>): number | undefined {
  const given = values.company_id;
  const id = isPlainObject(given) ? given.id : Array.isArray(given) ? given[0] : given;
  return typeof id === "number" ? id : undefined;
}

/** What to read for a check: fields of records by id. */
export function companyReads(check: CompanyCheck): { model: string; ids: readonly number[]; field: string }[] {
  const { field, related, company, holder } = check;
  const rule = field.metadata.companyCheck;
  if (rule === undefined) return [];
  const reads = [{ model: field.metadata.relation ?? "", ids: related, field: rule.field }];
  if (company !== undefined && rule.ancestors)
    reads.push({ model: "res.company", ids: [company], field: "parent_ids" });
  if (company === undefined && holder !== undefined)
    reads.push({ model: holder.model, ids: [holder.id], field: "company_id" });
  return reads;
}

/** The problems of a check, one for each related record of another company. */
export function judgeCompanies(
  check: CompanyCheck,
  rowOf: (model: string, id: number) => Row | undefined,
): FieldProblem[] {
  const { field, pointer, related, holder } = check;
  const rule = field.metadata.companyCheck;
  const company = check.company ?? idOf(holder && rowOf(holder.model, holder.id)?.company_id);
  if (rule === undefined || company === undefined) return [];
  const above = rule.ancestors ? rowOf("res.company", company)?.parent_ids : [];
  // Without the company's tree a record of another company may be one of a company above: Odoo knows.
  if (!Array.isArray(above)) return [];
  return related.flatMap((id) => {
    const row = rowOf(field.metadata.relation ?? "", id);
    const owners = ownersOf(row?.[rule.field]);
    if (owners.length === 0 || owners.some((owner) => owner === company || above.includes(owner))) return [];
    const detail = `${field.metadata.relation} ${id} belongs to company ${owners.join(", ")}, the ${field.model} to company ${company}`;
    return [fieldProblem(pointer, "multi_company_mismatch", { model: field.model, field: field.field, detail })];
  });
}

/** Companies of a record: of company_id (a pair, or none) or of company_ids. */
function ownersOf(value: unknown): number[] {
  if (Array.isArray(value) && value.length === 2 && typeof value[1] === "string") return [Number(value[0])];
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

function idOf(value: unknown): number | undefined {
  return ownersOf(value)[0];
}
