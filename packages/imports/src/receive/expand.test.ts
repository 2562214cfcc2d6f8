/** Compressed files: whole ones come out as they went in, and every other is refused without being kept in memory. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { upload } from "../testing/harness.js";
import { expand } from "./expand.js";

const limits = { expandedBytes: 64 * 1024 * 1024 };

async function expanded(bytes: Uint8Array, size = 7, declared?: "gzip" | "zstd") {
  const { all } = await expand(upload(bytes, size), 16, limits, declared);
  const pieces: Uint8Array[] = [];
  for await (const piece of all) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A frame of raw blocks (RFC 8878 section 3.1.1): valid, and nothing compressed. */
function zstdOf(bytes: Buffer, blockBytes = 100): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (at + blockBytes >= bytes.length ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([Buffer.from("28b52ffd0038", "hex"), ...blocks]);
}

const text = Buffer.from("ref,name\n1,Ada\n2,Grace\n");
// Made by zstd 1.5: with a checksum, and with a dictionary of its own.
const byZstd = Buffer.from("KLUv/SQXuQAAcmVmLG5hbWUKMSxBZGEKMixHcmFjZQpKlCas", "base64");
const withDictionary = Buffer.from("KLUv/SeKwEZ8F7kAAHJlZixuYW1lCjEsQWRhCjIsR3JhY2UKSpQmrA==", "base64");
const skippable = Buffer.from("502a4d1803000000616263", "hex");
/** A block that repeats one byte 128 KiB times, in four bytes. */
const repeat = Buffer.from("020010", "hex");

describe("a compressed file", () => {
  it("comes out as it went in, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 300 }), async (bytes, size) => {
        const plain = Buffer.concat([Buffer.from("a"), bytes]);
        expect(await expanded(gzipSync(plain), size)).toEqual(plain);
        expect(await expanded(zstdOf(plain), size)).toEqual(plain);
      }),
    );
  });

  it("may have several members or frames, frames to be skipped, and be compressed twice", async () => {
    const twice = Buffer.concat([text, text]);
    expect(await expanded(Buffer.concat([gzipSync(text), gzipSync(text)]))).toEqual(twice);
    expect(await expanded(Buffer.concat([byZstd, skippable, zstdOf(text)]))).toEqual(twice);
    expect(await expanded(Buffer.concat([skippable, byZstd]))).toEqual(text);
    expect(await expanded(gzipSync(gzipSync(text)))).toEqual(text);
    expect(await expanded(byZstd, 5, "zstd")).toEqual(text);
  });

  it("that is none passes as it is", async () => {
    expect(await expanded(text)).toEqual(text);
    expect(await expanded(Buffer.alloc(0))).toEqual(Buffer.alloc(0));
  });

  const damaged = (detail: string) => ({ code: "import_compressed_damaged", evidence: { detail } });
  const flipped = Buffer.from(gzipSync(text));
  flipped[flipped.length - 6] = (flipped[flipped.length - 6] ?? 0) ^ 1;
  const unsupported = { code: "import_compression_unsupported" };

  it.each([
    ["gzip cut short", gzipSync(text).subarray(0, 25), damaged("it ends too early."), undefined],
    [
      "gzip with rubbish behind",
      Buffer.concat([gzipSync(text), Buffer.from("rubbish")]),
      damaged("there is something else behind it."),
      undefined,
    ],
    ["gzip with another checksum", flipped, damaged("its checksum does not match."), undefined],
    ["gzip that is none", text, damaged("it does not begin as such data does."), "gzip"],
    ["gzip in gzip in gzip", gzipSync(gzipSync(gzipSync(text))), unsupported, undefined],
    ["zstd cut short", byZstd.subarray(0, 20), damaged("it ends too early."), undefined],
    ["zstd cut in its checksum", byZstd.subarray(0, -1), damaged("it ends too early."), undefined],
    [
      "zstd with rubbish behind",
      Buffer.concat([byZstd, Buffer.from("rubbish")]),
      damaged("there is something else behind it."),
      undefined,
    ],
    [
      "zstd with a block of no type",
      Buffer.from("28b52ffd0038070000616263", "hex"),
      { code: "import_compressed_damaged" },
      undefined,
    ],
    ["zstd with a dictionary", withDictionary, unsupported, undefined],
    ["zstd with a window of 128 MiB", Buffer.from("28b52ffd048800010000", "hex"), unsupported, undefined],
    [
      "zstd with a content of 2^60 bytes in one segment",
      Buffer.from("28b52ffde00000000000000010010000", "hex"),
      unsupported,
      undefined,
    ],
  ] as const)("is refused: %s", async (_name, bytes, error, declared) => {
    for (const size of [1, 7, 65_536]) await expect(expanded(bytes, size, declared)).rejects.toMatchObject(error);
  });

  it("is refused when it expands too far, before it has", async () => {
    const zeros = gzipSync(Buffer.alloc(40 * 1024 * 1024));
    await expect(expanded(zeros, 1000)).rejects.toMatchObject({ code: "import_expands_too_far" });
    const blocks = Array.from({ length: 4000 }, () => Buffer.concat([repeat, Buffer.from([0])]));
    const bomb = Buffer.concat([Buffer.from("28b52ffd0038", "hex"), ...blocks]);
    await expect(expanded(bomb, 65_536)).rejects.toMatchObject({ code: "import_expands_too_far" });
    await expect(expand(upload(gzipSync(Buffer.alloc(2000))), 16, { expandedBytes: 1000 })).rejects.toMatchObject({
      code: "import_expands_too_far",
      evidence: { limit: "1000 bytes" },
    });
  });
});
