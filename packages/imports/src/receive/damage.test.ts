/** Files damaged at random: rows or a named error come of each, never a defect, and never without end. */
import { gzipSync } from "node:zlib";
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { upload } from "../testing/harness.js";
import { workbookOf } from "../testing/workbook.js";
import { openContent } from "./content.js";

const limits = {
  lineBytes: 10_000,
  expandedBytes: 4 * 1024 * 1024,
  workbookBytes: 1024 * 1024,
  batchRows: 1,
  recordRows: 1,
  targetMs: 1,
  workers: 1,
  leaseMs: 1,
  retentionMs: 1,
};

const sheet = Array.from({ length: 20 }, (_, at) => {
  return `<row r="${at + 1}"><c r="A${at + 1}" t="s"><v>${at % 3}</v></c><c r="C${at + 1}" s="1"><v>${at * 1.5}</v></c></row>`;
}).join("");
const csv = Buffer.from(`ref,name,"x ""y"""\r\n${'1,ä€😀,"a\nb"\r\n'.repeat(50)}`);
const files: readonly [string, Buffer][] = [
  ["CSV", csv],
  ["gzip", gzipSync(csv)],
  ["zstd", Buffer.from("KLUv/SQXuQAAcmVmLG5hbWUKMSxBZGEKMixHcmFjZQpKlCas", "base64")],
  ["UTF-16", Buffer.from(`\uFEFF${csv.toString()}`, "utf16le")],
  ["NDJSON", Buffer.from('{"ref":"1","name":{"a":[1,2]}}\n'.repeat(20))],
  ["JSON", Buffer.from(JSON.stringify([{ ref: "1" }, { ref: 'a"}]' }], null, 1))],
  [
    "a workbook",
    workbookOf({ sheets: { A: sheet, B: sheet }, strings: ["<t>a</t>", "<t>b</t>", "<t>c</t>"], formats: ["d/m/yy"] }),
  ],
];

const wound = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) });
const wounds = fc.record({
  changes: fc.array(wound, { maxLength: 6 }),
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  more: fc.uint8Array({ maxLength: 40 }),
});

describe("a damaged file", () => {
  it.each(files)("gives rows or a named error: %s", async (_name, whole) => {
    await fc.assert(
      fc.asyncProperty(wounds, fc.integer({ min: 1, max: 3000 }), async ({ changes, cut, more }, size) => {
        const bytes = Buffer.concat([whole, more]).subarray(
          0,
          cut === null ? undefined : Math.floor(cut * whole.length),
        );
        for (const { at, byte } of changes) if (bytes.length > 0) bytes[Math.floor(at * (bytes.length - 1))] = byte;
        try {
          const { rows } = await openContent(upload(bytes, size), {}, limits);
          for await (const list of rows) expect(list.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof OdoorwayError)) throw error;
          expect(error.code).toMatch(/^import_/);
        }
      }),
      { numRuns: 150 },
    );
  });
});
