/** For tests: ZIP archives and workbooks written by hand, right or wrong as the test wants them. */
import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP archive of these parts (APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16). */
export function zipOf(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), common, path, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002", "latin1"), Buffer.from([20, 0]), common, rest, path]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from("PK\u0005\u0006", "latin1"), end]);
}

const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export interface WorkbookParts {
  /** XML of the rows of each sheet, by its name. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly strings?: readonly string[];
  /** Number formats of the styles 1, 2 and so on; 0 is the general one. */
  readonly formats?: readonly string[];
  readonly from1904?: boolean;
  /** State of sheets, by name. */
  readonly states?: Readonly<Record<string, string>>;
  /** Parts put in beside or in place of those above. */
  readonly more?: Readonly<Record<string, string | Buffer>>;
}

export function workbookOf(parts: WorkbookParts): Buffer {
  const names = Object.keys(parts.sheets);
  const formats = parts.formats ?? [];
  const sheetParts = names.map((name, index) => [
    `xl/worksheets/sheet${index + 1}.xml`,
    `<?xml version="1.0"?><worksheet><sheetData>${parts.sheets[name]}</sheetData></worksheet>`,
  ]);
  return zipOf({
    "_rels/.rels": `<Relationships><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml":
      `<workbook xmlns:r="${relations}"><workbookPr date1904="${parts.from1904 ? 1 : 0}"/><sheets>` +
      names
        .map((name, index) => {
          const state = parts.states?.[name] ?? "visible";
          return `<sheet name="${name}" sheetId="${index + 1}" state="${state}" r:id="s${index + 1}"/>`;
        })
        .join("") +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels":
      "<Relationships>" +
      names
        .map((_name, index) => {
          const id = index + 1;
          return `<Relationship Id="s${id}" Type="${relations}/worksheet" Target="worksheets/sheet${id}.xml"/>`;
        })
        .join("") +
      `<Relationship Id="x" Type="${relations}/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
      `<Relationship Id="y" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `<sst>${(parts.strings ?? []).map((text) => `<si>${text}</si>`).join("")}</sst>`,
    "xl/styles.xml":
      "<styleSheet><numFmts>" +
      formats.map((code, index) => `<numFmt numFmtId="${200 + index}" formatCode="${code}"/>`).join("") +
      '</numFmts><cellXfs><xf numFmtId="0"/>' +
      formats.map((_code, index) => `<xf numFmtId="${200 + index}"/>`).join("") +
      "</cellXfs></styleSheet>",
    ...Object.fromEntries(sheetParts),
    ...parts.more,
  });
}

/** A container of old or encrypted workbooks ([MS-CFB]), as far as its directory's names go. */
export function containerOf(stream: string): Buffer {
  return Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(504), Buffer.from(stream, "utf16le")]);
}
