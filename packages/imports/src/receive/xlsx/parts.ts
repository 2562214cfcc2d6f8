/** The parts of a workbook that say what its sheets are and how their cells are read (ECMA-376 part 1, section 18). */
import { nearest, OdoorwayError } from "@odoorway/core";
import { formatKind, type NumberKind } from "./numbers.js";
import { attribute, readWholeXml, readXml } from "./xml.js";
import { damagedWorkbook, type Zip } from "./zip.js";

export interface WorkbookParts {
  /** Name of the part that holds the sheet. */
  readonly sheet: string;
  readonly strings: readonly string[];
  /** By the index of a cell's style. */
  readonly kinds: readonly NumberKind[];
  /** Days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
}

/** Characters of all shared texts together. */
const mostCharacters = 128 * 1024 * 1024;

/**
 * Finds the sheet called `name`, else the first that is shown.
 * Throws `import_workbook_damaged`, `import_workbook_unsupported`, `import_sheet_not_found`, `import_workbook_too_large`.
 */
export async function readParts(zip: Zip, name: string | undefined): Promise<WorkbookParts> {
  const workbook = await workbookPart(zip);
  const sheets: { name: string; id: string; shown: boolean }[] = [];
  let from1904 = false;
  await readWholeXml(zip, workbook, {
    open(element, attributes) {
      if (element === "workbookPr") from1904 = /^(?:1|true|on)$/.test(attributes.date1904 ?? "");
      if (element === "sheet")
        sheets.push({
          name: attributes.name ?? "",
          id: attribute(attributes, "id") ?? "",
          shown: (attributes.state ?? "visible") === "visible",
        });
    },
  });
  const relations = await readRelations(zip, workbook);
  const tables = sheets.flatMap((sheet) => {
    const relation = relations.find((one) => one.id === sheet.id);
    return relation?.type === "worksheet" ? [{ ...sheet, part: relation.target }] : [];
  });
  if (tables.length === 0) throw damagedWorkbook("It has no sheet with cells.");
  const chosen = name === undefined ? (tables.find((one) => one.shown) ?? tables[0]) : bySheetName(tables, name);
  const part = (type: string) => relations.find((one) => one.type === type)?.target;
  return {
    sheet: chosen?.part ?? "",
    strings: await readStrings(zip, part("sharedStrings")),
    kinds: await readKinds(zip, part("styles")),
    from1904,
  };
}

function bySheetName<T extends { name: string }>(tables: readonly T[], name: string): T {
  const found = tables.find((one) => one.name === name) ?? tables.find((one) => same(one.name, name));
  if (found) return found;
  const names = tables.map((one) => one.name);
  const near = nearest(name, names);
  throw new OdoorwayError("import_sheet_not_found", {
    evidence: {
      sheet: JSON.stringify(name.slice(0, 100)),
      nearest: near === undefined ? undefined : JSON.stringify(near),
      known: names.map((one) => JSON.stringify(one)),
    },
  });
}

/** Excel takes no two sheets whose names differ in case alone. */
function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

async function workbookPart(zip: Zip): Promise<string> {
  const part = zip.has("_rels/.rels")
    ? (await readRelations(zip, "")).find((one) => one.type === "officeDocument")?.target
    : undefined;
  if (part !== undefined && /\.bin$/i.test(part)) throw unsupported("a binary Excel workbook (.xlsb)");
  if (part !== undefined && zip.has(part)) {
    if (/(?:^|\/)workbook[^/]*\.xml$/i.test(part)) return part;
    throw unsupported(/word/i.test(part) ? "a Word document" : "an Office document that is no workbook");
  }
  if (zip.has("mimetype") && zip.has("content.xml")) throw unsupported("an OpenDocument file (.ods)");
  throw unsupported("a ZIP archive that holds no workbook");
}

function unsupported(received: string): OdoorwayError {
  return new OdoorwayError("import_workbook_unsupported", { evidence: { received } });
}

interface Relation {
  readonly id: string;
  /** The last word of the type's address, which is all that strict and transitional files share. */
  readonly type: string;
  readonly target: string;
}

/** Relations of a part; "" is the package itself. */
async function readRelations(zip: Zip, part: string): Promise<Relation[]> {
  const slash = part.lastIndexOf("/");
  const folder = part.slice(0, slash + 1);
  const relations: Relation[] = [];
  await readWholeXml(zip, `${folder}_rels/${part.slice(slash + 1)}.rels`, {
    open(element, { Id: id = "", Type: type = "", Target: target = "" }) {
      if (element !== "Relationship") return;
      const path = new URL(target, `zip:///${folder}`).pathname.slice(1);
      relations.push({ id, type: type.split("/").at(-1) ?? "", target: decodeURIComponent(path) });
    },
  });
  return relations;
}

/** Texts that cells refer to by number. */
async function readStrings(zip: Zip, part: string | undefined): Promise<string[]> {
  if (part === undefined || !zip.has(part)) return [];
  const strings: string[] = [];
  let text = "";
  let inText = false;
  let phonetic = false;
  let characters = 0;
  const handlers = {
    open(element: string) {
      if (element === "si") text = "";
      if (element === "rPh") phonetic = true;
      inText = element === "t" && !phonetic;
    },
    text(more: string) {
      if (inText) text += more;
    },
    close(element: string) {
      if (element === "t") inText = false;
      if (element === "rPh") phonetic = false;
      if (element === "si") {
        strings.push(unescapeText(text));
        characters += text.length;
      }
    },
  };
  for await (const _piece of readXml(zip, part, handlers))
    if (characters > mostCharacters)
      throw new OdoorwayError("import_workbook_too_large", {
        evidence: { detail: `Its texts have more than ${mostCharacters} characters.` },
      });
  return strings;
}

/** Control characters are written as _x000D_ (ECMA-376 part 1, section 22.9.2.19). */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

async function readKinds(zip: Zip, part: string | undefined): Promise<NumberKind[]> {
  if (part === undefined || !zip.has(part)) return [];
  const own = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  await readWholeXml(zip, part, {
    open(element, attributes) {
      if (element === "numFmt") own.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
      if (element === "cellXfs") inCells = true;
      if (element === "xf" && inCells) ids.push(Number(attributes.numFmtId ?? 0));
    },
    close(element) {
      if (element === "cellXfs") inCells = false;
    },
  });
  return ids.map((id) => formatKind(id, own.get(id)));
}
