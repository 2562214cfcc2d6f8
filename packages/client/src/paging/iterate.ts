/**
 * Every record of a search, while others insert, delete and change: none twice, and none missing that matched
 * throughout. Offsets cannot promise that, since a row that goes moves all later ones up.
 *
 * By id (the default): each page asks for ids beyond the last one seen. Ids never change, so nothing moves.
 *
 * By any other order: the ids are asked once, in that order with the id behind it, and the records are then
 * read by their ids, page by page, with the domain once more so that what no longer matches is left out. Going
 * on from the last value of a field instead ("> the last date") cannot be exact with Odoo: an empty number
 * reads as 0 and sorts elsewhere, datetimes are stored in microseconds and answered in seconds, floats are
 * rounded when they are read, a relation sorts by its own model's order, texts sort by the database's collation
 * and the user's language. And a record whose sorted field changes meanwhile keeps its one place here.
 */
import type { OdooCaller } from "@odoorway/core";
import { badArgument, wholeFromOne } from "../bad-argument.js";
import type { IterateIdsOptions, IterateOptions, OdooRecord } from "./options.js";
import { Pages } from "./pages.js";
import { readAhead } from "./read-ahead.js";

/** Ids by search, in pages. See `iterate`. */
export async function* iterateIds(
  caller: OdooCaller,
  model: string,
  options: IterateIdsOptions = {},
): AsyncGenerator<number, void> {
  const pages = new Pages(caller, model, options, options.includeArchived ?? false, ["order", "limit"]);
  const { domain = [], limit } = checked(options);
  const direction = idOrder(options.order);
  if (direction === undefined) {
    yield* await pages.ids(domain, withId(options.order ?? ""), limit);
    return;
  }
  const after = (last: number | undefined, size: number) => pages.ids(beyond(domain, direction, last), direction, size);
  yield* readAhead(byId(pages, limit, after, (id) => id));
}

/**
 * The records of a search, read in pages that adapt to the server's pace; while one page is used the next is on
 * its way. The iteration ends at the first page without a record. Throws OdoorwayError: `bad_arguments` for a
 * wrong option, `cancelled` by the signal, and whatever Odoo says of the call.
 */
export async function* iterate(
  caller: OdooCaller,
  model: string,
  options: IterateOptions = {},
): AsyncGenerator<OdooRecord, void> {
  const pages = new Pages(caller, model, options, options.includeArchived ?? false, ["order", "limit", "fields"]);
  const { domain = [], limit } = checked(options);
  const { fields } = options;
  const direction = idOrder(options.order);
  if (direction === undefined) {
    const ids = await pages.ids(domain, withId(options.order ?? ""), limit);
    const read = (some: readonly number[]) => pages.records([["id", "in", some], ...domain], fields, "id");
    yield* readAhead(byPlan(pages, ids, read));
    return;
  }
  const after = (last: number | undefined, size: number) =>
    pages.records(beyond(domain, direction, last), fields, direction, size);
  yield* readAhead(byId(pages, limit, after, (record) => record.id));
}

type IdOrder = "id asc" | "id desc";

/** Pages by the last id seen. A short page is no end: some models (mail.message) filter after they have searched. */
async function* byId<T>(
  pages: Pages,
  limit: number | undefined,
  after: (last: number | undefined, size: number) => Promise<T[]>,
  idOf: (row: T) => number,
): AsyncGenerator<readonly T[], void> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  let last: number | undefined;
  while (left > 0) {
    const page = await pages.sized(left, (size) => after(last, size));
    const end = page.at(-1);
    if (end === undefined) return;
    last = idOf(end);
    left -= page.length;
    yield page;
  }
}

/** Pages of ids that are known, each put back into their order. */
async function* byPlan(
  pages: Pages,
  ids: readonly number[],
  read: (ids: readonly number[]) => Promise<OdooRecord[]>,
): AsyncGenerator<readonly OdooRecord[], void> {
  for (let at = 0; at < ids.length; ) {
    const { asked, found } = await pages.sized(ids.length - at, async (size) => {
      const asked = ids.slice(at, at + size);
      return { asked, found: new Map((await read(asked)).map((record) => [record.id, record])) };
    });
    at += asked.length;
    yield asked.flatMap((id) => found.get(id) ?? []);
  }
}

/** A domain's conditions stand side by side where no operator joins them, so one more is simply put in front. */
function beyond(domain: readonly unknown[], direction: IdOrder, last: number | undefined): readonly unknown[] {
  if (last === undefined) return domain;
  return [["id", direction === "id asc" ? ">" : "<", last], ...domain];
}

/** Whether the order is that of the ids, and which way. */
function idOrder(order = "id"): IdOrder | undefined {
  const match = /^\s*id(?:\s+(asc|desc))?\s*$/i.exec(order);
  if (match === null) return undefined;
  return match[1]?.toLowerCase() === "desc" ? "id desc" : "id asc";
}

function withId(order: string): string {
  const terms = order.split(",").map((term) => term.trim().split(/\s+/)[0]);
  return terms.includes("id") ? order : `${order}, id`;
}

function checked<T extends IterateIdsOptions>(options: T): T {
  const { limit, order } = options;
  if (limit !== undefined) wholeFromOne("limit", limit);
  if (order !== undefined && order.trim() === "") throw badArgument("order must name a field");
  return options;
}
