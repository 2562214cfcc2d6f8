/** Puts the parts together: receiving, the engine, status, results. */
import { OdoorwayError } from "@odoorway/core";
import type { StoredImport } from "@odoorway/store";
import { Engine } from "./engine/engine.js";
import { compilePlan, readPlan } from "./mapping/plan.js";
import { receive } from "./receive/receive.js";
import { resultRows } from "./result/rows.js";
import { RateMeter, toStatus } from "./status.js";
import type { ImportLimits, ImportStatus, Imports, ImportsParts } from "./types.js";

const defaults: ImportLimits = {
  lineBytes: 1024 ** 2,
  expandedBytes: 16 * 1024 ** 3,
  workbookBytes: 64 * 1024 ** 2,
  batchRows: 1000,
  recordRows: 5000,
  targetMs: 5000,
};
const watchMs = 250;
const over = new Set(["done", "failed", "cancelled"]);

/** Imports over a store and a door to Odoo. Nothing is sent before start(). */
export function createImports(parts: ImportsParts): Imports {
  const { store, clock } = parts;
  const limits = { ...defaults, ...parts.limits };
  const engine = new Engine(parts, limits);
  const meter = new RateMeter();

  const find = async (id: string): Promise<StoredImport> => {
    const stored = await store.getImport(id);
    if (!stored || stored.state === "receiving") throw new OdoorwayError("import_not_found", { evidence: { id } });
    return stored;
  };
  const status = (stored: StoredImport): ImportStatus => toStatus(stored, clock.now(), meter);
  const get = async (id: string): Promise<ImportStatus> => status(await find(id));
  const finished = async (id: string): Promise<void> => {
    const { state } = await find(id);
    if (!over.has(state)) throw new OdoorwayError("import_not_finished", { evidence: { id, state } });
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
      engine.wake();
      return get(id);
    },
    get,
    async list({ limit = 50, before } = {}) {
      const page = { limit: Math.max(1, Math.min(limit, 200)), ...(before === undefined ? {} : { before }) };
      return (await store.listImports(page)).map(status);
    },
    async *rows(id, options) {
      const stored = await find(id);
      yield* resultRows(store, id, compilePlan(readPlan(stored.plan)), stored.read, options);
    },
    async retry(id) {
      await finished(id);
      await store.retryImport(id);
      engine.wake();
      return get(id);
    },
    async cancel(id) {
      await find(id);
      await store.cancelImport(id);
      engine.wake();
      return get(id);
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
        if (over.has(now.state)) return;
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
