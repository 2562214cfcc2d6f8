/** Which stored row each row takes the place of that people corrected: by its number, or by its line. */
import { OdoorwayError } from "@odoorway/core";
import type { Store, StoredImport, StoredRow } from "@odoorway/store";
import type { CompiledPlan } from "./mapping/plan.js";
import type { EditedRow } from "./types.js";

const rowsPerPage = 1000;

interface Matched {
  readonly row: StoredRow;
  readonly edit: EditedRow;
}

export function invalidEdit(detail: string, expected: string): OdoorwayError {
  return new OdoorwayError("invalid_parameter", { evidence: { parameter: "edited", detail, expected } });
}

/** Rejects with `invalid_parameter` when a row is not there, is edited twice, or neither failed nor is unprocessed. */
export async function matchRows(
  store: Store,
  stored: StoredImport,
  plan: CompiledPlan,
  edited: readonly EditedRow[],
): Promise<Matched[]> {
  const byLine = edited.filter(({ seq }) => seq === undefined);
  const bySeq = edited.filter(({ seq }) => seq !== undefined);
  // Rows of a table have a line each; those of a JSON array may share one.
  const ofLines =
    plan.plan.columns === null
      ? await matchSharedLines(store, stored, byLine)
      : await matchLines(store, stored, byLine);
  const seqs = bySeq.flatMap(({ seq }) => seq ?? []);
  const rows = new Map((await store.rowsBySeq(stored.id, seqs)).map((row) => [row.seq, row]));
  const ofSeqs = bySeq.map((edit) => ({ edit, row: there(rows.get(edit.seq ?? 0), `row ${edit.seq}`) }));
  const matched = [...ofLines, ...ofSeqs];
  const taken = new Set<number>();
  for (const { row, edit } of matched) {
    const name = edit.seq === undefined ? `line ${edit.line}` : `row ${edit.seq}`;
    if (taken.has(row.seq)) throw invalidEdit(`${name} is edited twice`, "each row once");
    taken.add(row.seq);
    const [status] = await store.pageOfRows(stored.id, { after: row.seq - 1, limit: 1 });
    if (status?.status !== "failed" && status?.status !== "unprocessed")
      throw invalidEdit(`${name} is ${status?.status ?? "gone"}`, "rows that failed or were not processed");
  }
  return matched;
}

function there(row: StoredRow | undefined, name: string): StoredRow {
  if (row) return row;
  throw invalidEdit(`there is no ${name}`, "seq or line of a row of this import");
}

async function matchLines(store: Store, { id }: StoredImport, edited: readonly EditedRow[]): Promise<Matched[]> {
  const lines = edited.flatMap(({ line }) => line ?? []);
  const rows = new Map((lines.length === 0 ? [] : await store.rowsByLine(id, lines)).map((row) => [row.line, row]));
  return edited.map((edit) => ({ edit, row: there(rows.get(edit.line ?? 0), `line ${edit.line}`) }));
}

/**
 * The rows of a line are told apart by their order: as many must be sent as failed in it, or as are open in it. (Sent in
 * another order they take one another's places, and the same records come of it.)
 */
async function matchSharedLines(store: Store, stored: StoredImport, edited: readonly EditedRow[]): Promise<Matched[]> {
  const sent = new Map<number | undefined, EditedRow[]>();
  for (const edit of edited) {
    const edits = sent.get(edit.line) ?? [];
    sent.set(edit.line, edits);
    edits.push(edit);
  }
  const failed = await rowsOfLines(store, stored, sent, "failed");
  const unprocessed = await rowsOfLines(store, stored, sent, "unprocessed");
  return [...sent].flatMap(([line, edits]) => {
    const ofFailed = failed.get(line) ?? [];
    const open = [...ofFailed, ...(unprocessed.get(line) ?? [])].sort((one, other) => one.seq - other.seq);
    const rows = ofFailed.length === edits.length ? ofFailed : open;
    if (rows.length === 0)
      throw invalidEdit(`there is no line ${line} that failed`, "lines of rows that failed or were not processed");
    if (rows.length !== edits.length)
      throw invalidEdit(`${edits.length} of the rows of line ${line} are sent`, "all that failed in this line");
    return edits.flatMap((edit, place) => {
      const row = rows[place];
      return row ? [{ edit, row }] : [];
    });
  });
}

/** By line, of each one row more at most than was sent. */
async function rowsOfLines(
  store: Store,
  { id, read }: StoredImport,
  sent: ReadonlyMap<number | undefined, readonly EditedRow[]>,
  status: "failed" | "unprocessed",
): Promise<Map<number | undefined, StoredRow[]>> {
  const found = new Map<number | undefined, StoredRow[]>();
  if (sent.size === 0) return found;
  for (let after = 0; after < read; after += rowsPerPage)
    for (const row of await store.pageOfRows(id, { after, limit: rowsPerPage, status })) {
      const rows = found.get(row.line) ?? [];
      if (rows.length > (sent.get(row.line)?.length ?? -1)) continue;
      found.set(row.line, rows);
      rows.push(row);
    }
  return found;
}
