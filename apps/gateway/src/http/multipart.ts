/** A form with a file (RFC 7578): the part `mapping`, if any, comes first and is read whole; `file` is handed on as it arrives. */
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { OdoorwayError } from "@odoorway/core";
import type { Upload } from "./route.js";

export interface UploadedForm {
  readonly mapping: string | undefined;
  readonly fileName: string | undefined;
  /** Media type of the file, in small letters; "" when the part has none. */
  readonly type: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Bytes of a mapping; hand-written ones have some thousands. */
const largestMapping = 1024 * 1024;

/**
 * Resolves once the part `file` begins.
 * @throws OdoorwayError invalid_body, unknown_parameter for another part, payload_too_large
 */
export function openForm(upload: Upload): Promise<UploadedForm> {
  return new Promise((resolve, reject) => {
    const form = makeParser(upload.contentType);
    let mapping: string | undefined;
    const refuse = (error: OdoorwayError) => {
      upload.bytes.unpipe(form);
      reject(error);
    };
    form.on("field", (name, value, _nameCut, valueCut) => {
      if (name !== "mapping") return refuse(unknownPart(name));
      if (valueCut)
        return refuse(
          new OdoorwayError("payload_too_large", { evidence: { limit: `${largestMapping} bytes of mapping` } }),
        );
      mapping = value;
    });
    form.on("file", (_name, file, fileName, _encoding, type) => {
      upload.bytes.once("error", (error) => file.destroy(error));
      resolve({ mapping, fileName: fileName || undefined, type: (type ?? "").toLowerCase(), bytes: pieces(file) });
    });
    form.on("finish", () => refuse(shape("a form without the part file")));
    form.on("error", () => refuse(shape("a form that breaks off or is not well-formed")));
    upload.bytes.once("error", reject);
    upload.bytes.pipe(form);
  });
}

function makeParser(contentType: string) {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      isPartAFile: (name) => name === "file",
      limits: { fieldSize: largestMapping, files: 1, fields: 2 },
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
    throw error instanceof OdoorwayError ? error : new OdoorwayError("import_upload_broken", { cause: error });
  }
}

function unknownPart(name: string): OdoorwayError {
  return new OdoorwayError("unknown_parameter", {
    evidence: { parameter: name.slice(0, 100), known: ["mapping", "file"] },
  });
}

function shape(received: string): OdoorwayError {
  return new OdoorwayError("invalid_body", {
    evidence: { received, expected: "multipart/form-data with the part mapping, if any, and then the part file" },
  });
}
