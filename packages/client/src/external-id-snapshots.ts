/**
 * The external ids of all records of a model, read in a few calls, so that thousands of questions about them
 * need no call each. A snapshot is made when a model's records are not many more than the questions, and it
 * lives for a short while, in which only newer records are read:
 *
 *   none ──ask──> reading ──> made ──ask──> newer records read ──> made ──(a minute)──> none
 *                    └──> too large: no snapshot is tried for a while, each question is asked singly
 *
 * Newer are the records above an id some thousands below the highest one that the first reading saw, so that those
 * are found too whose transaction took its ids early and was committed late. What may be missed for that minute is
 * an external id that somebody attached to an older record. Who asks by way of a snapshot must be safe against a
 * record that is there after all: a creation by load() in mode update is. What is found in an earlier reading is
 * looked at again, in one call, since it may have been deleted.
 *
 * `get_external_id` answers one external id a record, the oldest. Where that is of a namespace nobody asks
 * for, the record may have others, which `get_metadata` tells (all of them since Odoo 14); where it does not, what was not found stays
 * doubtful. Over XML-RPC `get_external_id` fails, since its answer has numbers for keys: `get_metadata` takes its place.
 */
import { type CallOptions, type Clock, type OdooCaller, OdoorwayError, type RecordReference } from "@odoorway/core";

interface Known {
  readonly found: Map<string, RecordReference>;
  /** Neither found nor known to be missing. */
  readonly doubtful: readonly string[];
}

export interface Snapshots {
  find(model: string, wanted: readonly string[], many: number, options: CallOptions): Promise<Known>;
}

/** Records of a page, and of a question about external ids: those of a page are asked at the same time. */
const page = 10_000;
const questionRecords = 5000;
/** Records a question saved may cost; a question by itself costs as much as some hundreds in a page. */
const recordsAQuestion = 50;
/** What is kept of a record is its external id and its id, some 100 bytes. */
const mostRecords = 250_000;
/** Ids that transactions under way at the first reading may have taken. */
const mayBeLate = 5000;
const livesMs = 60_000;
const triedAgainMs = 300_000;

interface Snapshot {
  readonly madeAt: number;
  readonly modules: ReadonlySet<string>;
  readonly ids: Map<string, number>;
  /** Records up to this id were read once and for all. */
  base: number;
  /** Those above it that were read. */
  readonly recent: Set<number>;
  records: number;
  /** Whether records may have external ids that Odoo did not tell. */
  untold: boolean;
  /** One reading at a time. */
  turn: Promise<void>;
}

