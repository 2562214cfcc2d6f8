/** What a test can do to a sandbox besides calling it; the same over HTTP is in routes.ts. */
import type { Database } from "../orm/env.js";
import { readRecords } from "../orm/read.js";
import { wrong } from "../seed.js";
import type { Server } from "../services/server.js";
import type { Sessions } from "../services/sessions.js";
import { isOdooVersion, type OdooVersion, odooVersions } from "../versions/facts.js";
import type { CallLog, LoggedCall } from "./call-log.js";
import type { MovableClock } from "./clock.js";
import { type FaultOrder, type Faults, problemOf } from "./faults.js";
import { type Snapshot, takeSnapshot } from "./snapshots.js";

export interface SandboxControl {
  readonly database: string;
  readonly version: OdooVersion;
  /** The last requests that were answered. */
  calls(): readonly LoggedCall[];
  /** Orders a fault for requests to come; see FaultOrder. Throws configuration_error for an order that makes no sense. */
  fault(order: FaultOrder): void;
  /** Records as they are, every company's and the archived ones too; `fields` are all where left out. */
  records(
    model: string,
    domain?: readonly unknown[],
    options?: { readonly fields?: readonly string[]; readonly limit?: number },
  ): Record<string, unknown>[];
  /** Keeps the records of this moment under a name. */
  snapshot(name: string): void;
  /** The records of that moment again, in the version that they are of; sessions go on where the version is the same, ended keys are good again. */
  restore(name: string): void;
  /** Names of the snapshots that are kept. */
  snapshots(): readonly string[];
  dropSnapshot(name: string): void;
  /** The seed's data again, not those of the state file; sessions, call log, faults and the clock's setting are forgotten, snapshots are kept. */
  reset(): void;
  /** The sandbox's time, in milliseconds since the epoch. */
  now(): number;
  /** Stops the clock at a time: a Date, RFC 3339, or milliseconds since the epoch. */
  setClock(now: Date | string | number): void;
  /** Moves the clock, which goes on, by so many milliseconds. */
  advanceClock(milliseconds: number): void;
  /** The true time again. */
  releaseClock(): void;
  /** An Odoo of this version, with the seed's data, in the place of this one: what was kept of the old one is gone, as after an upgrade that a client did not expect. */
  changeVersion(version: OdooVersion): void;
  /** Ends every session, as when they expire. */
  endSessions(): void;
  /** Ends an API key now. Throws configuration_error where no user has it. */
  expireKey(key: string): void;
}

export interface Parts {
  /** A database with the data of the start or of a snapshot, and who may come in. */
  readonly open: (version: OdooVersion, snapshot?: Snapshot) => Server;
  readonly first: Server;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly sessions: Sessions;
  readonly clock: MovableClock;
}

export function createControl(parts: Parts): SandboxControl & { readonly server: () => Server } {
  const { open, calls, faults, sessions, clock } = parts;
  const snapshots = new Map<string, Snapshot>();
  let server = parts.first;
  const version = () => server.database.profile.version;
  return {
    server: () => server,
    get database() {
      return server.database.name;
    },
    get version() {
      return version();
    },
    calls: () => calls.list(),
    fault(order) {
      const problem = problemOf(order);
      if (problem) throw wrong("fault", `is not valid: ${problem}`);
      faults.add(order);
    },
    records: (model, domain = [], options = {}) => recordsOf(server.database, model, domain, options),
    snapshot(name) {
      if (typeof name !== "string" || name === "") throw wrong("snapshot", "needs a name");
      snapshots.set(name, takeSnapshot(server.database));
    },
    restore(name) {
      const snapshot = snapshots.get(name);
      if (!snapshot) throw wrong("snapshot", `${name} is not kept`);
      if (snapshot.version !== version()) sessions.clear();
      server = open(snapshot.version, snapshot);
    },
    snapshots: () => [...snapshots.keys()],
    dropSnapshot: (name) => void snapshots.delete(name),
    reset() {
      clock.release();
      server = open(version());
      sessions.clear();
      calls.clear();
      faults.clear();
    },
    now: () => clock.now(),
    setClock(now) {
      const time = typeof now === "string" ? Date.parse(now) : Number(now);
      if (Number.isNaN(time)) throw wrong("clock", "must be a date and time (RFC 3339)");
      clock.set(time);
    },
    advanceClock(milliseconds) {
      if (!Number.isFinite(milliseconds)) throw wrong("clock", "is moved by a number of milliseconds");
      clock.advance(milliseconds);
    },
    releaseClock: () => clock.release(),
    changeVersion(next) {
      if (!isOdooVersion(next)) throw wrong("version", `must be one of ${odooVersions.join(", ")}`);
      server = open(next);
      sessions.clear();
    },
    endSessions: () => sessions.clear(),
    expireKey(key) {
      if (!server.credentials.expireKey(key)) throw wrong("key", "belongs to no user");
    },
  };
}

function recordsOf(
  database: Database,
  name: string,
  domain: readonly unknown[],
  { fields, limit }: { readonly fields?: readonly string[]; readonly limit?: number },
): Record<string, unknown>[] {
  const model = database.models.get(name);
  if (!model) throw wrong("model", `${name} is not served`);
  const env = { db: database, uid: 1, su: true, context: { active_test: false } };
  try {
    const ids = database.operations.search(env, model, domain, limit === undefined ? {} : { limit });
    return readRecords(env, model, ids, fields);
  } catch (error) {
    throw wrong("records", `cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}
