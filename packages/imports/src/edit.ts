/** Rows as people corrected them, made ready to take the place of the stored ones. */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { RowEdit, Store, StoredImport, StoredRow } from "@odoorway/store";
import { flowNamed, placeByFlow } from "./flow/placing.js";
import type { RowFlow, RowFlows } from "./flow/row-flow.js";
import { type CompiledPlan, compilePlan, readPlan } from "./mapping/plan.js";
import type { EditedRow } from "./types.js";

const rowsPerPage = 1000;
const mostEdits = 10_000;

type Move = RowEdit["moved"][number];

/** A record that a row named before it was edited. */
interface Left {
  readonly seq: number;
  readonly moved: Move[];
  readonly entity: number;
  readonly key: string;
}

/** Rejects with `invalid_parameter` when a row is not there, is over, or has unknown columns. */
export async function editRows(
  store: Store,
  flows: RowFlows | undefined,
  stored: StoredImport,
  edited: readonly EditedRow[],
): Promise<RowEdit[]> {
  if (edited.length > mostEdits) throw invalid(`${edited.length} rows are edited`, `at most ${mostEdits} at once`);
  const plan = compilePlan(readPlan(stored.plan));
  const flow = plan.plan.kind === "flow" ? flowNamed(flows, plan.plan.flow) : undefined;
  const rows = await rowsOf(store, stored.id, edited);
  const edits: RowEdit[] = [];
  const left: Left[] = [];
  for (const [index, { data }] of edited.entries()) {
    const row = rows[index];
    if (!row) continue;
    const moved: Move[] = [];
    const edit = { ...(await editOf(plan, flow, row, data)), moved };
    edits.push(edit);
    const keys = new Map(edit.records.map((record) => [record.entity, record.key]));
    for (const [entity, key] of keysOf(plan, row.data).entries())
      if (entity !== plan.primary && key !== "" && keys.get(entity) !== key)
        left.push({ seq: edit.seq, moved, entity, key });
  }
  await moveRecords(store, stored, plan, edits, left);
  return edits;
}

function invalid(detail: string, expected: string): OdoorwayError {
  return new OdoorwayError("invalid_parameter", { evidence: { parameter: "edited", detail, expected } });
}

/** The stored row of each edit, which must have failed or not been processed. */
async function rowsOf(store: Store, importId: string, edited: readonly EditedRow[]): Promise<StoredRow[]> {
  const seqs = edited.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
  const lines = edited.flatMap(({ seq, line }) => (seq === undefined && line !== undefined ? [line] : []));
  const found = [
    ...(seqs.length === 0 ? [] : await store.rowsBySeq(importId, seqs)),
    ...(lines.length === 0 ? [] : await store.rowsByLine(importId, lines)),
  ];
  const taken = new Set<number>();
  const rows: StoredRow[] = [];
  for (const { seq, line } of edited) {
    const row = found.find((one) => (seq === undefined ? one.line === line : one.seq === seq));
    const name = seq === undefined ? `line ${line}` : `row ${seq}`;
    if (!row) throw invalid(`there is no ${name}`, "seq or line of a row of this import");
    if (taken.has(row.seq)) throw invalid(`${name} is edited twice`, "each row once");
    taken.add(row.seq);
    const [status] = await store.pageOfRows(importId, { after: row.seq - 1, limit: 1 });
    if (status?.status !== "failed" && status?.status !== "unprocessed")
      throw invalid(`${name} is ${status?.status ?? "gone"}`, "rows that failed or were not processed");
    rows.push(row);
  }
  return rows;
}

async function editOf(
  plan: CompiledPlan,
  flow: RowFlow | undefined,
  row: StoredRow,
  data: EditedRow["data"],
): Promise<Omit<RowEdit, "moved">> {
  const { columns } = plan.plan;
  let stored: unknown = data;
  if (columns !== null) {
    const unknown = Object.keys(data).find((column) => !columns.includes(column));
    if (unknown !== undefined) {
      const close = nearest(unknown, columns);
      throw invalid(
        `the file has no column ${unknown}${close === undefined ? "" : ` (did you mean ${close}?)`}`,
        `columns of the file: ${columns.join(", ")}`,
      );
    }
    stored = columns.map((column) => cellOf(data[column]));
  }
  const text = JSON.stringify(stored);
  const read = plan.read(text);
  // A further line of a record has no key of its own, mended or not.
  const place = () => (flow ? placeByFlow(flow, read, row.seq) : plan.place(read));
  const placed = row.key !== null && plan.goesOn(read) ? { keys: [row.key] } : await place();
  if ("fault" in placed)
    return { seq: row.seq, data: text, key: null, diagnosis: JSON.stringify(placed.fault), records: [] };
  const records = placed.keys.flatMap((key, entity) =>
    key === "" ? [] : [{ entity, key, firstRow: row.seq, rows: 1 }],
  );
  return { seq: row.seq, data: text, key: placed.keys[plan.primary] ?? "", diagnosis: null, records };
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function keysOf(plan: CompiledPlan, data: string): readonly string[] {
  const placed = plan.place(plan.read(data));
  return "keys" in placed ? placed.keys : [];
}

/**
 * A record besides the primary one (a customer) takes its values from the first row that names it. When that row
 * names another now, the next row of the file that names it takes its place; that is looked for row by row.
 */
async function moveRecords(
  store: Store,
  stored: StoredImport,
  plan: CompiledPlan,
  edits: readonly RowEdit[],
  left: readonly Left[],
): Promise<void> {
  const open = new Map<string, (firstRow: number | null) => void>();
  for (const { seq, moved, entity, key } of left) {
    const [record] = await store.recordsByKey(stored.id, entity, [key]);
    if (record?.firstRow !== seq) continue;
    open.set(`${entity} ${key}`, (firstRow) => moved.push({ entity, key, firstRow }));
  }
  const edited = new Set(edits.map(({ seq }) => seq));
  const settle = (entity: number, key: string, seq: number): void => {
    open.get(`${entity} ${key}`)?.(seq);
    open.delete(`${entity} ${key}`);
  };
  for (const { seq, records } of edits) for (const { entity, key } of records) settle(entity, key, seq);
  for (let after = 0; open.size > 0 && after < stored.read; after += rowsPerPage)
    for (const row of await store.pageOfRows(stored.id, { after, limit: rowsPerPage }))
      if (!edited.has(row.seq) && row.key !== null)
        for (const [entity, key] of keysOf(plan, row.data).entries()) settle(entity, key, row.seq);
  for (const none of open.values()) none(null);
}
