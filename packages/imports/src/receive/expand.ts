/**
 * Compressed files, expanded as they arrive. What a file is shows in its first bytes, whatever its name or type
 * says. A small upload must not fill the store's disk, so what comes out is bounded in size and in its ratio to
 * what went in; no table of rows comes near the ratio.
 */
import { createGunzip } from "node:zlib";
import { OdoorwayError } from "@odoorway/core";
import { asBuffer, type Opened, openBytes } from "./bytes.js";
import { expandZstd } from "./zstd.js";

export type Compression = "gzip" | "zstd";

export interface ExpandLimits {
  /** Most bytes that may come out. */
  readonly expandedBytes: number;
}

/** Bytes that may come out whatever the ratio. */
const freeBytes = 16 * 1024 * 1024;
/** Times as much as went in that may come out beyond those. */
const ratio = 250;
/** A file compressed and then sent with Content-Encoding is in two layers. */
const mostLayers = 2;

/** RFC 1952 section 2.3.1; RFC 8878 section 3.1.1, and 3.1.2 for frames to be skipped. */
function compressionOf(head: Buffer): Compression | undefined {
  if (head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return "gzip";
  if (head.length < 4) return undefined;
  const magic = head.readUInt32LE(0);
  return magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5 ? "zstd" : undefined;
}

/**
 * The bytes of a file, expanded when they are compressed. `declared` is what the sender says they are.
 * Throws `import_compressed_damaged`, `import_compression_unsupported`, `import_expands_too_far`.
 */
export async function expand(
  source: AsyncIterable<Uint8Array>,
  ahead: number,
  limits: ExpandLimits,
  declared?: Compression,
): Promise<Opened> {
  let opened = await openBytes(source, ahead);
  for (let layer = 1; ; layer += 1) {
    const compression = compressionOf(opened.head);
    if (layer === 1 && declared !== undefined && compression !== declared)
      throw damaged(declared, "it does not begin as such data does.");
    if (compression === undefined) return opened;
    if (layer > mostLayers)
      throw new OdoorwayError("import_compression_unsupported", {
        evidence: { detail: `It is compressed more than ${mostLayers} times over.` },
      });
    opened = await openBytes(bounded(compression, opened.all, limits.expandedBytes), ahead);
  }
}

/** Counts what goes in and what comes out, and stops when that cannot be a file of rows. */
async function* bounded(
  compression: Compression,
  source: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  let expanded = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      received += piece.length;
      yield piece;
    }
  }
  const tooFar = (limit: string) => new OdoorwayError("import_expands_too_far", { evidence: { received, limit } });
  for await (const piece of compression === "gzip" ? expandGzip(counted()) : expandZstd(counted())) {
    expanded += piece.length;
    if (expanded > most) throw tooFar(`${most} bytes`);
    if (expanded > freeBytes && expanded > received * ratio) throw tooFar(`${ratio} times as much`);
    yield piece;
  }
}

/** Members behind one another are one file (RFC 1952 section 2.2); anything else behind a member is damage. */
async function* expandGzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // Fed by hand: a pipeline would hide which side an error came from.
  let failure: unknown;
  const fed = feed(source, gunzip).catch((error: unknown) => {
    failure = error;
    gunzip.destroy(new Error("the source failed"));
  });
  try {
    for await (const piece of gunzip) yield asBuffer(piece as Uint8Array);
  } catch (error) {
    throw failure ?? damaged("gzip", gzipDetail(error));
  } finally {
    gunzip.destroy();
    await fed;
  }
}

async function feed(source: AsyncIterable<Uint8Array>, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const piece of source) {
    if (gunzip.destroyed) return;
    if (gunzip.write(piece)) continue;
    await new Promise<void>((resolve) => {
      gunzip.once("drain", resolve);
      gunzip.once("close", resolve);
    });
  }
  if (!gunzip.destroyed) gunzip.end();
}

function gzipDetail(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : "";
  if (code === "Z_BUF_ERROR") return "it ends too early.";
  if (message.includes("incorrect header check")) return "there is something else behind it.";
  if (message.includes("data check") || message.includes("length check")) return "its checksum does not match.";
  return "its data is not valid.";
}

function damaged(compression: Compression, detail: string): OdoorwayError {
  return new OdoorwayError("import_compressed_damaged", { evidence: { compression, detail } });
}
