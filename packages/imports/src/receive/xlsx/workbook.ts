/**
 * Excel workbooks (.xlsx, ECMA-376). A ZIP archive's directory stands at its end, so the compressed file is held
 * whole, within a bound; what it expands to is read a piece at a time.
 */
import { OdoorwayError } from "@odoorway/core";
import { wholeOf } from "../bytes.js";
import type { CellsRow } from "../rows.js";
import { readParts } from "./parts.js";
import { readSheet } from "./sheet.js";
import { damagedWorkbook, Zip } from "./zip.js";

export interface WorkbookLimits {
  /** Bytes of the file. */
  readonly workbookBytes: number;
  /** Bytes that one part may expand to. */
  readonly expandedBytes: number;
}

/** Whether the bytes begin as a ZIP archive does, or as the container of old or encrypted workbooks. */
export function looksLikeWorkbook(head: Buffer): boolean {
  return isZip(head) || isContainer(head);
}

function isZip(head: Buffer): boolean {
  const magic = head.length < 4 ? 0 : head.readUInt32LE(0);
  return magic === 0x04034b50 || magic === 0x06054b50;
}

/** [MS-CFB] section 2.2. */
function isContainer(head: Buffer): boolean {
  return head.subarray(0, 8).toString("hex") === "d0cf11e0a1b11ae1";
}

/** The rows of the sheet called `sheet`, else of the first that is shown. Throws `import_workbook_*`, `import_sheet_not_found`. */
export async function* readWorkbook(
  source: AsyncIterable<Uint8Array>,
  sheet: string | undefined,
  limits: WorkbookLimits,
): AsyncGenerator<CellsRow[]> {
  const bytes = await wholeOf(
    source,
    limits.workbookBytes,
    () =>
      new OdoorwayError("import_workbook_too_large", {
        evidence: { detail: `The file has more than ${limits.workbookBytes} bytes.` },
      }),
  );
  if (isContainer(bytes)) refuseContainer(bytes);
  if (!isZip(bytes)) throw damagedWorkbook("It does not begin as a workbook does.");
  const zip = await Zip.open(bytes, limits.expandedBytes);
  yield* readSheet(zip, await readParts(zip, sheet));
}

/** Encrypted workbooks and those of before 2007 share a container; its directory tells them apart by their streams. */
function refuseContainer(bytes: Buffer): never {
  const holds = (name: string) => bytes.includes(Buffer.from(name, "utf16le"));
  if (holds("EncryptedPackage")) throw new OdoorwayError("import_workbook_encrypted");
  const received = holds("Workbook") || holds("Book") ? "an old Excel workbook (.xls)" : "an old Office document";
  throw new OdoorwayError("import_workbook_unsupported", { evidence: { received } });
}
