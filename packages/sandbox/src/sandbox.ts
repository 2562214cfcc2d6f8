/** createSandbox: a seed made into a database, and a server in front of it. */
import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "@odoorway/core";
import { createCallLog } from "./control/call-log.js";
import { movableClock } from "./control/clock.js";
import { createControl, type SandboxControl } from "./control/control.js";
import { createFaults } from "./control/faults.js";
import { putSnapshot, type Snapshot } from "./control/snapshots.js";
import { keepState, restoreState, saveState } from "./control/state-file.js";
import { behaviours } from "./models/index.js";
import { openDatabase } from "./orm/database.js";
import { type Database, type Env, modelOf } from "./orm/env.js";
import { checkedSeed, defaultSeed, objectAt, type SandboxSeed, type SeedUser, wrong } from "./seed.js";
import { type Credential, credentialsOf } from "./services/credentials.js";
import type { Server } from "./services/server.js";
import { createSessions } from "./services/sessions.js";
import { createApp } from "./urls/app.js";
import type { SandboxModule } from "./urls/controllers.js";
import { factsOf, isOdooVersion, type OdooVersion, odooVersions } from "./versions/facts.js";
import { profileOf } from "./versions/profile.js";

export interface SandboxOptions {
  /** Port to listen on; 0 takes a free one (default 0). */
  readonly port?: number;
  /** Address to listen on (default 127.0.0.1). */
  readonly host?: string;
  /** The Odoo to be (default 18). */
  readonly version?: OdooVersion;
  /** Database name and users (default: database `demo`, admin/admin, demo with the key demo-key). */
  readonly seed?: SandboxSeed;
  /**
   * A file that keeps the data between runs: read at the start where it is there, written whole every two
   * seconds where something changed (more seldom as the data grow), and by `close`. It belongs to one version and database; users of the
   * seed that it lacks are added, and passwords and keys are always those of the seed.
   */
  readonly stateFile?: string;
  /** Time, for timestamps and expiring keys (default: the system's). */
  readonly clock?: Clock;
  /** Modules with controllers of their own; see `route`. */
  readonly modules?: readonly SandboxModule[];
  /**
   * Milliseconds that a request may take, as Odoo's limit_time_real: one that takes longer is rolled back, and its
   * connection closed without a byte (default: no end).
   */
  readonly limitTimeReal?: number;
  /** Bytes that the body of a request may have; a longer one is answered with 413 (default: 128 MiB, as Odoo's). */
  readonly bodyLimit?: number;
}

export interface Sandbox extends SandboxControl {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Closes the port and every connection, and writes the state file. Rejects where that cannot be written. */
  close(): Promise<void>;
}

/** Starts a sandbox Odoo. Rejects with configuration_error for a wrong option or seed, a port that is taken, or a state file that does not fit. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port, host, version, seed, clock: below, stateFile, modules, limitTimeReal, bodyLimit } = checked(options);
  const clock = movableClock(below);
  const database = (of: OdooVersion) => openDatabase(seed.db ?? "demo", factsOf(of), profileOf(of), behaviours, clock);
  const open = (of: OdooVersion, snapshot?: Snapshot) => {
    const opened = database(of);
    if (snapshot) putSnapshot(opened, snapshot);
    return serverOf(opened, seed, clock);
  };
  const first = database(version);
  if (stateFile !== undefined && !(await restoreState(stateFile, first))) await saveState(stateFile, first);
  const calls = createCallLog();
  const faults = createFaults();
  const sessions = createSessions(
    () => randomBytes(32).toString("base64url"),
    () => clock.now(),
  );
  const control = createControl({ open, first: serverOf(first, seed, clock), calls, faults, sessions, clock });
  const closing = new AbortController();
  const refuse = (milliseconds: number) => {
    const { server: http } = app;
    if (!http.listening) return;
    http.close();
    http.closeAllConnections();
    void clock.sleep(milliseconds, closing.signal).then(() => {
      if (closing.signal.aborted) return;
      // Where another program took the port meanwhile, the sandbox stays unreachable, as a fault may.
      http.once("error", () => undefined);
      http.listen(actual, host);
    });
  };
  const wait = (milliseconds: number) => clock.sleep(milliseconds);
  const app = createApp(
    {
      server: control.server,
      sessions,
      calls,
      faults,
      limitTimeReal,
      wait,
      refuse,
      changeVersion: control.changeVersion,
    },
    { sandbox: control, faults, forgetCalls: () => calls.clear() },
    modules.flatMap(({ routes }) => routes),
    bodyLimit,
  );
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    throw wrong(
      `port ${port}`,
      `cannot be listened on (${error instanceof Error && "code" in error ? error.code : "unknown"})`,
    );
  }
  const keeper = stateFile === undefined ? undefined : keepState(stateFile, () => control.server().database, saveEvery);
  const address = app.server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const close = async () => {
    closing.abort();
    await app.close();
    await keeper?.stop();
  };
  return Object.assign(control, {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    port: actual,
    close,
  });
}

/** Milliseconds between two writes of the state file. */
const saveEvery = 2000;

