/** Results (result/rows.ts) that come in again as a file: what is ours goes, and the rows are what they were. */
import { OdoorwayError } from "@odoorway/core";
import type { Content } from "./content.js";
import { ownColumn } from "./header.js";
import type { CellsRow, ObjectRow } from "./rows.js";

type Values = Readonly<Record<string, unknown>>;
type Objects = Extract<Content, { kind: "objects" }>;

/** Keys of a line of results. */
const resultKeys = new Set(["line", "status", "data", "key", "id", "diagnosis", "import"]);

/** The row that a line of results tells of; undefined for any other object. */
function resultOf(object: Values): Values | undefined {
  const { line, status, data } = object;
  const isResult = typeof line === "number" && typeof status === "string" && typeof data === "object" && data !== null;
  return isResult && Object.keys(object).every((key) => resultKeys.has(key)) ? (data as Values) : undefined;
}

/** A line of a result file gives the row that it tells of; odoorway_* keys go. */
export function withoutOwn(object: Values): Values {
  const result = resultOf(object);
  if (result) return result;
  if (!Object.keys(object).some((key) => ownColumn.test(key))) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !ownColumn.test(key)));
}

/**
 * Results of a table whose columns have a path (country_id/code, order_line/name) are that table again: such columns
 * mean something there alone. Anything else stays as it is. Throws `import_wrong_cell_count` for a line of another table.
 */
export async function tableOfResults(content: Objects): Promise<Content> {
  const first = await content.rows.next();
  const begin = first.done ? [] : first.value;
  const rows = joined(begin, content.rows);
  const data = begin[0] && resultOf(begin[0].object);
  const columns = Object.keys(data ?? {});
  if (!begin[0] || !columns.some((column) => column.includes("/"))) return { kind: "objects", rows };
  return { kind: "cells", rows: cellsOf(columns, begin[0].line, rows), delimiter: undefined };
}

async function* joined(begin: ObjectRow[], rest: AsyncGenerator<ObjectRow[]>): AsyncGenerator<ObjectRow[]> {
  try {
    if (begin.length > 0) yield begin;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* cellsOf(
  columns: readonly string[],
  line: number,
  lists: AsyncGenerator<ObjectRow[]>,
): AsyncGenerator<CellsRow[]> {
  yield [{ line, cells: [...columns] }];
  for await (const list of lists)
    yield list.map(({ line, object }) => {
      const data = resultOf(object) ?? {};
      const known = columns.filter((column) => typeof data[column] === "string");
      if (known.length !== columns.length || Object.keys(data).length !== columns.length)
        throw new OdoorwayError("import_wrong_cell_count", {
          evidence: { line, received: known.length, expected: columns.length },
        });
      return { line, cells: columns.map((column) => String(data[column])) };
    });
}
