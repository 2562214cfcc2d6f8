/** Files that are wrong: each is refused with its line and column, and nothing of it is kept. */
import { gzipSync } from "node:zlib";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseMapping } from "../mapping/parse.js";
import { createFakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, text, upload } from "../testing/harness.js";
import { workbookOf } from "../testing/workbook.js";
import type { Format, Imports, ReceiveInput } from "../types.js";

let place: TestStore;
let store: Store;
let imports: Imports;

beforeEach(async () => {
  place = await createTestStore("sqlite", undefined);
  store = await place.open();
  imports = importsOver(store, createFakeOdoo());
});
afterEach(async () => {
  await store.close();
  await place.dispose();
});

const input = { model: "res.partner", key: "ref" } as const;
const direct = { ...input, format: "csv" } as const;

/** Rows of inline texts. */
function sheetOf(...rows: string[][]): string {
  const cell = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  return rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("");
}

async function refused(body: string | Uint8Array, evidence: object, more: Partial<ReceiveInput> = {}) {
  for (const size of [65_536, 5, 1]) {
    const file: ReceiveInput = { ...direct, ...more, source: upload(body, size) };
    await expect(imports.receive(file)).rejects.toMatchObject(evidence);
  }
  expect(await store.importsInState(["receiving", "queued"])).toEqual([]);
}

const wrong: [string, string | Uint8Array, object, Partial<ReceiveInput>?][] = [
  ["empty", "", { code: "import_empty" }],
  ["a header only", "ref,name\n", { code: "import_empty" }],
  ["blank lines only", "\n\n\r\n", { code: "import_empty" }],
  ["a byte order mark only", "\uFEFF", { code: "import_empty" }],
  ["no CSV but HTML", "<!DOCTYPE html><html>", { code: "import_not_csv", evidence: { line: 1, column: 1 } }],
  ["no CSV but JSON", '{"ref": 1}\n', { code: "import_not_csv" }],
  ["a workbook that is none", "PK\u0003\u0004xxxx", { code: "import_workbook_damaged" }],
  ["a workbook by its type alone", "ref,name\n1,a\n", { code: "import_workbook_damaged" }, { format: "xlsx" }],
  [
    "a sheet of what is no workbook",
    "ref,name\n1,a\n",
    { code: "invalid_parameter", evidence: { parameter: "sheet" } },
    { sheet: "A" },
  ],
  [
    "an encoding that is none",
    "ref,name\n1,a\n",
    { code: "invalid_parameter", evidence: { parameter: "encoding", expected: "windows-1252" } },
    { encoding: "window-1252" },
  ],
  [
    "another delimiter than the one given",
    "ref;name\n1;a\n",
    { code: "import_wrong_delimiter", evidence: { delimiter: ";", line: 1 } },
    { delimiter: "," },
  ],
  [
    "tabs, where bars are given",
    "ref\tname\n1\ta\n",
    { code: "import_wrong_delimiter", evidence: { delimiter: "a tab (%09)" } },
    { delimiter: "|" },
  ],
  ["a quote never closed", 'ref,name\n1,"a\n2,b\n', { code: "import_not_csv", evidence: { line: 2, column: 3 } }],
  ["a quote inside a cell", 'ref,name\n1,ä"a\n', { code: "import_not_csv", evidence: { line: 2, column: 4 } }],
  ["text behind a quote", 'ref,name\n1,"x\ny"z\n', { code: "import_not_csv", evidence: { line: 3, column: 3 } }],
  ["a bare carriage return", "ref,name\n1,a\r2,b\n", { code: "import_not_csv", evidence: { line: 2, column: 4 } }],
  [
    "a missing cell",
    'ref,name\n1,"a\nb"\n2\n',
    { code: "import_wrong_cell_count", evidence: { line: 4, received: 1 } },
  ],
  ["a cell too many", "ref,name\n1,a,b\n", { code: "import_wrong_cell_count", evidence: { line: 2, expected: 2 } }],
  ["the header twice", "ref,name\n1,a\nref,name\n", { code: "import_repeated_header", evidence: { line: 3 } }],
  ["a column twice", "ref,name,name\n1,a,b\n", { code: "import_duplicate_column", evidence: { column: "name" } }],
  [
    "no key column",
    "reff,name\n1,a\n",
    { code: "import_missing_column", evidence: { column: "ref", nearest: "reff" } },
  ],
  ["a column that is no field", "ref,nam\n1,a\n", { code: "import_unknown_column", evidence: { nearest: "name" } }],
  ["a way to name that is none", "ref,name/id\n1,a\n", { code: "import_unknown_column" }],
  ["NUL bytes", "ref,name\n1,ä\u0000\n", { code: "import_nul_byte", evidence: { line: 2, column: 4 } }],
  [
    "half a letter of UTF-16",
    Buffer.concat([Buffer.from("\uFEFFref,name\n1,a", "utf16le"), Buffer.from([0, 0xd8, 10, 0])]),
    { code: "import_invalid_encoding", evidence: { encoding: "utf-16le" } },
  ],
  [
    "latin-1",
    Buffer.concat([Buffer.from("ref,name\n1,äö"), Buffer.from([0xe4]), Buffer.from("x\n")]),
    { code: "import_invalid_utf8", evidence: { line: 2, column: 5 } },
  ],
  [
    "UTF-8 cut off at the end",
    Buffer.concat([Buffer.from("ref,name\n1,a"), Buffer.from([0xf0, 0x9f])]),
    { code: "import_invalid_utf8", evidence: { line: 2, column: 4 } },
  ],
  [
    "a line that is no JSON",
    '{"ref":1}\n{"ref":2,}\n',
    { code: "import_not_json_line", evidence: { line: 2, column: 10 } },
    { format: "ndjson" },
  ],
  [
    "a line that is no object",
    '{"ref":1}\n[1]\n',
    { code: "import_not_json_line", evidence: { line: 2 } },
    { format: "ndjson" },
  ],
  [
    "a key that is no field",
    '{"ref":"1","emial":""}\n',
    { code: "import_unknown_column", evidence: { nearest: "email" } },
    { format: "ndjson" },
  ],
  [
    "nesting without end",
    `{"ref":${"[".repeat(40)}${"]".repeat(40)}}\n`,
    { code: "import_not_json_line" },
    { format: "ndjson" },
  ],
  ["no array", '{"ref":1}', { code: "import_not_json_line", evidence: { line: 1, column: 1 } }, { format: "json" }],
  ["an array not closed", '[{"ref":1}', { code: "import_not_json_line" }, { format: "json" }],
  [
    "a broken object in an array",
    '[{"ref":"1"},\n {"ref" 2}]',
    { code: "import_not_json_line", evidence: { line: 2, column: 9 } },
    { format: "json" },
  ],
  ["an empty array", "[]", { code: "import_empty" }, { format: "json" }],
  ["text behind the array", "[] x", { code: "import_not_json_line" }, { format: "json" }],
];

