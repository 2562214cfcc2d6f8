/** Workbooks: what a person sees in a cell is what comes out, and every broken one is refused by its name. */
import { describe, expect, it } from "vitest";
import { upload } from "../../testing/harness.js";
import { containerOf, type WorkbookParts, workbookOf, zipOf } from "../../testing/workbook.js";
import { readWorkbook } from "./workbook.js";

const limits = { workbookBytes: 1024 * 1024, expandedBytes: 8 * 1024 * 1024 };

async function rowsOf(bytes: Buffer, sheet?: string) {
  const found = [];
  for await (const rows of readWorkbook(upload(bytes, 1000), sheet, limits)) found.push(...rows);
  return found;
}

async function cellsOf(cells: string, more: Partial<WorkbookParts> = {}) {
  const [row] = await rowsOf(workbookOf({ sheets: { A: `<row r="1">${cells}</row>` }, ...more }));
  return row;
}

describe("a cell of a workbook", () => {
  it.each([
    ["a shared text", '<c t="s"><v>0</v></c>', { strings: ["<t xml:space='preserve'> a </t>"] }, " a "],
    ["a rich text", '<c t="s"><v>0</v></c>', { strings: ["<r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh>"] }, "ab"],
    ["an inline text", '<c t="inlineStr"><is><t>a&amp;b</t></is></c>', {}, "a&b"],
    ["a control character", '<c t="inlineStr"><is><t>a_x000D_b</t></is></c>', {}, "a\rb"],
    ["a formula's text", '<c t="str"><f>1</f><v>ab</v></c>', {}, "ab"],
    ["a formula's empty text", '<c t="str"><f>1</f><v></v></c><c><v>1</v></c>', {}, "", "1"],
    ["a formula's number", "<c><f>1+1</f><v>2</v></c>", {}, "2"],
    ["true", '<c t="b"><v>1</v></c>', {}, "true"],
    ["a number as text", '<c t="inlineStr"><is><t>0042</t></is></c>', {}, "0042"],
    ["a number with binary crumbs", "<c><v>0.30000000000000004</v></c>", {}, "0.3"],
    ["a long whole number", "<c><v>4.006381333931E+12</v></c>", {}, "4006381333931"],
    ["leading zeros of a format", '<c s="1"><v>1234</v></c>', { formats: ["00000"] }, "01234"],
    ["a price", '<c s="1"><v>12.5</v></c>', { formats: ["#,##0.00"] }, "12.5"],
    ["a percentage", '<c s="1"><v>0.15</v></c>', { formats: ["0%"] }, "0.15"],
    ["a duration", '<c s="1"><v>1.5</v></c>', { formats: ["[h]:mm"] }, "1.5"],
    ["a date", '<c s="1"><v>46053</v></c>', { formats: ["dd/mm/yyyy"] }, "2026-01-31"],
    ["a date with a word", '<c s="1"><v>46053</v></c>', { formats: ["[$-407]d. mmmm yyyy"] }, "2026-01-31"],
    ["a date and time", '<c s="1"><v>46053.75</v></c>', { formats: ["yyyy-mm-dd hh:mm"] }, "2026-01-31T18:00:00"],
    ["midnight", '<c s="1"><v>46053</v></c>', { formats: ["yyyy-mm-dd hh:mm"] }, "2026-01-31T00:00:00"],
    [
      "a second that is not met quite",
      '<c s="1"><v>46053.99999</v></c>',
      { formats: ["d/m/yy h:mm"] },
      "2026-01-31T23:59:59",
    ],
    ["a time", '<c s="1"><v>0.395833333333333</v></c>', { formats: ["h:mm AM/PM"] }, "09:30:00"],
    ["a date before the day that was not", '<c s="1"><v>59</v></c>', { formats: ["d/m/yy"] }, "1900-02-28"],
    ["a date after it", '<c s="1"><v>61</v></c>', { formats: ["d/m/yy"] }, "1900-03-01"],
    ["a date of an old Mac", '<c s="1"><v>0</v></c>', { formats: ["d/m/yy"], from1904: true }, "1904-01-01"],
    ["a number too great for a date", '<c s="1"><v>9999999</v></c>', { formats: ["d/m/yy"] }, "9999999"],
    ["letters in quotes", '<c s="1"><v>7</v></c>', { formats: ["0&quot; days&quot;"] }, "7"],
  ] as const)("reads %s", async (_name, cells, more, ...texts) => {
    expect(await cellsOf(cells, more)).toEqual({ line: 1, cells: texts });
  });

  it("that Excel could not compute, or did not, is told apart from a value", async () => {
    const row = await cellsOf('<c t="e"><v>#N/A</v></c><c><f>1+1</f></c><c><f>1</f><v/></c><c><v/></c><c><v>1</v></c>');
    expect(row?.cells).toEqual(["#N/A", "", "", "", "1"]);
    expect(row?.faults?.map((fault) => fault.place)).toEqual([0, 1, 2]);
  });
});

