/** From the bytes of a file to its rows: expanded, recognised, decoded, parsed; all of it as it arrives. */
import { OdoorwayError } from "@odoorway/core";
import type { Format, ImportLimits, ReceiveInput } from "../types.js";
import { asBuffer, type Opened, openBytes } from "./bytes.js";
import { readCsv } from "./csv.js";
import { endsWithReturns, findDialect } from "./dialect.js";
import { asUtf8, readEncoding } from "./encoding.js";
import { expand } from "./expand.js";
import { guardText } from "./guard.js";
import { readJsonArray, readNdjson } from "./json.js";
import type { CellsRow, ObjectRow } from "./rows.js";
import { looksLikeWorkbook, readWorkbook } from "./xlsx/workbook.js";

export type Content =
  | {
      readonly kind: "cells";
      readonly rows: AsyncGenerator<CellsRow[]>;
      /** Of CSV. */
      readonly delimiter: string | undefined;
    }
  | { readonly kind: "objects"; readonly rows: AsyncGenerator<ObjectRow[]> };

/** How a file is to be read, as far as it is known beforehand. */
export type FileHints = Pick<ReceiveInput, "format" | "delimiter" | "encoding" | "sheet" | "compression">;

/** Bytes that decide how a file is read. */
const sampleBytes = 65_536;
/** Times the longest row that may come before the file counts as one whose quote was never closed. */
const longestRows = 16;

/** Throws what the readers throw, as soon as the beginning of the file shows it; the rest comes with the rows. */
export async function openContent(
  source: AsyncIterable<Uint8Array>,
  hints: FileHints,
  limits: ImportLimits,
): Promise<Content> {
  const encoding = hints.encoding === undefined ? undefined : readEncoding(hints.encoding);
  const expanded = await expand(source, sampleBytes, limits, hints.compression);
  if (looksLikeWorkbook(expanded.head) || hints.format === "xlsx")
    return { kind: "cells", rows: readWorkbook(expanded.all, hints.sheet, limits), delimiter: undefined };
  if (hints.sheet !== undefined)
    throw new OdoorwayError("invalid_parameter", {
      evidence: { parameter: "sheet", detail: "the file is no workbook", expected: "it with an .xlsx file alone" },
    });
  const text = await openBytes(asUtf8(expanded, encoding), sampleBytes);
  const sample = textOf(text.head);
  const format = hints.format ?? formatOf(sample);
  const longest = limits.lineBytes * longestRows;
  if (format === "ndjson") return { kind: "objects", rows: readNdjson(guardText(text.all, longest)) };
  if (format === "json") return { kind: "objects", rows: readJsonArray(guardText(text.all, longest), longest) };
  const dialect = findDialect(sample, hints.delimiter);
  const lines = endsWithReturns(sample) ? returnsToFeeds(text) : text.all;
  return {
    kind: "cells",
    rows: readCsv(guardText(lines, longest), dialect, longest),
    delimiter: dialect.delimiter,
  };
}

function textOf(head: Buffer): string {
  return head.toString("utf8").replace(/^\uFEFF/, "");
}

function formatOf(sample: string): Format {
  const first = /\S/.exec(sample)?.[0];
  return first === "[" ? "json" : first === "{" ? "ndjson" : "csv";
}

async function* returnsToFeeds({ all }: Opened): AsyncGenerator<Uint8Array> {
  for await (const bytes of all) {
    const copy = Buffer.from(asBuffer(bytes));
    for (let at = copy.indexOf(0x0d); at >= 0; at = copy.indexOf(0x0d, at + 1)) copy[at] = 0x0a;
    yield copy;
  }
}
