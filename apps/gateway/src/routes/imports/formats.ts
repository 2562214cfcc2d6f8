/** What a file is, by what was said of it. Systems label files as they please: what is not clear is found from its bytes. */
import type { Format } from "@odoorway/imports";

export const formats = ["csv", "ndjson", "json", "xlsx"] as const satisfies readonly Format[];

const byType: Readonly<Record<string, Format>> = {
  "text/csv": "csv",
  "text/tab-separated-values": "csv",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/json": "json",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};

/** Types that say little: Windows calls CSV vnd.ms-excel, and a compressed file hides what is in it. */
const vague = [
  "application/vnd.ms-excel",
  "application/gzip",
  "application/x-gzip",
  "application/zstd",
  "application/octet-stream",
  "text/plain",
];

const byEnding: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
  xlsx: "xlsx",
};

export const fileTypes: readonly string[] = [...Object.keys(byType), ...vague];

/** Undefined: the file's first bytes say it. */
export function formatOf(type: string, fileName: string | undefined): Format | undefined {
  const ending = fileName
    ?.toLowerCase()
    .replace(/\.(?:gz|zst|zstd)$/, "")
    .split(".")
    .at(-1);
  return byType[type] ?? byEnding[ending ?? ""];
}