describe("a sheet", () => {
  const sheet = `<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c><c r="E2" s="1"/></row><row r="5"/>
    <row r="9"><c r="A9" t="inlineStr"><is><t> </t></is></c></row><row r="10"><c r="A10"><v>3</v></c></row>`;

  it("has its rows at their numbers and its cells in their columns; what is empty is left out", async () => {
    expect(await rowsOf(workbookOf({ sheets: { A: sheet } }))).toEqual([
      { line: 2, cells: ["", "1", "", "2"] },
      { line: 10, cells: ["3"] },
    ]);
  });

  it("is the first that is shown, or the one that is named", async () => {
    const row = (value: number) => `<row><c><v>${value}</v></c></row>`;
    const book = workbookOf({ sheets: { Notes: row(1), Data: row(2), More: row(3) }, states: { Notes: "hidden" } });
    expect(await rowsOf(book)).toEqual([{ line: 1, cells: ["2"] }]);
    expect(await rowsOf(book, "Notes")).toEqual([{ line: 1, cells: ["1"] }]);
    expect(await rowsOf(book, "more")).toEqual([{ line: 1, cells: ["3"] }]);
    await expect(rowsOf(book, "Dada")).rejects.toMatchObject({
      code: "import_sheet_not_found",
      evidence: { nearest: '"Data"', known: ['"Notes"', '"Data"', '"More"'] },
    });
  });

  it("may be written with prefixes, as some libraries do", async () => {
    const part =
      '<x:worksheet xmlns:x="u"><x:sheetData><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const book = workbookOf({ sheets: { A: "" }, more: { "xl/worksheets/sheet1.xml": part } });
    expect(await rowsOf(book)).toEqual([{ line: 1, cells: ["5"] }]);
  });
});

/** The directory says another checksum of each part, as it would be with a bit lost in it. */
function withAnotherChecksum(workbook: Buffer): Buffer {
  const bytes = Buffer.from(workbook);
  for (let at = bytes.indexOf("PK\u0001\u0002"); at >= 0; at = bytes.indexOf("PK\u0001\u0002", at + 1))
    bytes.writeUInt32LE((bytes.readUInt32LE(at + 16) ^ 1) >>> 0, at + 16);
  return bytes;
}

describe("a workbook that is wrong", () => {
  const whole = workbookOf({ sheets: { A: "<row><c><v>1</v></c></row>" } });
  const sheet1 = (xml: string) => workbookOf({ sheets: { A: "" }, more: { "xl/worksheets/sheet1.xml": xml } });
  const zeros = Buffer.alloc(9 * 1024 * 1024, " ");

  it.each([
    ["encrypted", containerOf("EncryptedPackage"), { code: "import_workbook_encrypted" }],
    ["of before 2007", containerOf("Workbook"), { evidence: { received: "an old Excel workbook (.xls)" } }],
    [
      "binary",
      zipOf({ "_rels/.rels": '<R><Relationship Type="/officeDocument" Target="xl/workbook.bin"/></R>' }),
      { evidence: { received: "a binary Excel workbook (.xlsb)" } },
    ],
    [
      "OpenDocument",
      zipOf({ mimetype: "x", "content.xml": "<a/>" }),
      { evidence: { received: "an OpenDocument file (.ods)" } },
    ],
    ["any ZIP archive", zipOf({ "a.csv": "ref" }), { code: "import_workbook_unsupported" }],
    ["cut short", whole.subarray(0, whole.length - 40), { code: "import_workbook_damaged" }],
    ["nothing but a beginning", Buffer.from("PK\u0003\u0004xxxx"), { code: "import_workbook_damaged" }],
    [
      "with a damaged part",
      Buffer.concat([whole.subarray(0, 60), Buffer.from([255, 255]), whole.subarray(62)]),
      { code: "import_workbook_damaged" },
    ],
    ["with a part that is not what was packed", withAnotherChecksum(whole), { code: "import_workbook_damaged" }],
    [
      "without sheets",
      workbookOf({ sheets: {} }),
      { code: "import_workbook_damaged", evidence: { detail: "It has no sheet with cells." } },
    ],
    [
      "without the part of a sheet",
      workbookOf({
        sheets: { A: "" },
        more: { "xl/_rels/workbook.xml.rels": '<R><Relationship Id="s1" Type="/worksheet" Target="none.xml"/></R>' },
      }),
      { code: "import_workbook_damaged" },
    ],
    ["with XML that ends early", sheet1("<worksheet><sheetData><row>"), { code: "import_workbook_damaged" }],
    [
      "with a document type",
      sheet1('<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'),
      { code: "import_workbook_damaged" },
    ],
    [
      "with a text that is not there",
      sheet1('<worksheet><row><c t="s"><v>7</v></c></row></worksheet>'),
      { code: "import_workbook_damaged" },
    ],
    [
      "with a number that is none",
      sheet1("<worksheet><row><c><v>x</v></c></row></worksheet>"),
      { code: "import_workbook_damaged" },
    ],
    [
      "with rows out of order",
      sheet1('<worksheet><row r="2"/><row r="1"/></worksheet>'),
      { code: "import_workbook_damaged" },
    ],
    [
      "with a column beyond all columns",
      sheet1('<worksheet><row><c r="ZZZ1"><v>1</v></c></row></worksheet>'),
      { code: "import_workbook_damaged" },
    ],
    [
      "a text without end",
      sheet1(`<worksheet>${" ".repeat(2 * 1024 * 1024)}</worksheet>`),
      { code: "import_workbook_damaged" },
    ],
    [
      "a bomb",
      sheet1(`<worksheet>${zeros.toString().replaceAll("        ", "<row />\n")}</worksheet>`),
      { code: "import_expands_too_far" },
    ],
    ["too large", Buffer.concat([whole, Buffer.alloc(2 * 1024 * 1024)]), { code: "import_workbook_too_large" }],
    ["no workbook at all", Buffer.from("ref,name\n1,a\n"), { code: "import_workbook_damaged" }],
  ])("is refused: %s", async (_name, bytes, error) => {
    await expect(rowsOf(bytes)).rejects.toMatchObject(error);
  });
});
