/** Rows as the readers of all formats give them, before anything is known of what their columns mean. */

/** A row of a table, without names. */
export interface CellsRow {
  /** Line of the file (row of the sheet) where it starts, from 1. */
  readonly line: number;
  readonly cells: string[];
  /** Cells that hold no value that could be taken: place in `cells`, and what was expected of it. */
  readonly faults?: readonly { readonly place: number; readonly expected: string }[];
}

/** A row that is a JSON object. */
export interface ObjectRow {
  readonly line: number;
  readonly object: Readonly<Record<string, unknown>>;
}