describe("a file that is wrong", () => {
  it.each(wrong)("is refused: %s", (_name, body, evidence, more) => refused(body, evidence, more));

  it("that is not UTF-8 shows how it would read in the likeliest other encoding", async () => {
    const source = upload(Buffer.from("ref,name\n1,J\u00fcrgen\n", "latin1"));
    await expect(imports.receive({ ...direct, source })).rejects.toMatchObject({
      evidence: { reading: '"J\u00fcrgen"' },
    });
  });

  it("is refused early when a line has no end, in constant memory", async () => {
    let sent = 0;
    async function* endless() {
      yield Buffer.from("ref,name\n1,");
      for (; sent < 200; sent += 1) yield Buffer.alloc(1024 * 1024, "x");
    }
    await expect(imports.receive({ ...direct, source: endless() })).rejects.toMatchObject({
      code: "import_line_too_long",
      evidence: { line: 2 },
    });
    expect(sent).toBeLessThan(19);
  });

  it("is refused when one cell has no end, line breaks or not", async () => {
    async function* endless() {
      yield Buffer.from('ref,name\n1,"');
      for (let sent = 0; sent < 20_000; sent += 1) yield Buffer.from(`${"x".repeat(1000)}\n`);
    }
    await expect(imports.receive({ ...direct, source: endless() })).rejects.toMatchObject({
      code: "import_line_too_long",
      evidence: { line: 2 },
    });
  });

  it("is not kept when the upload breaks off", async () => {
    async function* broken() {
      yield Buffer.from("ref,name\n");
      for (let row = 0; row < 5000; row += 1) yield Buffer.from(`${row},n\n`);
      throw new Error("socket hang up");
    }
    await expect(imports.receive({ ...direct, source: broken() })).rejects.toMatchObject({
      code: "import_upload_broken",
    });
    expect(await imports.list()).toEqual([]);
  });

  it("is refused before it is read when model, mapping or delimiter are not right", async () => {
    const source = upload("x");
    await expect(imports.receive({ source, format: "csv" })).rejects.toMatchObject({ code: "invalid_parameter" });
    await expect(imports.receive({ source, format: "csv", mapping: "shop" })).rejects.toMatchObject({
      code: "mapping_not_found",
    });
    await expect(imports.receive({ ...direct, source, delimiter: ";;" })).rejects.toMatchObject({
      code: "invalid_parameter",
    });
    await expect(imports.receive({ ...direct, source, model: "res.partne" })).rejects.toMatchObject({
      code: "model_not_found",
    });
  });

  it("is refused when its mapping fills a field that the model lacks", async () => {
    const mapping = parseMapping('entities: [{name: a, model: res.partner, key: "{K}", values: {emial: K}}]');
    await expect(imports.receive({ source: upload("K\n1\n"), format: "csv", mapping })).rejects.toMatchObject({
      code: "mapping_invalid",
      evidence: { at: "entities[1].values", nearest: "email" },
    });
  });

  it("needs the columns of its mapping", async () => {
    const mapping = parseMapping('entities: [{name: a, model: res.partner, key: "{Key}", values: {name: Titel}}]');
    const input = { source: upload("Key,Title\n1,a\n"), format: "csv", mapping } as const;
    await expect(imports.receive(input)).rejects.toMatchObject({
      code: "import_missing_column",
      evidence: { column: "Titel", nearest: "Title" },
    });
  });
});

