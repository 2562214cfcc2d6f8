/** The console's built files, read once at start: what is not in this map cannot be asked for, whatever the path says. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

export interface ConsoleFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Whether the file's name changes with its content, so that it may be kept for ever. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** Files by their path under /console/, with slashes; empty when the folder is missing. */
export function readConsole(folder: string | undefined): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>();
  if (folder === undefined) return files;
  for (const path of filesUnder(folder)) {
    const name = relative(folder, path).split(sep).join("/");
    const bytes = readFileSync(path);
    files.set(name, {
      bytes,
      type: types[extname(path)] ?? "application/octet-stream",
      etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 32)}"`,
      immutable: name.startsWith("assets/"),
    });
  }
  return files;
}

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && extname(entry.name) !== ".map")
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
