/**
 * Zstandard (RFC 8878), a block at a time. The frames are walked here and the blocks handed to the decoder one by
 * one: a block comes to 128 KiB at most, so memory stays flat, and what the decoder would take on trust
 * (window size, dictionary, what stands behind the last frame) is looked at first. The decoder does not compare a frame's
 * checksum, and neither is it done here: damage shows where a block is no longer valid, not in its letters.
 */
import { OdoorwayError } from "@odoorway/core";
import { Decompress } from "fzstd";
import { asBuffer } from "./bytes.js";

/** Largest window, in bytes: what `zstd -19` needs four times over. */
const largestWindow = 32 * 1024 * 1024;
const frameMagic = 0xfd2fb528;

/** Throws `import_compressed_damaged`, `import_compression_unsupported`. */
export async function* expandZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new Bytes(source);
  let expanded: Uint8Array[] = [];
  const decoder = new Decompress((block) => {
    if (block.length > 0) expanded.push(block);
  });
  const push = (piece: Uint8Array, last: boolean): Uint8Array[] => {
    try {
      decoder.push(piece, last);
    } catch {
      throw damaged("a block of it is not valid.");
    }
    const made = expanded;
    expanded = [];
    return made;
  };
  while (await bytes.has(1)) {
    const magic = (await bytes.peek(4)).readUInt32LE(0);
    if (magic >>> 4 === 0x184d2a5) {
      await bytes.skip((await bytes.peek(8)).readUInt32LE(4) + 8);
      continue;
    }
    if (magic !== frameMagic) throw damaged("there is something else behind it.");
    const { length, checksum } = readHeader(await bytes.peek(6), await bytes.peekUpTo(18));
    push(await bytes.take(length), false);
    for (let last = false; !last; ) {
      const header = (await bytes.peek(3)).readUIntLE(0, 3);
      last = (header & 1) === 1;
      const type = (header >> 1) & 3;
      const size = header >> 3;
      yield* push(await bytes.take(3 + (type === 1 ? 1 : size)), false);
    }
    if (checksum) yield* push(await bytes.take(4), false);
  }
  yield* push(new Uint8Array(0), true);
}

/** RFC 8878 section 3.1.1.1. */
function readHeader(start: Buffer, header: Buffer): { length: number; checksum: boolean } {
  const descriptor = start[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const length = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
  if (header.length < length) throw endsEarly();
  const dictionary = header.subarray(length - sizeBytes - dictionaryBytes, length - sizeBytes);
  if (dictionary.some((byte) => byte !== 0))
    throw new OdoorwayError("import_compression_unsupported", {
      evidence: { detail: "The zstd data was compressed with a dictionary, which is not in the file." },
    });
  const size = header.subarray(length - sizeBytes, length);
  const window = single ? readSize(size) : windowOf(start[5] ?? 0);
  if (window > largestWindow)
    throw new OdoorwayError("import_compression_unsupported", {
      evidence: { detail: `The zstd data needs a window of ${window} bytes of memory.` },
    });
  return { length, checksum: (descriptor & 4) !== 0 };
}

function readSize(size: Buffer): number {
  if (size.length === 8) return Number(size.readBigUInt64LE(0));
  return size.readUIntLE(0, size.length) + (size.length === 2 ? 256 : 0);
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** Bytes by count out of pieces of any size. */
class Bytes {
  readonly #source: AsyncIterator<Uint8Array>;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Whether there are so many. */
  async has(count: number): Promise<boolean> {
    while (this.#length < count) {
      const next = await this.#source.next();
      if (next.done) return false;
      this.#pieces.push(next.value);
      this.#length += next.value.length;
    }
    return true;
  }

  async peekUpTo(count: number): Promise<Buffer> {
    await this.has(count);
    const [first] = this.#pieces;
    const whole = this.#pieces.length === 1 && first ? asBuffer(first) : Buffer.concat(this.#pieces);
    this.#pieces = [whole];
    return whole.subarray(0, count);
  }

  async peek(count: number): Promise<Buffer> {
    const found = await this.peekUpTo(count);
    if (found.length < count) throw endsEarly();
    return found;
  }

  async take(count: number): Promise<Buffer> {
    const taken = await this.peek(count);
    this.#drop(count);
    return taken;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (!(await this.has(1))) throw endsEarly();
      const now = Math.min(left, this.#length);
      await this.peekUpTo(now);
      this.#drop(now);
      left -= now;
    }
  }

  #drop(count: number): void {
    const [whole = new Uint8Array(0)] = this.#pieces;
    this.#pieces = [whole.subarray(count)];
    this.#length -= count;
  }
}

function endsEarly(): OdoorwayError {
  return damaged("it ends too early.");
}

function damaged(detail: string): OdoorwayError {
  return new OdoorwayError("import_compressed_damaged", { evidence: { compression: "zstd", detail } });
}