/** Snapshots of any number of models, asked through `caller`. */
export function createSnapshots(caller: OdooCaller, clock: Pick<Clock, "now">): Snapshots {
  const known = new Map<string, Snapshot>();
  const tooLarge = new Map<string, number>();
  let first: FirstIds = byExternalId;

  const readNewer = async (model: string, snapshot: Snapshot, most: number, options: CallOptions): Promise<boolean> => {
    const context = { active_test: false };
    for (let after = snapshot.base; ; ) {
      const args = [[["id", ">", after]]];
      const ids = (await caller.call(
        model,
        "search",
        args,
        { limit: page, order: "id", context },
        options,
      )) as number[];
      const fresh = ids.filter((id) => !snapshot.recent.has(id));
      if (snapshot.records + fresh.length > most) return false;
      const questions: Promise<void>[] = [];
      for (let at = 0; at < fresh.length; at += questionRecords)
        questions.push(readIds(model, snapshot, fresh.slice(at, at + questionRecords), options));
      await Promise.all(questions);
      snapshot.records += fresh.length;
      for (const id of fresh) snapshot.recent.add(id);
      after = ids.at(-1) ?? after;
      if (ids.length === page) continue;
      if (snapshot.base === 0) settle(snapshot, after);
      return true;
    }
  };

  const readIds = async (model: string, snapshot: Snapshot, ids: readonly number[], options: CallOptions) => {
    let answer: readonly Named[];
    try {
      answer = await first(caller, model, ids, options);
    } catch (error) {
      if (first === byMetadata || !(error instanceof OdoorwayError) || error.retryable) throw error;
      first = byMetadata;
      answer = await byMetadata(caller, model, ids, options);
    }
    const others: number[] = [];
    for (const { id, externalIds, all } of answer) {
      for (const one of externalIds) if (snapshot.modules.has(moduleOf(one))) snapshot.ids.set(one, id);
      if (!all && externalIds.length > 0 && !externalIds.some((one) => snapshot.modules.has(moduleOf(one))))
        others.push(id);
    }
    if (others.length === 0) return;
    const told = first === byMetadata ? undefined : await byMetadata(caller, model, others, options);
    for (const { id, externalIds } of told ?? [])
      for (const one of externalIds) if (snapshot.modules.has(moduleOf(one))) snapshot.ids.set(one, id);
    if (told === undefined || told.some(({ all }) => !all)) snapshot.untold = true;
  };

  const take = async (
    model: string,
    modules: ReadonlySet<string>,
    many: number,
    options: CallOptions,
  ): Promise<{ readonly snapshot: Snapshot; readonly made: boolean } | undefined> => {
    const now = clock.now();
    let made = false;
    let snapshot = known.get(model);
    const stale = snapshot && now - snapshot.madeAt > livesMs;
    if (!snapshot || stale || [...modules].some((module) => !snapshot?.modules.has(module))) {
      if (now - (tooLarge.get(model) ?? Number.NEGATIVE_INFINITY) < triedAgainMs) return undefined;
      const turn = Promise.resolve();
      snapshot = { madeAt: now, modules, ids: new Map(), base: 0, recent: new Set(), records: 0, untold: false, turn };
      known.set(model, snapshot);
      made = true;
    }
    const mine = snapshot;
    const most = Math.min(mostRecords, many * recordsAQuestion);
    const reading = mine.turn.then(() => readNewer(model, mine, Math.max(most, mine.records + page), options));
    mine.turn = reading.then(
      () => {},
      () => {},
    );
    const whole = await reading;
    if (whole) return { snapshot: mine, made };
    known.delete(model);
    tooLarge.set(model, now);
    return undefined;
  };

  return {
    async find(model, wanted, many, options) {
      const modules = new Set([...wanted.map(moduleOf), ...(known.get(model)?.modules ?? [])]);
      const found = new Map<string, RecordReference>();
      const missing: string[] = [];
      let untold = true;
      try {
        const taken = await take(model, modules, many, options);
        if (!taken) return { found, doubtful: wanted };
        const { snapshot, made } = taken;
        const ids = wanted.flatMap((one) => snapshot.ids.get(one) ?? []);
        const there = made ? new Set(ids) : await whichAreThere(caller, model, ids, options);
        for (const one of wanted) {
          const id = snapshot.ids.get(one);
          if (id !== undefined && there.has(id)) found.set(one, { model, id });
          else missing.push(one);
        }
        untold = snapshot.untold;
      } catch (error) {
        known.delete(model);
        // Who may not read the model may still ask for single external ids.
        if (!(error instanceof OdoorwayError) || !error.code.startsWith("access_")) throw error;
        tooLarge.set(model, clock.now());
        return { found: new Map(), doubtful: wanted };
      }
      return { found, doubtful: untold ? missing : [] };
    },
  };
}

/** Those of some records that are there, archived ones too. */
export async function whichAreThere(
  caller: OdooCaller,
  model: string,
  ids: readonly number[],
  options: CallOptions,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const context = { active_test: false };
  return new Set((await caller.call(model, "search", [[["id", "in", ids]]], { context }, options)) as number[]);
}

/** After the first reading only what may be new is read again. */
function settle(snapshot: Snapshot, last: number): void {
  snapshot.base = Math.max(0, last - mayBeLate);
  for (const id of snapshot.recent) if (id <= snapshot.base) snapshot.recent.delete(id);
}

interface Named {
  readonly id: number;
  readonly externalIds: readonly string[];
  /** Whether these are all that it has. */
  readonly all: boolean;
}

type FirstIds = (
  caller: OdooCaller,
  model: string,
  ids: readonly number[],
  options: CallOptions,
) => Promise<readonly Named[]>;

const byExternalId: FirstIds = async (caller, model, ids, options) => {
  const answer = (await caller.call(model, "get_external_id", [ids], {}, options)) as Record<string, string>;
  return Object.entries(answer).map(([id, externalId]) => {
    return { id: Number(id), externalIds: externalId === "" ? [] : [externalId], all: externalId === "" };
  });
};

const byMetadata: FirstIds = async (caller, model, ids, options) => {
  type Row = { id: number; xmlid: string | false; xmlids?: { xmlid: string }[] };
  const rows = (await caller.call(model, "get_metadata", [ids], {}, options)) as Row[];
  return rows.map(({ id, xmlid, xmlids }) => {
    const externalIds = xmlids?.map((one) => one.xmlid) ?? (xmlid === false ? [] : [xmlid]);
    return { id, externalIds, all: xmlids !== undefined || xmlid === false };
  });
};

function moduleOf(externalId: string): string {
  return externalId.slice(0, externalId.indexOf("."));
}
