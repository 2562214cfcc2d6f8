/**
 * CSV as RFC 4180 has it, in the dialects that are found, read a chunk at a time. Written here and not taken
 * from a library because every complaint must name the physical line and column, and a row must know the line
 * that it starts at, line breaks inside quotes included.
 */
import { OdoorwayError } from "@odoorway/core";
import type { CellsRow } from "./rows.js";

export interface Dialect {
  readonly delimiter: string;
  readonly quote: '"' | "'";
  /** Lines that stand before the header. */
  readonly skip: 0 | 1;
}

/**
 * Rows of a CSV text, in lists as they come. Blank lines are skipped. LF and CRLF end a row. Throws
 * `import_not_csv` and, for a row longer than `rowLimit` characters, `import_line_too_long`.
 */
export async function* readCsv(
  text: AsyncIterable<string>,
  dialect: Dialect,
  rowLimit: number,
): AsyncGenerator<CellsRow[]> {
  const reader = new CsvReader(dialect, rowLimit);
  for await (const chunk of text) {
    const rows = reader.feed(chunk, false);
    if (rows.length > 0) yield rows;
  }
  const rows = reader.feed("", true);
  if (rows.length > 0) yield rows;
}

export class CsvReader {
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #rowLimit: number;
  #skip: number;
  #text = "";
  /** Chunks that cannot end the row under way, with their length; joined when one can. */
  #waiting: string[] = [];
  #waitingLength = 0;
  /** Length that the text must come to before the row under way is tried again. */
  #worthTrying = 0;
  #line = 1;
  /** Set by #cell: where it ended, and the line breaks inside of it. */
  #end = 0;
  #breaks = 0;

  constructor({ delimiter, quote, skip }: Dialect, rowLimit: number) {
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#rowLimit = rowLimit;
    this.#skip = skip;
  }

  feed(chunk: string, last: boolean): CellsRow[] {
    this.#waiting.push(chunk);
    this.#waitingLength += chunk.length;
    if (this.#text.length + this.#waitingLength > this.#rowLimit + chunk.length) this.#refuseLength();
    const length = this.#text.length + this.#waitingLength;
    if (!last && (length < this.#worthTrying || !(this.#text === "" || chunk.includes("\n")))) return [];
    this.#text += this.#waiting.join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    const rows: CellsRow[] = [];
    let at = 0;
    while (at < this.#text.length) {
      const next = this.#row(at, last, rows);
      if (next < 0) break;
      at = next;
    }
    this.#text = this.#text.slice(at);
    if (this.#text.length > this.#rowLimit) this.#refuseLength();
    // A row is read from its start again: only once it has grown by half, or a long one would take squared time.
    this.#worthTrying = at === 0 && this.#text.length > 65_536 ? this.#text.length * 1.5 : 0;
    return rows;
  }

  #refuseLength(): never {
    throw new OdoorwayError("import_line_too_long", {
      evidence: { line: this.#line, limit: `${this.#rowLimit} characters` },
    });
  }

  /** Reads one row from `start`; answers where the next one starts, or -1 when the row is not all there. */
  #row(start: number, last: boolean, rows: CellsRow[]): number {
    const cells: string[] = [];
    let breaks = 0;
    let at = start;
    for (;;) {
      const quoted = this.#text[at] === this.#quote;
      const cell = quoted ? this.#quoted(start, at, last) : this.#plain(start, at, last);
      if (cell === undefined) return -1;
      cells.push(cell);
      breaks += this.#breaks;
      at = this.#end;
      if (this.#text[at] === this.#delimiter) {
        at += 1;
        continue;
      }
      if (at >= this.#text.length && !last) return -1;
      if (at < this.#text.length) {
        at = this.#text[at] === "\r" ? at + 2 : at + 1;
        breaks += 1;
      }
      if (this.#skip > 0) this.#skip -= 1;
      else if (quoted || cells.length > 1 || cells[0] !== "") rows.push({ line: this.#line, cells });
      this.#line += breaks;
      return at;
    }
  }

  #plain(rowStart: number, start: number, last: boolean): string | undefined {
    const text = this.#text;
    let end = start;
    for (; end < text.length; end += 1) {
      const character = text[end];
      if (character === this.#delimiter || character === "\n") break;
      if (character === '"' && this.#quote === '"' && this.#skip === 0)
        throw this.#wrong(rowStart, end, "there is a quote inside of an unquoted cell.");
      if (character === "\r") {
        if (end + 1 >= text.length && !last) return undefined;
        if (text[end + 1] === "\n" || end + 1 >= text.length) break;
        throw this.#wrong(rowStart, end, "there is a carriage return without a line feed.");
      }
    }
    if (end >= text.length && !last) return undefined;
    this.#end = end;
    this.#breaks = 0;
    return text.slice(start, end);
  }

  #quoted(rowStart: number, start: number, last: boolean): string | undefined {
    const text = this.#text;
    const quote = this.#quote;
    let from = start + 1;
    let doubled = false;
    let close = text.indexOf(quote, from);
    while (close >= 0 && text[close + 1] === quote) {
      doubled = true;
      from = close + 2;
      close = text.indexOf(quote, from);
    }
    if (close < 0) {
      if (last) throw this.#wrong(rowStart, start, "a quote is opened here and never closed.");
      return undefined;
    }
    const next = text[close + 1];
    if (next === undefined && !last) return undefined;
    if (next === "\r" && text[close + 2] === undefined && !last) return undefined;
    if (next !== undefined && next !== this.#delimiter && next !== "\n" && next !== "\r")
      throw this.#wrong(rowStart, close + 1, "there is text behind a closing quote.");
    const inner = text.slice(start + 1, close);
    this.#end = close + 1;
    this.#breaks = countBreaks(inner);
    return doubled ? inner.replaceAll(quote + quote, quote) : inner;
  }

  #wrong(rowStart: number, at: number, detail: string): OdoorwayError {
    const before = this.#text.slice(rowStart, at);
    const lineStart = before.lastIndexOf("\n") + 1;
    return new OdoorwayError("import_not_csv", {
      evidence: {
        line: this.#line + countBreaks(before),
        column: [...before.slice(lineStart)].length + 1,
        detail,
      },
    });
  }
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
