/** The ZIP archive that a workbook is: its parts by name, expanded as they are read, within bounds. */
import { crc32 } from "node:zlib";
import { OdoorwayError } from "@odoorway/core";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";

/** Parts of a workbook; real ones have some dozens. */
const mostParts = 10_000;
/** Bytes that a part may come to whatever its ratio; sheets of equal rows pack well. */
const freeBytes = 64 * 1024 * 1024;
const ratio = 250;

export class Zip {
  readonly #file: ZipFile;
  readonly #parts: ReadonlyMap<string, Entry>;
  readonly #most: number;

  private constructor(file: ZipFile, parts: ReadonlyMap<string, Entry>, most: number) {
    this.#file = file;
    this.#parts = parts;
    this.#most = most;
  }

  /** Throws `import_workbook_damaged`. `most`: bytes that one part may come to. */
  static async open(bytes: Buffer, most: number): Promise<Zip> {
    const parts = new Map<string, Entry>();
    try {
      const file = await fromBufferPromise(bytes, { validateEntrySizes: true });
      for await (const entry of file.eachEntry()) {
        if (parts.size >= mostParts) throw new Error("too many parts");
        parts.set(entry.fileName.toLowerCase(), entry);
      }
      return new Zip(file, parts, most);
    } catch {
      throw damagedWorkbook("The ZIP archive that it should be is cut short or damaged.");
    }
  }

  has(name: string): boolean {
    return this.#parts.has(name.toLowerCase());
  }

  /** The bytes of a part, in pieces. Throws `import_workbook_damaged`, `import_expands_too_far`. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.#parts.get(name.toLowerCase());
    if (!entry) throw damagedWorkbook(`Its part ${name.slice(0, 100)} is missing.`);
    let expanded = 0;
    let checksum = 0;
    try {
      for await (const piece of await this.#file.openReadStreamPromise(entry)) {
        expanded += (piece as Buffer).length;
        checksum = crc32(piece as Buffer, checksum);
        if (expanded > this.#most) throw tooFar(entry.compressedSize, `${this.#most} bytes`);
        if (expanded > freeBytes && expanded > entry.compressedSize * ratio)
          throw tooFar(entry.compressedSize, `${ratio} times as much`);
        yield piece as Buffer;
      }
      if (checksum !== entry.crc32) throw new Error("another checksum");
    } catch (error) {
      throw error instanceof OdoorwayError ? error : damagedWorkbook(`Its part ${name.slice(0, 100)} is damaged.`);
    }
  }
}

function tooFar(received: number, limit: string): OdoorwayError {
  return new OdoorwayError("import_expands_too_far", { evidence: { received, limit } });
}

export function damagedWorkbook(detail: string): OdoorwayError {
  return new OdoorwayError("import_workbook_damaged", { evidence: { detail } });
}
