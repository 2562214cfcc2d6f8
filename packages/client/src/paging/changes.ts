/**
 * What changed since a cursor, by write_date. Two things make that harder than it looks. Odoo stores
 * microseconds and answers whole seconds, and a single transaction gives thousands of records one write_date:
 * so a second is always read as a whole, by id. And write_date is the beginning of the transaction: a record of
 * a long one appears with a date that lies behind. So every run goes back by `overlap`.
 *
 * States: opening (records without write_date, in a first run only) -> looking: a page by write_date -> draining:
 * the last second of that page, by id -> looking for what comes after that second -> ... -> done, at the first
 * look that finds nothing.
 */
import type { OdooCaller } from "@odoorway/core";
import { badArgument } from "../bad-argument.js";
import type { Domain, OdooRecord, PagingOptions } from "./options.js";
import { Pages } from "./pages.js";

/** Where a run got to. Plain JSON, to be kept with what was read. */
export interface ChangeCursor {
  /** The second, in UTC, as Odoo writes it: `2026-01-31 09:00:00`. */
  readonly writeDate: string;
  /** Last id within that second. */
  readonly id: number;
}

export interface Change {
  readonly record: OdooRecord;
  readonly cursor: ChangeCursor;
}

export interface ChangesOptions extends PagingOptions {
  /** The cursor of the last change that was dealt with; everything where left out. */
  readonly since?: ChangeCursor;
  /** Fields to read; every field of the model where left out, which is slow. `id` and `write_date` come always. */
  readonly fields?: readonly string[];
  /**
   * How far a run goes back behind its cursor, in milliseconds (default 150 000). Records of a transaction that
   * takes longer may be missed: Odoo ends a request after 120 s (`limit_time_real`), unless it is configured otherwise.
   */
  readonly overlap?: number;
}

const defaultOverlap = 150_000;
const beginning: ChangeCursor = { writeDate: "1970-01-01 00:00:00", id: 0 };

/**
 * Records written since the cursor, oldest first, archived ones too unless `includeArchived` is false. Within a
 * run no version of a record comes twice; one that is changed again meanwhile comes again with its new
 * write_date. A later run repeats what lies within the overlap, so deal with each by its id. Deletions leave no
 * trace: see `findDeleted`. Throws OdoorwayError.
 */
export async function* iterateChanges(
  caller: OdooCaller,
  model: string,
  options: ChangesOptions = {},
): AsyncGenerator<Change, void> {
  const { since, domain = [], overlap = defaultOverlap } = options;
  if (!Number.isFinite(overlap) || overlap < 0) throw badArgument("overlap must be milliseconds from 0 on");
  if (since !== undefined && !isCursor(since)) throw badArgument("since must be a cursor of an earlier run");
  const pages = new Pages(caller, model, options, options.includeArchived ?? true, ["since", "fields", "overlap"]);
  const fields = options.fields && [...new Set([...options.fields, "write_date"])];
  const read = (extra: Domain, order: string, size: number) =>
    pages.records([...extra, ...domain], fields, order, size);

  if (since === undefined) {
    const undated = (last: number, size: number) =>
      read(
        [
          ["write_date", "=", false],
          ["id", ">", last],
        ],
        "id",
        size,
      );
    for await (const record of drain(pages, undated)) yield { record, cursor: beginning };
  }
  let from = since === undefined ? beginning.writeDate : shifted(since.writeDate, -overlap);
  for (;;) {
    const page = await pages.sized(Number.POSITIVE_INFINITY, (size) =>
      read([["write_date", ">=", from]], "write_date, id", size),
    );
    const end = page.at(-1);
    if (end === undefined) return;
    const second = writeDateOf(end);
    const after = shifted(second, 1000);
    // Earlier seconds are complete; the last one may go on beyond this page and is read as a whole.
    for (const record of inOrder(page)) {
      const writeDate = writeDateOf(record);
      if (writeDate !== second) yield { record, cursor: { writeDate, id: record.id } };
    }
    const within = [
      ["write_date", ">=", second],
      ["write_date", "<", after],
    ];
    for await (const record of drain(pages, (last, size) => read([...within, ["id", ">", last]], "id", size)))
      yield { record, cursor: { writeDate: second, id: record.id } };
    from = after;
  }
}

/** All rows of a condition by id, until a page has none. */
async function* drain(
  pages: Pages,
  read: (last: number, size: number) => Promise<OdooRecord[]>,
): AsyncGenerator<OdooRecord, void> {
  for (let last = 0; ; ) {
    const page = await pages.sized(Number.POSITIVE_INFINITY, (size) => read(last, size));
    yield* page;
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}

/** By second and, within one, by id, so that the cursor only ever goes forward. */
function inOrder(page: readonly OdooRecord[]): OdooRecord[] {
  return [...page].sort((a, b) => {
    const [one, other] = [writeDateOf(a), writeDateOf(b)];
    return one < other ? -1 : one > other ? 1 : a.id - b.id;
  });
}

function writeDateOf(record: OdooRecord): string {
  const { write_date } = record;
  if (typeof write_date === "string" && isSecond(write_date)) return write_date;
  throw badArgument("the model keeps no write_date");
}

function isCursor(value: unknown): value is ChangeCursor {
  if (typeof value !== "object" || value === null || !("writeDate" in value) || !("id" in value)) return false;
  return typeof value.writeDate === "string" && isSecond(value.writeDate) && Number.isSafeInteger(value.id);
}

function isSecond(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text) && !Number.isNaN(Date.parse(toIso(text)));
}

function shifted(second: string, milliseconds: number): string {
  const moved = new Date(Math.max(0, Math.floor((Date.parse(toIso(second)) + milliseconds) / 1000) * 1000));
  return moved.toISOString().slice(0, 19).replace("T", " ");
}

const toIso = (second: string): string => `${second.replace(" ", "T")}Z`;