type Optional = "stateFile" | "limitTimeReal";
type Checked = Required<Omit<SandboxOptions, Optional>> & {
  readonly stateFile: string | undefined;
  readonly limitTimeReal: number | undefined;
};

const known = ["port", "host", "version", "seed", "stateFile", "clock", "modules", "limitTimeReal", "bodyLimit"];

function checked(options: SandboxOptions): Checked {
  objectAt(options, "options", known);
  const { port = 0, host = "127.0.0.1", version = 18, seed = defaultSeed, clock = systemClock } = options;
  const { stateFile, modules = [], limitTimeReal, bodyLimit = 128 * 1024 * 1024 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw wrong("options.port", "must be 0 to 65535");
  if (typeof host !== "string" || host === "") throw wrong("options.host", "must be a text");
  if (!isOdooVersion(version)) throw wrong("options.version", `must be one of ${odooVersions.join(", ")}`);
  if (stateFile !== undefined && (typeof stateFile !== "string" || stateFile === ""))
    throw wrong("options.stateFile", "must be the path of a file");
  if (!Array.isArray(modules)) throw wrong("options.modules", "must be a list of modules");
  for (const [name, value] of Object.entries({ limitTimeReal: limitTimeReal ?? 1, bodyLimit }))
    if (!Number.isInteger(value) || value < 1) throw wrong(`options.${name}`, "must be a whole number above 0");
  return { port, host, version, seed: checkedSeed(seed), clock, stateFile, modules, limitTimeReal, bodyLimit };
}

function serverOf(database: Database, seed: SandboxSeed, clock: Clock): Server {
  const env: Env = { db: database, uid: 1, su: true, context: {} };
  const credentials = (seed.users ?? []).map((user, at) => admit(env, user, at));
  const admin = idOfLogin(env, "admin");
  if (admin !== undefined && !credentials.some(({ uid }) => uid === admin))
    credentials.push({ uid: admin, password: "admin", keys: [], totp: false });
  return { database, credentials: credentialsOf(database, credentials, clock) };
}

function idOfLogin(env: Env, login: string): number | undefined {
  return modelOf(env, "res.users").table.find("login", login)[0];
}

/** Makes the user of a seed, or gives the administrator what the seed says. */
function admit(env: Env, user: SeedUser, at: number): Credential {
  const groups = (user.groups ?? ["base.group_user"]).map((xid) => {
    const group = env.db.ref(xid);
    if (group?.model !== "res.groups")
      throw wrong(`seed.users[${at}].groups`, `names no group of this version: ${xid}`);
    return group.id;
  });
  const { login, password, totp = false, active = true } = user;
  let uid = idOfLogin(env, login);
  if (uid === undefined) {
    const values = { name: user.name ?? login, login, active: true, [env.db.profile.userGroups]: [[6, 0, groups]] };
    const users = modelOf(env, "res.users");
    [uid = 0] = env.db.operations.create(env, users, [values]);
    if (!active) env.db.operations.write(env, users, [uid], { active: false });
  }
  const keys = (user.keys ?? []).map(({ key, expires, scope = "rpc" }) => ({
    key,
    expires: expires ?? null,
    scope,
  }));
  return { uid, password: password ?? (login === "admin" ? "admin" : undefined), keys, totp };
}
