/**
 * The status of a group: of its parts, the sums. created + updated + unchanged + failed + unprocessed = read, since it is so
 * for each part. Its state is that of its work as a whole:
 *
 *   running      a part is, or one is over and the next has its turn
 *   paused       the part whose turn it is waits for a person, for Odoo or for the store
 *   queued       no part has begun
 *   done         every part is; else, when all are over: failed when one could not go on, cancelled
 */
import type { OutcomeCounts } from "@odoorway/store";
import type { ImportStatus } from "../types.js";

type Counts = OutcomeCounts & { readonly unprocessed: number };

/** @param parts in the order of their turns, at least one */
export function sumOf(group: string, parts: readonly [ImportStatus, ...ImportStatus[]]): ImportStatus {
  const [first] = parts;
  const { state, at } = stateOf(parts);
  const counts = parts.reduce((sum, { counts }) => ({ ...add(sum, counts), read: sum.read + counts.read }), {
    ...none,
    read: 0,
  });
  const rate = Math.round(parts.reduce((sum, part) => sum + (isOpen(part) ? part.rate : 0), 0) * 10) / 10;
  const spent = (times: (string | null)[]) => times.filter((time) => time !== null).sort();
  const over = !parts.some(isOpen);
  const finished = over ? (spent(parts.map((part) => part.finished_at)).at(-1) ?? null) : null;
  const started = spent(parts.map((part) => part.started_at))[0] ?? null;
  return {
    ...first,
    id: group,
    group: null,
    state,
    model: listed(parts.map(({ model }) => model)),
    mapping: listed(parts.flatMap(({ mapping }) => mapping ?? [])) || null,
    file_name: listed(parts.flatMap(({ file_name: name }) => name ?? [])) || null,
    started_at: started,
    finished_at: finished,
    counts,
    records: recordsOf(parts),
    progress: Math.round(weighed(parts) * 1000) / 1000,
    rate: over ? averageOf(counts, started, finished) : rate,
    eta_seconds: state === "running" && rate > 0 ? Math.ceil(counts.unprocessed / rate) : null,
    batch_size: at.batch_size,
    nodes: Math.max(...parts.map(({ nodes }) => nodes)),
    paused_by: state === "paused" ? at.paused_by : null,
    dry_run: parts.some((part) => part.dry_run),
    last_error: parts.find((part) => part.last_error !== null)?.last_error ?? null,
    parts,
  };
}

const none: Counts = { created: 0, updated: 0, unchanged: 0, failed: 0, unprocessed: 0 };

function isOpen({ state }: ImportStatus): boolean {
  return state === "queued" || state === "running" || state === "paused";
}

/** `at`: the part that it is due to. */
function stateOf(
  parts: readonly [ImportStatus, ...ImportStatus[]],
): Pick<ImportStatus, "state"> & { at: ImportStatus } {
  const at = parts.find(({ state }) => state === "running") ?? parts.find(isOpen);
  if (at) {
    const begun = parts.some(({ started_at: started }) => started !== null);
    return { state: at.state === "queued" && begun ? "running" : at.state, at };
  }
  const end = (["failed", "cancelled"] as const).find((word) => parts.some(({ state }) => state === word)) ?? "done";
  return { state: end, at: parts.at(-1) ?? parts[0] };
}

function add(one: Counts, other: Counts): Counts {
  return {
    created: one.created + other.created,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    failed: one.failed + other.failed,
    unprocessed: one.unprocessed + other.unprocessed,
  };
}

function recordsOf(parts: readonly ImportStatus[]): Record<string, Counts> {
  const records: Record<string, Counts> = {};
  for (const part of parts)
    for (const [model, counts] of Object.entries(part.records)) records[model] = add(records[model] ?? none, counts);
  return records;
}

function weighed(parts: readonly ImportStatus[]): number {
  const read = parts.reduce((sum, { counts }) => sum + counts.read, 0);
  return read === 0 ? 0 : parts.reduce((sum, { progress, counts }) => sum + progress * counts.read, 0) / read;
}

function averageOf({ unprocessed, read }: Counts & { read: number }, from: string | null, to: string | null): number {
  const seconds = from === null || to === null ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds > 0 ? Math.round(((read - unprocessed) / seconds) * 10) / 10 : 0;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}
