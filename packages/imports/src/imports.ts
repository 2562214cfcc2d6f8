/** Puts the parts together: receiving, the engine, status, results. */
import { OdoorwayError } from "@odoorway/core";
import type { StoredImport } from "@odoorway/store";
import { editRows } from "./edit.js";
import { Engine } from "./engine/engine.js";
import { compilePlan, readPlan } from "./mapping/plan.js";
import { readEdited } from "./receive/edited.js";
import { receive } from "./receive/receive.js";
import { resultRows } from "./result/rows.js";
import { isOver, priorityNumber, StatusBook } from "./status.js";
import type { ImportLimits, ImportStatus, Imports, ImportsParts } from "./types.js";

const defaults: ImportLimits = {
  lineBytes: 1024 ** 2,
  expandedBytes: 16 * 1024 ** 3,
  workbookBytes: 64 * 1024 ** 2,
  batchRows: 1000,
  recordRows: 5000,
  targetMs: 5000,
  workers: 2,
  leaseMs: 15_000,
  retentionMs: 30 * 24 * 3600 * 1000,
};
const watchMs = 250;

/** Imports over a store and a door to Odoo. Nothing is sent before start(). */
export function createImports(parts: ImportsParts): Imports {
  const { store, clock } = parts;
  const limits = { ...defaults, ...parts.limits };
  const engine = new Engine(parts, limits);
  const book = new StatusBook(parts, () => engine.storeTrouble);
  const { find, get } = book;

  const finished = async (id: string): Promise<StoredImport> => {
    const stored = await find(id);
    if (!isOver(stored.state))
      throw new OdoorwayError("import_not_finished", { evidence: { id, state: stored.state } });
    return stored;
  };
  const changed = async (id: string): Promise<ImportStatus> => {
    engine.wake();
    return get(id);
  };
  /** A change that only an import takes that is not over. */
  const unlessOver = async (id: string, change: () => Promise<boolean>): Promise<ImportStatus> => {
    await find(id);
    const done = await change();
    const { state } = await find(id);
    if (!done && isOver(state)) throw new OdoorwayError("import_over", { evidence: { id, state } });
    return changed(id);
  };

  return {
    async receive(input) {
      const id = newId(clock.now(), parts.random);
      const lease = await store.lease(id);
      try {
        await receive(parts, limits, id, input);
      } finally {
        await lease?.release();
      }
      return changed(id);
    },
    get,
    async list({ limit = 50, before } = {}) {
      const page = { limit: Math.max(1, Math.min(limit, 200)), ...(before === undefined ? {} : { before }) };
      return book.statuses(await store.listImports(page));
    },
    async *rows(id, options) {
      const stored = await find(id);
      yield* resultRows(store, id, compilePlan(readPlan(stored.plan)), stored.read, options);
    },
    readEdited: (input) => readEdited(input, limits),
    async retry(id, { edited = [] } = {}) {
      const stored = await finished(id);
      await store.retryImport(id, edited.length === 0 ? [] : await editRows(store, parts.flows, stored, edited));
      return changed(id);
    },
    async run(id) {
      const { state, dryRun, notBefore } = await find(id);
      if (dryRun) await finished(id);
      const waits = state === "queued" && notBefore !== null;
      const started = waits
        ? await store.rescheduleImport(id, { notBefore: null })
        : dryRun && (await store.restartImport(id));
      if (!started) throw new OdoorwayError("import_not_startable", { evidence: { id, state } });
      return changed(id);
    },
    pause: (id) => unlessOver(id, () => store.pauseImport(id, "hand")),
    resume: (id) => unlessOver(id, () => store.resumeImport(id)),
    reschedule: (id, { priority, notBefore }) =>
      unlessOver(id, async () => {
        if (isOver((await find(id)).state)) return false;
        return store.rescheduleImport(id, {
          ...(priority === undefined ? {} : { priority: priorityNumber(priority) }),
          ...(notBefore === undefined ? {} : { notBefore }),
        });
      }),
    async cancel(id) {
      await find(id);
      await store.cancelImport(id);
      return changed(id);
    },
    async remove(id) {
      await finished(id);
      await store.deleteImport(id);
    },
    async *watch(id, signal) {
      let last = "";
      while (!signal.aborted) {
        const now = await get(id);
        const text = JSON.stringify(now);
        if (text !== last) yield now;
        last = text;
        if (isOver(now.state)) return;
        await clock.sleep(watchMs, signal);
      }
    },
    start: () => engine.start(),
    stop: () => engine.stop(),
  };
}

/** Ids sort by time: milliseconds in base 36, then chance. */
function newId(now: number, random: () => number): string {
  const digits = Array.from({ length: 8 }, () => Math.floor(random() * 36).toString(36)).join("");
  return `imp_${now.toString(36).padStart(9, "0")}${digits}`;
}
