/**
 * How a CSV file is written, found out from its beginning: delimiter, quote, ends of lines, and the line `sep=`
 * that Excel reads. A delimiter is taken when it cuts the header into the most cells and the lines below
 * it into as many.
 */
import { CsvReader, type Dialect } from "./csv.js";

const delimiters = [",", ";", "\t", "|"] as const;
/** Rows that are compared with the header. */
const compared = 30;
/** Characters that say that a header without an end was cut. */
const longHeader = 16_384;

/** @param sample the beginning of the file, without a byte order mark. @param given the delimiter, when it is known */
export function findDialect(sample: string, given: string | undefined): Dialect {
  const separator = /^sep=([^\r\n"])(?:\r\n|\n|\r)/i.exec(sample);
  const body = separator ? sample.slice(separator[0].length) : sample;
  const skip = separator ? 1 : 0;
  const quote = quoteOf(body);
  const known = given ?? separator?.[1];
  if (known !== undefined) return { delimiter: known, quote, skip };
  let best = { delimiter: ",", cells: 1, alike: 0 };
  for (const delimiter of delimiters) {
    const score = judge(body, delimiter, quote);
    if (score === undefined || score.cells < 2) continue;
    const better = score.alike > best.alike || (score.alike === best.alike && score.cells > best.cells);
    if (best.cells === 1 || better) best = { delimiter, ...score };
  }
  return { delimiter: best.delimiter, quote, skip };
}

/** Cells of the header, and the part of the rows below that have as many; undefined when it cannot be read so. */
function judge(body: string, delimiter: string, quote: Dialect["quote"]): { cells: number; alike: number } | undefined {
  const reader = new CsvReader({ delimiter, quote, skip: 0 }, Number.POSITIVE_INFINITY);
  let rows: readonly (readonly string[])[];
  try {
    // What is cut off at the end of the sample stays unread.
    rows = reader.feed(body.length < 4 ? `${body}\n` : body, false).map((row) => row.cells);
    if (rows.length === 0) {
      const alone = new CsvReader({ delimiter, quote, skip: 0 }, Number.POSITIVE_INFINITY);
      rows = alone.feed(wholeCells(body, delimiter, quote), true).map((row) => row.cells);
    }
  } catch {
    return undefined;
  }
  const [header, ...others] = rows;
  if (!header) return undefined;
  const near = others.slice(0, compared);
  const alike = near.filter((cells) => cells.length === header.length).length;
  return { cells: header.length, alike: near.length === 0 ? 1 : alike / near.length };
}

/** A sample that is a part of the header alone ends anywhere; what stands before its last delimiter is whole. */
function wholeCells(body: string, delimiter: string, quote: string): string {
  if (body.length < longHeader) return body;
  const quoted = body.lastIndexOf(`${quote}${delimiter}${quote}`);
  return body.startsWith(quote) ? body.slice(0, quoted + 1) : body.slice(0, Math.max(0, body.lastIndexOf(delimiter)));
}

/** Single quotes are meant as such when no double quote stands in the header and its cells are wrapped in them. */
function quoteOf(body: string): Dialect["quote"] {
  const [header = ""] = body.split(/[\r\n]/, 1);
  return /^'[^'"]*'(?:[,;\t|]'[^'"]*')*$/.test(header) ? "'" : '"';
}

/** Whether lines end with a carriage return alone, as old Macs wrote them. */
export function endsWithReturns(sample: string): boolean {
  return sample.includes("\r") && !sample.includes("\n") && /\r[^\r\n]/.test(sample);
}