describe("a file that is right", () => {
  const rowsOf = async (body: string | Uint8Array, format?: Format, size = 3) => {
    const { id } = await imports.receive({ ...input, ...(format ? { format } : {}), source: upload(body, size) });
    return (await text(imports.rows(id, { format: "ndjson" })))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };

  it("may have a byte order mark, CRLF, quotes, blank lines, line breaks in cells, and no end of line", async () => {
    const rows = await rowsOf('\uFEFFref,name\r\n1,"a\r\nb ""c"", d"\r\n\r\n2,\u20ac \ud83d\ude00\r\n3,"x"');
    expect(rows.map((row) => [row.line, row.data])).toEqual([
      [2, { ref: "1", name: 'a\r\nb "c", d' }],
      [5, { ref: "2", name: "\u20ac \ud83d\ude00" }],
      [6, { ref: "3", name: "x" }],
    ]);
  });

  it.each([
    ["semicolons", "ref;name\n1;a, b\n2;c\n", "a, b"],
    ["tabs", "ref\tname\n1\ta b\n", "a b"],
    ["bars", "ref|name\n1|a\n", "a"],
    ["semicolons, with commas in every row", 'ref;name;email\n1;"a;b";c,d\n2;x,y;\n', "a;b"],
    ["a line for Excel", "sep=;\r\nref;name\r\n1;a\r\n", "a"],
    ["a line for Excel, with a comma in the cells", "sep=|\nref|name\n1|a,b\n", "a,b"],
    ["single quotes", "'ref','name'\n'1','a,''b'''\n", "a,'b'"],
    ["an apostrophe", "ref,name\n1,O'Brien\n", "O'Brien"],
    ["ends of lines as on an old Mac", 'ref,name\r1,"a\rb"\r', "a\nb"],
    ["UTF-16 with a mark", Buffer.from("\uFEFFref\tname\r\n1\tGr\u00fc\u00dfe\r\n", "utf16le"), "Gr\u00fc\u00dfe"],
    ["UTF-16 without one", Buffer.from("ref,name\n1,\u20ac\n", "utf16le"), "\u20ac"],
    ["UTF-16 the other way round", Buffer.from("\uFEFFref,name\n1,\u00e4\n", "utf16le").swap16(), "\u00e4"],
    ["gzip", gzipSync("ref;name\n1;a\n"), "a"],
    ["a workbook", workbookOf({ sheets: { A: sheetOf(["ref", "name"], ["1", "a"]) } }), "a"],
    ["a workbook in gzip", gzipSync(workbookOf({ sheets: { A: sheetOf(["ref", "name"], ["1", "a"]) } })), "a"],
  ])("may have %s", async (_name, body, name) => {
    for (const size of [3, 65_536]) expect((await rowsOf(body, undefined, size))[0].data.name).toBe(name);
  });

  it("may be in an old encoding that is said", async () => {
    const body = Buffer.from("ref,name\n1,M\u00fcller\n", "latin1");
    const { id } = await imports.receive({ ...direct, source: upload(body), encoding: "Windows-1252" });
    expect(await text(imports.rows(id, { format: "csv" }))).toContain("1,M\u00fcller,2");
  });

  it("is recognised without its format", async () => {
    expect((await rowsOf('{"ref":"1","name":"a"}\n', undefined))[0].data).toEqual({ ref: "1", name: "a" });
    expect((await rowsOf(' [{"ref":"1"}]', undefined))[0].data).toEqual({ ref: "1" });
  });

  it("keeps whole numbers that JavaScript would round, and two keys that it would make one", async () => {
    const rows = await rowsOf('{"ref":820982911946154508}\n{"ref":820982911946154509}\n', "ndjson");
    expect(rows.map(({ key, status }) => [key, status])).toEqual([
      ["820982911946154508", "unprocessed"],
      ["820982911946154509", "unprocessed"],
    ]);
  });

  it("may be NDJSON with blank lines, or an array over several lines", async () => {
    const object = { ref: "1", name: 'a}"]', category_id: [1] };
    expect((await rowsOf(`\n${JSON.stringify(object)}\r\n`, "ndjson")).map((row) => [row.line, row.data])).toEqual([
      [2, object],
    ]);
    const array = `[\n ${JSON.stringify(object)} ,\n{"ref":"2"}\n]\n`;
    expect((await rowsOf(array, "json")).map((row) => [row.line, row.data])).toEqual([
      [2, object],
      [3, { ref: "2" }],
    ]);
  });
});

