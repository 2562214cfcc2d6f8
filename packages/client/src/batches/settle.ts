/**
 * Sends the items of one batch until each has its result. What a call may end with, and what is done then:
 *
 *   answered                      the results; items that were rolled back with a bad one go again at once.
 *   no effect, the time is bad    (conflict, rate, not reachable, too large) again in quarters, after a pause;
 *                                 failed after the last of five tries.
 *   no effect, of every record    (access, model, credential) all failed: halving would only ask again.
 *   no effect, of some record     halved until the record at fault stands alone; that one failed.
 *   it happened                   the answer could not be carried; done, without an id.
 *   nobody knows                  the job asks Odoo what is there. What it cannot tell is unknown; what it may
 *                                 repeat goes again in quarters; unknown after the last of five tries.
 *
 * Every item ends in exactly one of these, so results and input always count the same.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Settings } from "./settings.js";
import { type BatchResult, type BatchStatus, type Item, report } from "./types.js";

/** Results, and the items that are still to be sent. Each item stands in one of the two. */
interface Progress<T> {
  readonly results: readonly BatchResult[];
  readonly again: readonly Item<T>[];
}

/** What one batch function does with its items. Both reject with OdoorwayError only. */
export interface Job<T> {
  /** What an item is once it is done. */
  readonly done: BatchStatus;
  send(items: readonly Item<T>[]): Promise<Progress<T>>;
  /** After a reply that was lost: finds out. Items that may safely be repeated are in `again`. */
  verify(items: readonly Item<T>[], error: OdoorwayError): Promise<Progress<T>>;
}

const mostTries = 5;
const firstPause = 250;

const ofEveryRecord: ReadonlySet<string> = new Set([
  "auth_invalid_credentials",
  "auth_session_expired",
  "access_model_denied",
  "db_not_found",
  "model_not_found",
  "method_not_found",
  "method_private",
  "tls_failure",
  "http_redirect",
  "http_404_endpoint",
  "configuration_error",
  "cancelled",
]);

interface Group<T> {
  readonly items: readonly Item<T>[];
  readonly tries: number;
}

/** Never rejects but for a defect. `stopped` says before each call whether to go on. */
export async function settle<T>(
  settings: Settings,
  job: Job<T>,
  items: readonly Item<T>[],
  stopped: () => boolean,
): Promise<BatchResult[]> {
  const queue: Group<T>[] = [{ items, tries: 0 }];
  const results: BatchResult[] = [];
  for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
    if (group.items.length === 0) continue;
    if (stopped()) {
      const error = new OdoorwayError("cancelled", { happened: "no" });
      for (const item of group.items) results.push(...report(item, "failed", { error }));
      continue;
    }
    queue.unshift(...(await once(settings, job, group, results)));
  }
  return results;
}

async function once<T>(
  settings: Settings,
  job: Job<T>,
  { items, tries }: Group<T>,
  results: BatchResult[],
): Promise<Group<T>[]> {
  const all = (status: BatchStatus, error?: OdoorwayError) => {
    for (const item of items) results.push(...report(item, status, error && { error }));
    return [];
  };
  const started = settings.clock.now();
  try {
    const progress = await job.send(items);
    settings.size.took(items.length, settings.clock.now() - started);
    results.push(...progress.results);
    return [{ items: progress.again, tries }];
  } catch (error) {
    if (!(error instanceof OdoorwayError)) throw error;
    if (error.happened === "yes") return all(job.done);
    const last = tries + 1 >= mostTries;
    if (error.happened === "unknown") {
      settings.size.tooMuch(items.length);
      if (error.code === "cancelled") return all("unknown", error);
      const { results: known, again } = await patiently(settings, () => job.verify(items, error), {
        results: items.flatMap((item) => report(item, "unknown", { error })),
        again: [],
      });
      results.push(...known);
      if (!last) return parts(again, Math.ceil(again.length / 4), tries + 1);
      for (const item of again) results.push(...report(item, "unknown", { error }));
      return [];
    }
    if (ofEveryRecord.has(error.code)) return all("failed", error);
    // Another time, or a smaller batch, may do.
    if (error.retryable || error.code === "payload_too_large") {
      settings.size.tooMuch(items.length);
      if (last) return all("failed", error);
      await settings.clock.sleep(Math.max(firstPause * 2 ** tries, (error.retryAfter ?? 0) * 1000), settings.signal);
      return parts(items, Math.ceil(items.length / 4), tries + 1);
    }
    if (items.length === 1) return all("failed", error);
    return parts(items, Math.ceil(items.length / 2), tries);
  }
}

/** The answer to a question that may be repeated, or `otherwise` when Odoo stays out of reach. */
async function patiently<T>({ clock, signal }: Settings, ask: () => Promise<T>, otherwise: T): Promise<T> {
  for (let tries = 0; tries < mostTries; tries++) {
    await clock.sleep(firstPause * 2 ** tries, signal);
    if (signal?.aborted) break;
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof OdoorwayError)) throw error;
    }
  }
  return otherwise;
}

function parts<T>(items: readonly Item<T>[], size: number, tries: number): Group<T>[] {
  const groups: Group<T>[] = [];
  for (let at = 0; at < items.length; at += size) groups.push({ items: items.slice(at, at + size), tries });
  return groups;
}
