/** Puts the parts together: receiving, the engine, status, results. */
import { OdoorwayError } from "@odoorway/core";
import type { StoredImport } from "@odoorway/store";
import { editRows, refuseUntaken } from "./edit.js";
import { Engine } from "./engine/engine.js";
import { compilePlan, readPlan } from "./mapping/plan.js";
import { readEdited } from "./receive/edited.js";
import { receiveGroup } from "./receive/group.js";
import { resultRows } from "./result/rows.js";
import { isOver, priorityNumber, StatusBook } from "./status.js";
import type { ImportLimits, ImportStatus, Imports, ImportsParts, ReceiveInput } from "./types.js";

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

  const finished = async (id: string): Promise<readonly StoredImport[]> => {
    const parts = await find(id);
    const open = parts.find(({ state }) => !isOver(state));
    if (open) throw new OdoorwayError("import_not_finished", { evidence: { id, state: open.state } });
    return parts;
  };
  const changed = async (id: string): Promise<ImportStatus> => {
    engine.wake();
    return get(id);
  };
  /** A change of an import, or of every part; at least one must take it, unless none is over. */
  const unlessOver = async (id: string, change: (part: StoredImport) => Promise<boolean>): Promise<ImportStatus> => {
    let done = false;
    for (const part of await find(id)) done = (await change(part)) || done;
    const parts = await find(id);
    const { state } = parts[0];
    if (!done && parts.every((part) => isOver(part.state)))
      throw new OdoorwayError("import_over", { evidence: { id, state } });
    return changed(id);
  };
  let lastId = 0;
  /** Later than any before, so that the parts of a group sort as their files came. */
  const freshId = (): string => {
    lastId = Math.max(clock.now(), lastId + 1);
    return newId(lastId, parts.random);
  };
  const receiveAll = async (inputs: AsyncIterable<ReceiveInput>): Promise<ImportStatus> =>
    changed(await receiveGroup(parts, limits, inputs, freshId));

  return {
    receive: (input) => receiveAll(only(input)),
    receiveAll,
    get,
    async list({ limit = 50, before } = {}) {
      const page = { limit: Math.max(1, Math.min(limit, 200)), ...(before === undefined ? {} : { before }) };
      return book.statuses(await store.listImports(page));
    },
    async *rows(id, options) {
      const found = await find(id);
      const several = found[0].id !== id;
      if (several && options.format === "csv") throw notOfSeveral("format", "the columns of its files differ");
      for (const part of found)
        yield* resultRows(store, part.id, compilePlan(readPlan(part.plan)), part.read, options, several);
    },
    readEdited: (input) => readEdited(input, limits),
    async retry(id, { edited = [] } = {}) {
      const [first, ...others] = await finished(id);
      if (first?.id === id) {
        const edits = edited.length === 0 ? [] : await editRows(store, parts.flows, first, edited);
        await store.retryImport(id, edits);
        await refuseUntaken(store, id, edits);
      } else if (edited.length > 0) throw notOfSeveral("id", "rows are mended in the file that they are of");
      else
        for (const part of first ? [first, ...others] : [])
          if (part.state !== "done" || !isWhole(part)) await store.retryImport(part.id);
      return changed(id);
    },
    async run(id) {
      const found = await find(id);
      if (found.some(({ dryRun }) => dryRun)) await finished(id);
      let started = false;
      for (const { id: part, state, dryRun, notBefore } of found) {
        const waits = state === "queued" && notBefore !== null;
        const now = waits
          ? await store.rescheduleImport(part, { notBefore: null })
          : dryRun && (await store.restartImport(part));
        started ||= now;
      }
      const [{ state }] = found;
      if (!started) throw new OdoorwayError("import_not_startable", { evidence: { id, state } });
      return changed(id);
    },
    pause: (id) => unlessOver(id, (part) => store.pauseImport(part.id, "hand")),
    resume: (id) => unlessOver(id, (part) => store.resumeImport(part.id)),
    reschedule: (id, { priority, notBefore }) =>
      unlessOver(id, async (part) => {
        if (isOver(part.state)) return false;
        return store.rescheduleImport(part.id, {
          ...(priority === undefined ? {} : { priority: priorityNumber(priority) }),
          ...(notBefore === undefined ? {} : { notBefore }),
        });
      }),
    async cancel(id) {
      for (const part of await find(id)) await store.cancelImport(part.id);
      return changed(id);
    },
    async remove(id) {
      for (const part of await finished(id)) await store.deleteImport(part.id);
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

async function* only(input: ReceiveInput): AsyncGenerator<ReceiveInput> {
  yield input;
}

/** Whether every row is in Odoo. */
function isWhole({ read, rows }: StoredImport): boolean {
  return rows.created + rows.updated + rows.unchanged === read;
}

function notOfSeveral(parameter: string, detail: string): OdoorwayError {
  const expected = "the id of one of its parts, or NDJSON";
  return new OdoorwayError("invalid_parameter", { evidence: { parameter, detail, expected } });
}

/** Ids sort by time: milliseconds in base 36, then chance. */
function newId(now: number, random: () => number): string {
  const digits = Array.from({ length: 8 }, () => Math.floor(random() * 36).toString(36)).join("");
  return `imp_${now.toString(36).padStart(9, "0")}${digits}`;
}
