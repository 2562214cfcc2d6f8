/** The lines of a log: of a file (gzip too) or of standard input, to the end or as the file grows. */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { CommandError } from "../explain.js";
import type { Terminal } from "../terminal.js";

/** Milliseconds between two looks at a file that is followed. */
const pause = 300;

/** Lines, and null whenever a file that is followed has no more for now. */
export async function* linesOf(
  terminal: Terminal,
  file: string | undefined,
  follow: boolean,
): AsyncGenerator<string | null, void> {
  const path = file === undefined ? undefined : resolve(terminal.cwd, file);
  try {
    if (path !== undefined && follow) yield* grownLines(path, terminal.interrupted);
    else yield* wholeLines(path === undefined ? terminal.input : await fileStream(path));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError(
      "The log cannot be read",
      `${file ?? "Standard input"}: ${why}.`,
      "Name a file that you may read.",
    );
  }
}

async function* wholeLines(stream: NodeJS.ReadableStream): AsyncGenerator<string, void> {
  let failure: unknown;
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // readline tells nobody of its input's failure, and would wait for ever.
  stream.once("error", (error) => {
    failure = error;
    lines.close();
  });
  yield* lines;
  if (failure !== undefined) throw failure;
}

async function fileStream(path: string): Promise<NodeJS.ReadableStream> {
  const handle = await open(path);
  const first = Buffer.alloc(2);
  await handle.read(first, 0, 2, 0);
  await handle.close();
  const stream = createReadStream(path);
  if (first[0] !== 0x1f || first[1] !== 0x8b) return stream;
  const unzipped = createGunzip();
  stream.once("error", (error) => unzipped.destroy(error));
  return stream.pipe(unzipped);
}

/**
 * From the file's beginning to its end, and then what is written after it, until interrupted. A file that
 * became shorter, or another under the same name, was rotated: it is read from its beginning.
 */
async function* grownLines(path: string, interrupted: AbortSignal): AsyncGenerator<string | null, void> {
  let handle = await open(path);
  try {
    let [inode, position, rest] = [(await handle.stat()).ino, 0, ""];
    const decoder = new TextDecoder();
    const buffer = Buffer.alloc(256 * 1024);
    while (!interrupted.aborted) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead > 0) {
        position += bytesRead;
        const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split(/\r?\n/);
        rest = lines.pop() ?? "";
        yield* lines;
        continue;
      }
      yield null;
      await sleep(pause, undefined, { signal: interrupted }).catch(() => undefined);
      const now = await renamed(path, inode, position, handle);
      if (now === undefined) continue;
      await handle.close();
      [handle, inode, position, rest] = [now.handle, now.inode, 0, ""];
    }
  } finally {
    await handle.close();
  }
}

async function renamed(
  path: string,
  inode: number,
  position: number,
  handle: FileHandle,
): Promise<{ handle: FileHandle; inode: number } | undefined> {
  // Between a rotation's two steps there may be no file of this name.
  const next = await open(path).catch(() => undefined);
  if (next === undefined) return undefined;
  const { ino, size } = await next.stat();
  const grown = (await handle.stat()).size > position;
  if ((ino === inode && size >= position) || (ino !== inode && grown)) {
    await next.close();
    return undefined;
  }
  return { handle: next, inode: ino };
}