describe("a row that fails while the rest goes on", () => {
  const rowsOf = async (source: AsyncIterable<Uint8Array>, format: Format) => {
    const { id, counts } = await imports.receive({ ...direct, format, source });
    const rows = (await text(imports.rows(id, { format: "ndjson" }))).trim().split("\n");
    return { counts, rows: rows.map((line) => JSON.parse(line)) };
  };
  const long = "x".repeat(10 * 1024 * 1024);

  it.each([
    ["csv", `ref,name\n1,a\n2,"${long}"\n3,c\n`],
    ["csv", `ref,name\n1,a\n2,${long}\n3,c\n`],
    ["ndjson", `\n{"ref":"1"}\n{"ref":"2","name":"${long}"}\n{"ref":"3"}\n`],
    ["json", `[\n{"ref":"1"},\n{"ref":"2","name":"${long}"},\n{"ref":"3"}]`],
  ] as const)("is too long: %s", async (format, body) => {
    const { counts, rows } = await rowsOf(upload(body), format);
    expect(counts).toMatchObject({ read: 3, failed: 1, unprocessed: 2 });
    expect(rows[1]).toMatchObject({
      line: 3,
      status: "failed",
      data: { ref: "2", name: "[odoorway: 10485760 characters not kept]" },
      diagnosis: { code: "row_too_long", field: "name" },
    });
    // The note that stands for the cell is no value, whoever sends it.
    const again = await rowsOf(upload(`${JSON.stringify(rows[1])}\n`), "ndjson");
    expect(again.rows[0]).toMatchObject({ status: "failed", diagnosis: { code: "row_value_invalid", field: "name" } });
  });

  it("has half a character as its key, which would be kept as any other half", async () => {
    const { counts, rows } = await rowsOf(
      upload('{"ref":"\\ud800"}\n{"ref":"\\ud801"}\n{"ref":"\\ud83d\\ude00"}\n'),
      "ndjson",
    );
    expect(counts).toMatchObject({ failed: 2, unprocessed: 1 });
    expect(rows[0]).toMatchObject({ diagnosis: { code: "row_value_invalid", field: "ref" } });
  });

  it("has a cell that Excel could not compute", async () => {
    const broken = '<row><c t="str"><v>1</v></c><c t="e"><v>#REF!</v></c></row>';
    const rows = sheetOf(["ref", "name", "email"]) + broken + sheetOf(["2", "b"]);
    const { counts, rows: found } = await rowsOf(upload(workbookOf({ sheets: { A: rows } })), "xlsx");
    expect(counts).toMatchObject({ read: 2, failed: 1, unprocessed: 1 });
    expect(found[0].diagnosis).toMatchObject({ code: "row_value_invalid", field: "name" });
    expect(found[1].data).toEqual({ ref: "2", name: "b", email: "" });
  });
});

describe("a sender", () => {
  it("waits while the store is slow, and no more than a chunk or two is held", async () => {
    let sent = 0;
    let kept = 0;
    let ahead = 0;
    const line = `${"x".repeat(900)}\n`;
    async function* source() {
      yield Buffer.from("ref,name\n");
      for (; sent < 20_000; sent += 100) {
        const rows = Array.from({ length: 100 }, (_, at) => `${sent + at},${line}`);
        yield Buffer.from(rows.join(""));
        ahead = Math.max(ahead, sent + 100 - kept);
      }
    }
    const slow: Store = {
      ...store,
      appendRows: async (id, rows, records) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await store.appendRows(id, rows, records);
        kept += rows.length;
      },
    };
    const { counts } = await importsOver(slow, createFakeOdoo()).receive({ ...direct, source: source() });
    expect(counts.read).toBe(20_000);
    // One chunk of 500 rows, and what stands between the sender and it.
    expect(ahead).toBeLessThan(1000);
  });
});
