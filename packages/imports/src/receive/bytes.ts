/** Looking at the beginning of a stream of bytes without losing it. */
import { OdoorwayError } from "@odoorway/core";

/** A stream whose beginning is known. */
export interface Opened {
  /** At least as many bytes as were asked for, unless the source is shorter. */
  readonly head: Buffer;
  /** All bytes, those of the head first. May be read once. */
  readonly all: AsyncIterable<Uint8Array>;
}

/** Reads so many bytes ahead. Throws `import_upload_broken` when the source ends in an error. */
export async function openBytes(source: AsyncIterable<Uint8Array>, ahead: number): Promise<Opened> {
  const iterator = unbroken(source);
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < ahead) {
    const next = await iterator.next();
    if (next.done) break;
    pieces.push(next.value);
    length += next.value.length;
  }
  return { head: Buffer.concat(pieces), all: rejoin(pieces, iterator) };
}

async function* rejoin(pieces: Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) yield piece;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* unbroken(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw error instanceof OdoorwayError ? error : new OdoorwayError("import_upload_broken", { cause: error });
  }
}

/** The whole of a stream. `tooMuch` makes the error to throw once it is longer than `limit` bytes. */
export async function wholeOf(
  source: AsyncIterable<Uint8Array>,
  limit: number,
  tooMuch: () => OdoorwayError,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    length += piece.length;
    if (length > limit) throw tooMuch();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
