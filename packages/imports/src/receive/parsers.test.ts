/** Properties of the readers: whatever is written comes back, however it is cut into chunks. */
import { parseWithLongIntegers } from "@odoorway/core";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "./csv.js";
import { guardText } from "./guard.js";
import { readJsonArray, readNdjson } from "./json.js";
import { jsonError } from "./json-error.js";

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function all<T>(lists: AsyncIterable<T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const list of lists) found.push(...list);
  return found;
}

const plain = { delimiter: ",", quote: '"', skip: 0 } as const;
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const unit = fc.constantFrom("a", "é", "€", "😀", '"', ",", "\n", "\r\n", " ", ";");
const cell = fc.array(unit, { maxLength: 6 }).map((units) => units.join(""));

describe("the readers", () => {
  it("give CSV back as it was written, with the line that each row starts at", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), sizes, async (rows, chunks) => {
        const text = stringify(rows, { quoted: true });
        const found = await all(readCsv(guardText(cut(Buffer.from(text), chunks), 1000), plain, 1000));
        expect(found.map((row) => row.cells)).toEqual(rows);
        let line = 1;
        for (const [index, row] of rows.entries()) {
          expect(found[index]?.line).toBe(line);
          line += row.join("").split("\n").length;
        }
      }),
    ));

  it("give JSON back as it was written", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }),
        sizes,
        async (objects, chunks) => {
          const wanted = parseWithLongIntegers(JSON.stringify(objects)) as unknown[];
          const lines = Buffer.from(objects.map((one) => `${JSON.stringify(one)}\n`).join(""));
          expect((await all(readNdjson(guardText(cut(lines, chunks), 10_000)))).map((row) => row.object)).toEqual(
            wanted,
          );
          const array = Buffer.from(JSON.stringify(objects, null, 2));
          const found = await all(readJsonArray(guardText(cut(array, chunks), 10_000), 10_000));
          expect(found.map((row) => row.object)).toEqual(wanted);
        },
      ),
    ));

  it("tell JSON from what is none exactly as JSON.parse does", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json({ maxDepth: 3 }),
          fc
            .array(
              fc.constantFrom("{", "}", "[", "]", '"', "a", ":", ",", "1", "-", ".", "e", "true", " ", "\\u00e9", "\\"),
            )
            .map((parts) => parts.join("")),
        ),
        (text) => {
          let right = true;
          try {
            JSON.parse(text);
          } catch {
            right = false;
          }
          expect(jsonError(text) === undefined).toBe(right);
        },
      ),
      { numRuns: 500 },
    ));
});
