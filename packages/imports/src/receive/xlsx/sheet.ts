/** The rows of one sheet, as they stand in it: cells in their columns, values as text. */
import type { CellsRow } from "../rows.js";
import { numberText } from "./numbers.js";
import { unescapeText, type WorkbookParts } from "./parts.js";
import { readXml } from "./xml.js";
import { damagedWorkbook, type Zip } from "./zip.js";

/** Columns of a sheet in Excel. */
const mostColumns = 16_384;
const uncomputed = "a value; open the file in Excel and save it, so that its formulas are computed";

type Cell = { readonly text: string } | { readonly text: string; readonly expected: string };

/**
 * Rows with anything in them, in lists as they come; empty cells at a row's end are left out. Of merged cells the
 * first alone has the value, as in the file. Hidden rows are rows.
 */
export async function* readSheet(zip: Zip, parts: WorkbookParts): AsyncGenerator<CellsRow[]> {
  const reader = new SheetReader(parts);
  for await (const _piece of readXml(zip, parts.sheet, reader)) {
    const rows = reader.take();
    if (rows.length > 0) yield rows;
  }
}

class SheetReader {
  readonly #parts: WorkbookParts;
  #rows: CellsRow[] = [];
  #line = 0;
  #cells: (Cell | undefined)[] = [];
  #place = -1;
  #type = "n";
  #style = 0;
  #value: string | undefined;
  #text = "";
  #formula = false;
  #inside: "v" | "t" | undefined;
  #phonetic = false;

  constructor(parts: WorkbookParts) {
    this.#parts = parts;
  }

  take(): CellsRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "row") {
      const line = attributes.r === undefined ? this.#line + 1 : Number(attributes.r);
      if (!Number.isSafeInteger(line) || line <= this.#line) throw damagedWorkbook("Its rows are out of order.");
      this.#line = line;
      this.#cells = [];
      this.#place = -1;
    } else if (name === "c") {
      this.#place = attributes.r === undefined ? this.#place + 1 : columnOf(attributes.r);
      if (this.#place >= mostColumns) throw damagedWorkbook("It has more columns than a sheet can have.");
      this.#type = attributes.t ?? "n";
      this.#style = Number(attributes.s ?? 0);
      this.#value = undefined;
      this.#text = "";
      this.#formula = false;
    } else if (name === "f") this.#formula = true;
    else if (name === "rPh") this.#phonetic = true;
    else if (name === "v" || (name === "t" && !this.#phonetic)) {
      this.#inside = name;
      // A formula whose result is an empty text has an empty value.
      if (name === "v" && this.#type === "str") this.#value ??= "";
    }
  }

  text(text: string): void {
    if (this.#inside === "v") this.#value = (this.#value ?? "") + text;
    if (this.#inside === "t") this.#text += text;
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.#inside = undefined;
    else if (name === "rPh") this.#phonetic = false;
    else if (name === "c") this.#cells[this.#place] = this.#cell();
    else if (name === "row") this.#finishRow();
  }

  #cell(): Cell | undefined {
    const value = this.#value;
    if (this.#type === "inlineStr") return { text: unescapeText(this.#text) };
    if (value === undefined || (value === "" && this.#type !== "str"))
      return this.#formula ? { text: "", expected: uncomputed } : undefined;
    switch (this.#type) {
      case "s": {
        const text = this.#parts.strings[Number(value)];
        if (text === undefined) throw damagedWorkbook(`Row ${this.#line} refers to a text that is not there.`);
        return { text };
      }
      case "str":
        return { text: unescapeText(value) };
      case "b":
        return { text: value === "1" ? "true" : "false" };
      case "e":
        return { text: value, expected: "a value; it is an error of Excel's" };
      case "d":
        return { text: value };
      default: {
        const kind = this.#parts.kinds[this.#style] ?? { kind: "number" };
        const text = numberText(value, kind, this.#parts.from1904);
        if (text === undefined) throw damagedWorkbook(`Row ${this.#line} has a number that is none.`);
        return { text };
      }
    }
  }

  #finishRow(): void {
    const cells = Array.from(this.#cells, (cell) => cell?.text ?? "");
    const faults = Array.from(this.#cells, (cell, place) =>
      cell && "expected" in cell ? [{ place, expected: cell.expected }] : [],
    ).flat();
    while (cells.length > 0 && cells.at(-1)?.trim() === "" && !faults.some(({ place }) => place === cells.length - 1))
      cells.pop();
    if (cells.length > 0) this.#rows.push({ line: this.#line, cells, ...(faults.length === 0 ? {} : { faults }) });
  }
}

/** `AB12` -> 27. */
function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference)?.[0];
  if (letters === undefined) throw damagedWorkbook(`It has a cell with the address ${reference.slice(0, 20)}.`);
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
