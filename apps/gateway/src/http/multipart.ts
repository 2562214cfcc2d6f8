/**
 * A form with files (RFC 7578), read as it arrives: each part `file` is handed on while its bytes come, with the fields that
 * stand before it. So what is said of a file goes before it.
 */
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { OdoorwayError } from "@odoorway/core";
import type { Upload } from "./route.js";

export interface FormFile {
  /** The fields between the file before and this one, by name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string | undefined;
  /** Media type of the file, in small letters; "" when the part has none. */
  readonly type: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Bytes of a field: a mapping. Hand-written ones have some thousands. */
const largestField = 1024 * 1024;
/** Files of one form. */
const mostFiles = 50;

/**
 * The files of a form, in their order; the bytes of one must be read before the next is asked for. Ends when the whole form was
 * read.
 * @param known names that fields may have
 * @throws OdoorwayError invalid_body, unknown_parameter for another part, payload_too_large, import_upload_broken
 */
export async function* formFiles(upload: Upload, known: readonly string[]): AsyncGenerator<FormFile> {
  const form = makeParser(upload.contentType, known);
  const arrived = new Arrivals();
  let fields = new Map<string, string>();
  let current: Readable | undefined;
  const refuse = (error: OdoorwayError) => {
    upload.bytes.unpipe(form);
    arrived.push({ error });
  };
  form.on("field", (name, value, _nameCut, valueCut) => {
    if (!known.includes(name)) return refuse(unknownPart(name, known));
    if (valueCut)
      return refuse(
        new OdoorwayError("payload_too_large", { evidence: { limit: `${largestField} bytes of ${name}` } }),
      );
    fields.set(name, value);
  });
  form.on("file", (_name, file, fileName, _encoding, type) => {
    current = file;
    // The parser only tells the error; destroyed by it, the file gives it to whoever reads it, now or later.
    file.on("error", (error: Error) => file.destroy(error));
    arrived.push({
      file: { fields, fileName: fileName || undefined, type: (type ?? "").toLowerCase(), bytes: pieces(file) },
    });
    fields = new Map();
  });
  for (const limit of ["filesLimit", "fieldsLimit"] as const)
    form.on(limit, () =>
      refuse(new OdoorwayError("payload_too_large", { evidence: { limit: `${mostFiles} files of a form` } })),
    );
  form.on("finish", () => arrived.push({ end: true }));
  form.on("error", () => arrived.push({ error: shape("a form that breaks off or is not well-formed") }));
  upload.bytes.once("error", (error) => {
    current?.destroy(error);
    arrived.push({ error: brokenBy(error) });
  });
  upload.bytes.pipe(form);
  try {
    for (let files = 0; ; files += 1) {
      const next = await arrived.next();
      if ("error" in next) throw next.error;
      if ("file" in next) yield next.file;
      else if (files === 0) throw shape("a form without the part file");
      else return;
    }
  } finally {
    upload.bytes.unpipe(form);
  }
}

type Arrival = { readonly file: FormFile } | { readonly error: OdoorwayError } | { readonly end: true };

/** What the parser told, in order, until it is asked for. */
class Arrivals {
  readonly #waiting: Arrival[] = [];
  #told: (() => void) | undefined;

  push(arrival: Arrival): void {
    this.#waiting.push(arrival);
    this.#told?.();
  }

  async next(): Promise<Arrival> {
    for (;;) {
      const first = this.#waiting.shift();
      if (first) return first;
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }
}

function makeParser(contentType: string, known: readonly string[]) {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      isPartAFile: (name) => name === "file",
      limits: { fieldSize: largestField, files: mostFiles, fields: mostFiles * known.length },
    });
  } catch {
    throw shape("multipart/form-data without a boundary");
  }
}

/** The parser's own errors say that the form was cut. */
async function* pieces(file: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* file as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw brokenBy(error);
  }
}

function brokenBy(error: unknown): OdoorwayError {
  return error instanceof OdoorwayError ? error : new OdoorwayError("import_upload_broken", { cause: error });
}

function unknownPart(name: string, known: readonly string[]): OdoorwayError {
  return new OdoorwayError("unknown_parameter", {
    evidence: { parameter: name.slice(0, 100), known: [...known, "file"] },
  });
}

function shape(received: string): OdoorwayError {
  return new OdoorwayError("invalid_body", {
    evidence: {
      received,
      expected: "multipart/form-data with one part file or several, each after what is said of it",
    },
  });
}
