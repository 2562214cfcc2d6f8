/** Rows of a record to its values, as far as the rows alone can say: drafts, lines, repeated rows. */
import type { ModelMetadata } from "@odoorway/core";
import type { StoredRecord, StoredRow } from "@odoorway/store";
import { rowFault } from "../diagnosis.js";
import { type FieldColumn, fieldColumn, type Related } from "../mapping/columns.js";
import type { CompiledPlan, PlannedEntity } from "../mapping/plan.js";
import type { Row } from "../mapping/row.js";
import { type Draft, draftOfColumn, draftsOfValues, type FieldDraft } from "../mapping/values.js";
import type { RowDiagnosis } from "../types.js";

/** A record whose rows were read; nothing was asked of Odoo yet. */
export interface Built {
  readonly record: StoredRecord;
  readonly externalId: string;
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly lines: readonly BuiltLines[];
  /** Rows whose outcome is their own: repeated ones. */
  readonly ownRows: readonly { seq: number; outcome: "unchanged" | "failed"; diagnosis: string | null }[];
}

/** Lines of one one2many field. */
interface BuiltLines {
  readonly field: string;
  readonly drafts: readonly Readonly<Record<string, Draft>>[];
}

/** How the rows of one entity are read; made once an import and entity. */
export interface Builder {
  build(record: StoredRecord, rows: readonly StoredRow[]): Built;
}

/** @param related metadata of the models that lines and columns lead to */
export function createBuilder(
  plan: CompiledPlan,
  entityIndex: number,
  metadata: ModelMetadata,
  related: Related,
): Builder {
  const entity = plan.entities[entityIndex];
  if (!entity) throw new TypeError(`no entity ${entityIndex}`);
  const primary = entityIndex === plan.primary;
  const fields = entity.spec ? draftsOfValues(entity.spec.values, metadata, plan.entities) : undefined;
  const lines = entity.spec?.lines;
  const lineMetadata = lines && related.get(metadata.fields[lines.field]?.relation ?? "");
  const lineFields = lines && lineMetadata ? draftsOfValues(lines.values, lineMetadata, plan.entities) : undefined;
  const direct = directFields(entity, metadata, related);
  const linesOf = (rows: readonly Row[]): BuiltLines[] => {
    if (!lines) return direct.lines(rows);
    const drafts = rows.filter(entity.linesWhen).map((row) => firstOf(lineFields ?? [], [row]));
    return [{ field: lines.field, drafts }];
  };
  return {
    build(record, stored) {
      const rows = stored.map((one) => ({ stored: one, row: plan.read(one.data) }));
      const { taken, ownRows } = primary ? separate(plan, entity, rows) : { taken: rows.slice(0, 1), ownRows: [] };
      const readable = taken.map(({ row }) => row);
      return {
        record,
        externalId: entity.externalId(record.key),
        drafts: firstOf(fields ?? direct.fields(readable), entity.group ? readable : readable.slice(0, 1)),
        lines: linesOf(readable),
        ownRows,
      };
    },
  };
}

/** The first row that has a value gives it; a fault counts as one. */
function firstOf(fields: readonly FieldDraft[], rows: readonly Row[]): Record<string, Draft> {
  const drafts: Record<string, Draft> = {};
  for (const { field, draft } of fields)
    for (const row of rows) {
      const one = draft(row);
      if (one.kind === "omit") continue;
      if (one.kind === "value" && one.value === null && field in drafts) continue;
      drafts[field] = one;
      if (one.kind !== "value" || one.value !== null) break;
    }
  return drafts;
}

type DirectColumn = FieldDraft & { readonly lines: FieldColumn["lines"] };

interface DirectFields {
  fields(rows: readonly Row[]): readonly FieldDraft[];
  lines(rows: readonly Row[]): BuiltLines[];
}

/** Fields of a direct import: the columns of the file, or the keys of each object. */
function directFields({ direct }: PlannedEntity, metadata: ModelMetadata, related: Related): DirectFields {
  if (!direct) return { fields: () => [], lines: () => [] };
  const { key, columns, lines = [] } = direct;
  const drafts = new Map<string, DirectColumn | undefined>();
  const draftOf = (column: string): DirectColumn | undefined => {
    if (drafts.has(column)) return drafts.get(column);
    let draft: DirectColumn | undefined;
    const isField = Object.hasOwn(metadata.fields, column.split("/")[0] ?? "");
    if (column !== (key ?? "id") || (isField && column !== "id")) {
      const { field, by, lines } = fieldColumn(metadata, column, 1, related);
      draft = { field: field.name, draft: draftOfColumn(column, field, by), lines };
    }
    if (drafts.size < 10_000) drafts.set(column, draft);
    return draft;
  };
  const all = (names: readonly string[]) => names.flatMap((column) => draftOf(column) ?? []);
  const fixed = columns === null ? undefined : all(columns);
  const own = fixed?.filter((column) => column.lines === undefined);
  return {
    fields: (rows) => own ?? all(rows[0]?.keys() ?? []),
    lines: (rows) =>
      lines.map((field) => {
        const members = fixed?.filter((column) => column.lines === field) ?? [];
        const made = rows.map((row) => firstOf(members, [row]));
        return { field, drafts: made.filter((line) => Object.keys(line).length > 0) };
      }),
  };
}

/**
 * Rows that are equal in every cell to an earlier one are duplicates. In a group, every other row is
 * taken. Without a group, a further row of the same key that says something else is failed: taking it
 * would let the order of lines decide in silence. So it is with the cells of the record itself where further rows
 * give its lines; a row of nothing but a line is never a duplicate, since two lines may well be equal.
 */
function separate(
  plan: CompiledPlan,
  entity: PlannedEntity,
  rows: readonly { stored: StoredRow; row: Row }[],
): { taken: readonly { stored: StoredRow; row: Row }[]; ownRows: Built["ownRows"] } {
  if (rows.length < 2) return { taken: rows, ownRows: [] };
  const first = new Map<string, number>();
  const taken: { stored: StoredRow; row: Row }[] = [];
  const ownRows: { seq: number; outcome: "unchanged" | "failed"; diagnosis: string | null }[] = [];
  const fail = (stored: StoredRow, fault: RowDiagnosis) =>
    ownRows.push({ seq: stored.seq, outcome: "failed", diagnosis: JSON.stringify(fault) });
  for (const one of rows) {
    const { stored } = one;
    const earlier = first.get(stored.data);
    const head = entity.headOf?.(one.row) ?? "";
    const lineAlone = entity.headOf !== undefined && head === "" && entity.keyOf(one.row) === "";
    const repeats = earlier !== undefined && !lineAlone && (plan.duplicates !== "keep" || !entity.group);
    const disagrees = head !== "" && taken[0] !== undefined && head !== entity.headOf?.(taken[0].row);
    if (repeats && plan.duplicates !== "fail") ownRows.push({ seq: stored.seq, outcome: "unchanged", diagnosis: null });
    else if (repeats) fail(stored, rowFault("row_duplicate", { line: earlier }));
    else if ((!entity.group && taken.length > 0) || disagrees)
      fail(stored, rowFault("row_key_repeated", { key: stored.key ?? "", line: taken[0]?.stored.line }));
    else {
      if (earlier === undefined) first.set(stored.data, stored.line);
      taken.push(one);
    }
  }
  return { taken, ownRows };
}
