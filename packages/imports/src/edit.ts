/** Rows as people corrected them, made ready to take the place of the stored ones. */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { RowEdit, Store, StoredImport, StoredRow } from "@odoorway/store";
import { invalidEdit as invalid, matchRows } from "./edited-rows.js";
import { flowNamed, placeByFlow } from "./flow/placing.js";
import type { RowFlow, RowFlows } from "./flow/row-flow.js";
import { type CompiledPlan, compilePlan, readPlan } from "./mapping/plan.js";
import { objectRow } from "./mapping/row.js";
import { noteFault } from "./receive/long-row.js";
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
  const matched = await matchRows(store, stored, plan, edited);
  const edits: RowEdit[] = [];
  const left: Left[] = [];
  const places = new Map<number, string | null>();
  // In the order of the file, since a row may go on with the record of the row above.
  for (const { row, edit: wanted } of matched.sort((one, other) => one.row.seq - other.row.seq)) {
    const moved: Move[] = [];
    const above = () => keyAbove(store, stored.id, places, row);
    const edit = { ...(await editOf(plan, flow, row, wanted, above)), moved };
    edits.push(edit);
    places.set(edit.seq, edit.key);
    const keys = new Map(edit.records.map((record) => [record.entity, record.key]));
    for (const [entity, key] of keysOf(plan, row.data).entries())
      if (entity !== plan.primary && key !== "" && keys.get(entity) !== key)
        left.push({ seq: edit.seq, moved, entity, key });
  }
  await moveRecords(store, stored, plan, edits, left);
  return edits;
}

/** Throws `import_not_finished` when mended rows are not in their places, since somebody else sent the import again just before. */
export async function refuseUntaken(store: Store, id: string, edits: readonly RowEdit[]): Promise<void> {
  const seqs = edits.map(({ seq }) => seq);
  const rows = new Map((await store.rowsBySeq(id, seqs)).map(({ seq, data }) => [seq, data]));
  if (edits.every(({ seq, data }) => rows.get(seq) === data)) return;
  const state = (await store.getImport(id))?.state ?? "queued";
  throw new OdoorwayError("import_not_finished", { evidence: { id, state } });
}

/** Of a row that is but a further line of a record: the key that the row above has now. */
async function keyAbove(
  store: Store,
  importId: string,
  edited: ReadonlyMap<number, string | null>,
  { seq, key }: StoredRow,
): Promise<string | null> {
  const now = edited.get(seq - 1);
  if (now !== undefined) return now;
  return key ?? (await store.rowsBySeq(importId, [seq - 1]))[0]?.key ?? null;
}

async function editOf(
  plan: CompiledPlan,
  flow: RowFlow | undefined,
  row: StoredRow,
  { data, ofTable = false }: EditedRow,
  keyAbove: () => Promise<string | null>,
): Promise<Omit<RowEdit, "moved">> {
  const { columns } = plan.plan;
  let stored: unknown = columns === null && ofTable ? asBefore(data, row.data) : data;
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
  const note = read.keys().flatMap((column) => noteFault(read.value(column), column) ?? [])[0];
  // A further line of a record has no key of its own, mended or not.
  const above = plan.goesOn(read) ? await keyAbove() : null;
  const place = () => (flow ? placeByFlow(flow, read, row.seq) : plan.place(read));
  const placed = note ? { fault: note } : above !== null ? { keys: [above] } : await place();
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

/** Cells in place of an object's values: what was no text, and is not changed, or is still of its kind, stays what it was. */
function asBefore(cells: EditedRow["data"], before: string): Record<string, unknown> {
  const values = JSON.parse(before) as Record<string, unknown>;
  const old = objectRow(values);
  const entries = Object.entries(cells).flatMap(([column, cell]): [string, unknown][] => {
    const value = Object.hasOwn(values, column) ? values[column] : undefined;
    if (cell === old.text(column)) return value === undefined ? [] : [[column, value]];
    return [[column, typeof value === "string" || typeof cell !== "string" ? cell : ofKind(value, cell)]];
  });
  return Object.fromEntries(entries);
}

function ofKind(before: unknown, cell: string): unknown {
  try {
    const value: unknown = JSON.parse(cell);
    return typeof value === typeof before && before !== null ? value : cell;
  } catch {
    return cell;
  }
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
