/** Which of the ids that somebody keeps no longer exist in Odoo. */
import type { OdooCaller } from "@odoorway/core";
import { checkedId } from "../bad-argument.js";
import type { PagingOptions } from "./options.js";
import { Pages } from "./pages.js";

/**
 * Those of the ids that no longer exist, in their order, each once a page. Archived records exist. Odoo does
 * not tell a deleted record from one that a record rule hides, so ask as a user who sees all of the model.
 * Throws OdoorwayError: `bad_arguments` for what is no id, and whatever Odoo says of the search.
 */
export async function* findDeleted(
  caller: OdooCaller,
  model: string,
  ids: Iterable<number> | AsyncIterable<number>,
  options: Omit<PagingOptions, "domain" | "includeArchived"> = {},
): AsyncGenerator<number, void> {
  const pages = new Pages(caller, model, options, true);
  let asked: number[] = [];
  for await (const id of ids) {
    asked.push(checkedId(id));
    if (asked.length >= pages.size) {
      yield* await missing(pages, asked);
      asked = [];
    }
  }
  yield* await missing(pages, asked);
}

async function missing(pages: Pages, ids: readonly number[]): Promise<number[]> {
  const unknown = new Set(ids);
  for (let at = 0; at < ids.length; ) {
    const asked = await pages.sized(ids.length - at, async (size) => {
      const some = ids.slice(at, at + size);
      for (const id of await pages.ids([["id", "in", some]], "id")) unknown.delete(id);
      return some.length;
    });
    at += asked;
  }
  return [...unknown];
}
