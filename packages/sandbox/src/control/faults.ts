/**
 * Faults that a test orders: what networks, proxies and databases do to a call that matches. Orders count
 * the calls that match them; from the nth on they strike, `times` times, or with a probability whose luck
 * a seed decides, so that a test that failed fails again.
 */

import { isOdooVersion, type OdooVersion } from "../versions/facts.js";

export interface FaultOrder {
  /** Model and method of the calls that it strikes; any where left out. */
  readonly model?: string;
  readonly method?: string;
  /**
   * A path in place of model and method: whatever comes to it is struck, a page or a file too. A star at the
   * end stands for any rest. Without a path only calls are struck (RPC, JSON-2, routes of type json).
   */
  readonly path?: string;
  /** The first matching call that it strikes, from 1 on (default 1). */
  readonly nth?: number;
  /** How many matching calls it strikes from then on (default 1; with a probability: no end). */
  readonly times?: number;
  /** Above 0, up to 1: how likely it strikes each of those calls (default 1). */
  readonly probability?: number;
  /** Decides the luck (default 1). */
  readonly seed?: number;
  /** Milliseconds to wait before the work. */
  readonly delay?: number;
  /**
   * Milliseconds that the transaction stays open after its work: what it changed is seen by nobody until then,
   * and another call that writes the same rows has to wait, and gets a serialization failure.
   */
  readonly hold?: number;
  /** Milliseconds that the answer takes, in pieces. */
  readonly trickle?: number;
  /** Close the connection without a byte: before the work, or after its commit. */
  readonly drop?: "before" | "after";
  /** Close the connection at once, and do and commit the work so many milliseconds later. */
  readonly late?: number;
  /** Reset the connection before the work, and close the port for so many milliseconds. */
  readonly refuse?: number;
  /**
   * Instead of Odoo's answer: an HTML page of a proxy with this status, bytes that mean nothing, or the
   * first half of Odoo's own answer.
   */
  readonly answer?: 429 | 502 | 503 | 504 | "garbage" | "truncated";
  /** With a page of a proxy: whether the work is done first (default false). */
  readonly committed?: boolean;
  /** With `answer` 429 or 503: seconds of the header Retry-After (default 1). */
  readonly retryAfter?: number;
  /**
   * So many times in a row the writes of the call fail as another transaction's would make them: Odoo retries four
   * times itself, the fifth failure reaches the client. `load` tells the first as the message of every row.
   */
  readonly conflicts?: number;
  /** With `conflicts`: a row that another changed (default), a lock that is not free (NOWAIT), a deadlock. */
  readonly conflict?: "serialization" | "lock" | "deadlock";
  /**
   * The call is answered as where its session or its key has ended, and the sessions, or the keys of its user, have
   * indeed.
   */
  readonly expire?: "session" | "key";
  /** The connection closed before the work, and from then on an Odoo of this version with the seed's data in its place. */
  readonly version?: OdooVersion;
  /** An exception in place of the work: Python's name of its class, e.g. `builtins.MemoryError`, and its message. */
  readonly exception?: { readonly name: string; readonly message?: string };
}

/** What strikes one call: of several orders the slowest wait, and of the rest the first. */
export type Strike = Omit<FaultOrder, "model" | "method" | "path" | "nth" | "times" | "probability" | "seed">;

export interface Faults {
  add(order: FaultOrder): void;
  list(): readonly FaultOrder[];
  clear(): void;
  /** What strikes this request; counts it. */
  strike(request: Struck): Strike;
}

/** What may be struck. */
interface Struck {
  readonly model: string;
  readonly method: string;
  readonly path: string;
  /** A page, a file or a controller of type http, and no call. */
  readonly isPlain: boolean;
}

interface Entry {
  readonly order: FaultOrder;
  readonly luck: () => number;
  seen: number;
}

export function createFaults(): Faults {
  let entries: Entry[] = [];
  return {
    add: (order) => void entries.push({ order, luck: lottery(order.seed ?? 1), seen: 0 }),
    list: () => entries.map(({ order }) => order),
    clear() {
      entries = [];
    },
    strike(request) {
      let strike: Strike = {};
      for (const entry of entries) {
        const { order } = entry;
        if (!fits(order, request)) continue;
        entry.seen += 1;
        if (!isDue(entry)) continue;
        const delay = Math.max(strike.delay ?? 0, order.delay ?? 0);
        strike = { ...order, ...strike, delay };
      }
      return strike;
    },
  };
}

function fits(order: FaultOrder, { model, method, path, isPlain }: Struck): boolean {
  if (isPlain && order.path === undefined) return false;
  if ((order.model ?? model) !== model || (order.method ?? method) !== method) return false;
  if (order.path === undefined) return true;
  return order.path.endsWith("*") ? path.startsWith(order.path.slice(0, -1)) : path === order.path;
}

function isDue({ order, seen, luck }: Entry): boolean {
  const first = order.nth ?? 1;
  const times = order.times ?? (order.probability === undefined ? 1 : Number.POSITIVE_INFINITY);
  if (seen < first || seen >= first + times) return false;
  return order.probability === undefined || luck() < order.probability;
}

/** Numbers from 0 up to 1 that a seed decides: mulberry32, which is enough for a lottery. */
function lottery(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) > 0;
const isTime = (value: unknown) => typeof value === "number" && value >= 0 && value <= 3_600_000;
const shapes: Readonly<Record<keyof FaultOrder, (value: unknown) => boolean>> = {
  model: isText,
  method: isText,
  path: (value) => isText(value) && String(value).startsWith("/"),
  nth: isCount,
  times: isCount,
  probability: (value) => typeof value === "number" && value > 0 && value <= 1,
  seed: Number.isInteger,
  delay: isTime,
  hold: isTime,
  trickle: isTime,
  drop: (value) => value === "before" || value === "after",
  late: isTime,
  refuse: isTime,
  answer: (value) => [429, 502, 503, 504, "garbage", "truncated"].includes(value as string | number),
  committed: (value) => typeof value === "boolean",
  retryAfter: (value) => Number.isInteger(value) && Number(value) >= 0,
  conflicts: isCount,
  conflict: (value) => ["serialization", "lock", "deadlock"].includes(value as string),
  expire: (value) => value === "session" || value === "key",
  version: isOdooVersion,
  exception: (value) =>
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    isText(value.name) &&
    (!("message" in value) || isText(value.message)),
};

/** What is wrong with an order that came from outside; undefined where nothing is. */
export function problemOf(order: unknown): string | undefined {
  if (typeof order !== "object" || order === null || Array.isArray(order)) return "a fault is an object";
  for (const [name, value] of Object.entries(order)) {
    const fits = Object.hasOwn(shapes, name) ? shapes[name as keyof FaultOrder] : undefined;
    if (!fits) return `unknown key ${name}; known: ${Object.keys(shapes).join(", ")}`;
    if (!fits(value)) return `wrong value of ${name}`;
  }
  return undefined;
}
