/**
 * Stands in front of every parser: bytes in, text out. Refuses what is no UTF-8 text, with line and
 * column, and lines that are too long, before anything is collected: memory stays at one chunk.
 */
import { isUtf8 } from "node:buffer";
import { OdoorwayError } from "@odoorway/core";
import { asBuffer } from "./bytes.js";

const newline = 0x0a;

/** Where the reader stands in the file. Lines and columns count from 1; a column is a character. */
interface Position {
  line: number;
  /** Characters of the current line that are behind us. */
  characters: number;
  /** Bytes of the current line that are behind us. */
  bytes: number;
}

/**
 * The text of a file, a chunk at a time, without its byte order mark. Throws `import_invalid_utf8`,
 * `import_nul_byte`, `import_line_too_long` (limit in bytes), `import_not_csv` for files that are known
 * not to be text.
 */
export async function* guardText(source: AsyncIterable<Uint8Array>, lineLimit: number): AsyncGenerator<string> {
  const at: Position = { line: 1, characters: 0, bytes: 0 };
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const bytes of source) {
    if (bytes.length === 0) continue;
    let chunk = rest.length === 0 ? asBuffer(bytes) : Buffer.concat([rest, bytes]);
    if (first) {
      if (chunk.length < 4) {
        rest = chunk;
        continue;
      }
      refuseKnownFormats(chunk);
      chunk = withoutMark(chunk);
      first = false;
    }
    const cut = completeLength(chunk);
    rest = Buffer.from(chunk.subarray(cut));
    const whole = chunk.subarray(0, cut);
    if (whole.length > 0) yield check(whole, at, lineLimit);
  }
  if (first) rest = withoutMark(rest);
  if (rest.length > 0) yield check(rest, at, lineLimit);
}

function withoutMark(chunk: Buffer): Buffer {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
}

const magics: readonly (readonly [string, string])[] = [
  ["%PDF", "it is a PDF."],
  ["\u0089PNG", "it is an image."],
  ["<!do", "it is an HTML page, perhaps a login page."],
  ["<htm", "it is an HTML page, perhaps a login page."],
  ["<?xm", "it is XML."],
];

function refuseKnownFormats(chunk: Buffer): void {
  const start = chunk.subarray(0, 4).toString("latin1");
  for (const [magic, detail] of magics)
    if (start.toLowerCase().startsWith(magic.toLowerCase()))
      throw new OdoorwayError("import_not_csv", { evidence: { line: 1, column: 1, detail } });
}

/** Bytes up to the last character that is complete; at most three are left for the next chunk. */
function completeLength(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? chunk.length - back : chunk.length;
  }
  return chunk.length;
}

function check(chunk: Buffer, at: Position, lineLimit: number): string {
  const bad = isUtf8(chunk) ? -1 : firstInvalid(chunk);
  const nul = chunk.indexOf(0);
  const stop = bad < 0 ? nul : nul < 0 ? bad : Math.min(bad, nul);
  advance(chunk, stop < 0 ? chunk.length : stop, at, lineLimit);
  const evidence = { line: at.line, column: at.characters + 1 };
  if (stop >= 0 && stop === nul) throw new OdoorwayError("import_nul_byte", { evidence });
  if (stop >= 0)
    throw new OdoorwayError("import_invalid_utf8", { evidence: { ...evidence, reading: inWindows1252(chunk, stop) } });
  return chunk.toString("utf8");
}

/** The word around a byte as Windows in western Europe would mean it, so that a person sees whether it is right. */
function inWindows1252(chunk: Buffer, at: number): string {
  const isLetter = (byte: number | undefined) =>
    byte !== undefined && (byte >= 0x80 || /\w/.test(String.fromCharCode(byte)));
  let start = at;
  let end = at + 1;
  while (at - start < 20 && isLetter(chunk[start - 1])) start -= 1;
  while (end - at < 20 && isLetter(chunk[end])) end += 1;
  return JSON.stringify(new TextDecoder("windows-1252").decode(chunk.subarray(start, end)));
}

/** Moves the position over chunk[0, end) and refuses a line over the limit. */
function advance(chunk: Buffer, end: number, at: Position, lineLimit: number): void {
  let start = 0;
  for (;;) {
    const found = chunk.indexOf(newline, start);
    const stop = found < 0 || found >= end ? end : found;
    at.bytes += stop - start;
    if (at.bytes > lineLimit)
      throw new OdoorwayError("import_line_too_long", { evidence: { line: at.line, limit: `${lineLimit} bytes` } });
    if (stop === end) break;
    at.line += 1;
    at.characters = 0;
    at.bytes = 0;
    start = found + 1;
  }
  at.characters += charactersIn(chunk, start, end);
}

function charactersIn(chunk: Buffer, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index += 1) if (((chunk[index] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}

/** Index of the first byte that is not UTF-8 (RFC 3629): halving finds the longest valid beginning. */
function firstInvalid(chunk: Buffer): number {
  let good = 0;
  let bad = chunk.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const cut = completeLength(chunk.subarray(0, middle));
    if (cut <= good) break;
    if (isUtf8(chunk.subarray(0, cut))) good = cut;
    else bad = cut;
  }
  for (let end = good; end < chunk.length; ) {
    const byte = chunk[end] ?? 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (!isUtf8(chunk.subarray(end, end + length))) return end;
    end += length;
  }
  return good;
}
