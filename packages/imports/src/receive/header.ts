/** The header of a CSV file: its columns, and every way in which it can be wrong. */
import { nearest, OdoorwayError } from "@odoorway/core";
import type { CellsRow } from "./rows.js";

/** Columns that results carry besides the input's own; ignored when a result file comes in again. */
export const ownColumn = /^odoorway_(line|status|id|code|cause|fix)$/;

export interface Header {
  readonly line: number;
  /** Names as they stand, trimmed, those of results included. */
  readonly all: readonly string[];
  /** Names that count. */
  readonly columns: readonly string[];
  /** Where those stand in a row. */
  readonly places: readonly number[];
}

const delimiters: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

/** `delimiter`: of CSV. Throws `import_wrong_delimiter`, `import_duplicate_column`. A column without a name is called column_N. */
export function readHeader(row: CellsRow, delimiter: string | undefined): Header {
  const [single] = row.cells;
  if (row.cells.length === 1 && single !== undefined && delimiter !== undefined)
    refuseOtherDelimiter(single, row.line, delimiter);
  const all = row.cells.map((cell, index) => cell.trim() || `column_${index + 1}`);
  const seen = new Set<string>();
  for (const column of all) {
    if (seen.has(column)) throw new OdoorwayError("import_duplicate_column", { evidence: { line: row.line, column } });
    seen.add(column);
  }
  const places = all.flatMap((column, index) => (ownColumn.test(column) ? [] : [index]));
  return { line: row.line, all, columns: places.map((place) => all[place] ?? ""), places };
}

function refuseOtherDelimiter(header: string, line: number, delimiter: string): void {
  if (/^\s*[[{]/.test(header))
    throw new OdoorwayError("import_not_csv", { evidence: { line, column: 1, detail: "it looks like JSON." } });
  for (const other of Object.keys(delimiters))
    if (other !== delimiter && header.includes(other))
      throw new OdoorwayError("import_wrong_delimiter", {
        evidence: {
          line,
          delimiter: other === "\t" ? "a tab (%09)" : other,
          expected: delimiters[delimiter] === undefined ? delimiter : `a ${delimiters[delimiter]}`,
        },
      });
}

/** Throws `import_missing_column` for the first needed column that is not there. */
export function requireColumns(columns: readonly string[], needed: Iterable<string>, line: number): void {
  const known = new Set(columns);
  for (const column of needed)
    if (!known.has(column))
      throw new OdoorwayError("import_missing_column", {
        evidence: { line, column, nearest: nearest(column, columns), known: columns.slice(0, 60) },
      });
}
