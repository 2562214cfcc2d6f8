/**
 * The rows of an import with what became of them, to be read by people and to be sent again.
 *
 * Cells are given exactly as they came, so that a corrected file can be imported as it is. A cell that
 * starts with = + - or @ may therefore be taken for a formula by a spreadsheet, as in the file that was
 * sent; only what is ours is guarded. Offer the file as a download, never inline.
 */
import type { RowResult, Store } from "@odoorway/store";
import { stringify } from "csv-stringify/sync";
import { explainFault } from "../diagnosis.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { RowDiagnosis, RowFilter } from "../types.js";

const rowsPerPage = 2000;
const ownColumns = [
  "odoorway_line",
  "odoorway_status",
  "odoorway_id",
  "odoorway_code",
  "odoorway_cause",
  "odoorway_fix",
];

/** Chunks of text: NDJSON lines, or CSV with a header. `read`: how many rows the import has. */
export async function* resultRows(
  store: Store,
  importId: string,
  plan: CompiledPlan,
  read: number,
  options: { status?: RowFilter; format: "ndjson" | "csv" },
  /** Of several files: each row says whose it is. */
  ofSeveral = false,
): AsyncGenerator<string> {
  const pages = () => pagesOf(store, importId, read, options.status);
  if (options.format === "ndjson") {
    const whose = ofSeveral ? { import: importId } : {};
    for await (const rows of pages())
      yield rows.map((row) => `${JSON.stringify({ ...jsonRow(plan, row), ...whose })}\n`).join("");
    return;
  }
  const columns = plan.plan.columns ?? (await columnsOfObjects(pages()));
  yield stringify([[...columns, ...ownColumns]]);
  for await (const rows of pages()) yield stringify(rows.map((row) => csvRow(plan, columns, row)));
}

async function* pagesOf(
  store: Store,
  importId: string,
  read: number,
  status: RowFilter | undefined,
): AsyncGenerator<RowResult[]> {
  const filter = status === undefined || status === "successful" ? {} : { status };
  for (let after = 0; after < read; after += rowsPerPage) {
    const page = await store.pageOfRows(importId, { after, limit: rowsPerPage, ...filter });
    const rows = status === "successful" ? page.filter(isSuccessful) : page;
    if (rows.length > 0) yield rows;
  }
}

function isSuccessful({ status }: RowResult): boolean {
  return status === "created" || status === "updated" || status === "unchanged";
}

/** Rows of objects have no header: all their keys, in the order that they first come in. */
async function columnsOfObjects(pages: AsyncIterable<RowResult[]>): Promise<string[]> {
  const columns = new Set<string>();
  for await (const rows of pages)
    for (const row of rows)
      for (const key of Object.keys(JSON.parse(row.data) as Record<string, unknown>)) columns.add(key);
  return [...columns];
}

function diagnosisOf(plan: CompiledPlan, row: RowResult): RowDiagnosis | undefined {
  return row.diagnosis === null ? undefined : explainFault(row.diagnosis, plan.plan, plan.read(row.data));
}

function jsonRow(plan: CompiledPlan, row: RowResult): Record<string, unknown> {
  const stored = JSON.parse(row.data) as unknown;
  const { columns } = plan.plan;
  const data =
    columns === null
      ? stored
      : Object.fromEntries(columns.map((column, index) => [column, (stored as string[])[index] ?? ""]));
  const diagnosis = diagnosisOf(plan, row);
  return {
    line: row.line,
    status: row.status,
    data,
    ...(row.key === null ? {} : { key: row.key }),
    ...(row.odooId === null ? {} : { id: row.odooId }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
  };
}

function csvRow(plan: CompiledPlan, columns: readonly string[], row: RowResult): string[] {
  const read = plan.read(row.data);
  const diagnosis = diagnosisOf(plan, row);
  return [
    ...columns.map((column) => read.text(column)),
    String(row.line),
    row.status,
    row.odooId === null ? "" : String(row.odooId),
    diagnosis?.code ?? "",
    guarded(diagnosis?.cause ?? ""),
    guarded(diagnosis?.fix ?? ""),
  ];
}

function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
