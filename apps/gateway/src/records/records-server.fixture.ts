/** The routes over records on real sockets, before a sandbox or a real Odoo (CONFORMANCE_ODOO_URL, see tests/conformance). */
import { createClient, createExternalIds, type OdooClient } from "@odoorway/client";
import { OdoorwayError, systemClock } from "@odoorway/core";
import { createSandbox } from "@odoorway/sandbox";
import { pino } from "pino";
import { withDefaultActions } from "../default-actions.js";
import { buildServer } from "../http/server.js";
import { listenOn } from "../listening.js";
import { createMetadata } from "../metadata.js";
import { modelRoutes } from "../routes/models.js";
import { readRecordRoutes } from "../routes/read-records.js";
import { serviceRoutes } from "../routes/service.js";
import { upsertRoutes } from "../routes/upsert-record.js";
import { validateRoutes } from "../routes/validate.js";
import { writeRecordRoutes } from "../routes/write-records.js";

const token = "odw_a-token-of-enough-length-for-tests-0123456789";

/** Milliseconds that metadata is fresh. */
const ttl = 60_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked at by tests
  readonly body: any;
}

export interface RecordsServer {
  /** Sends a request; a body is sent as JSON. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Odoo itself, as the gateway's user. */
  readonly odoo: OdooClient;
  /** What the gateway called since last asked: `model method`. */
  calls(): string[];
  /** From now on what is known of models is old, and Odoo cannot be asked for it anew; writes it takes. */
  loseMetadata(): void;
  close(): Promise<void>;
}

export interface Place {
  readonly name: string;
  open(): Promise<RecordsServer>;
}

const sandboxes: Place[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  open: async () => {
    const sandbox = await createSandbox({
      version,
      seed: { users: [{ login: "admin", keys: [{ key: "admin-key" }] }] },
    });
    const { url, database } = sandbox;
    return serve({ url, database, login: "admin", apiKey: "admin-key" }, () => sandbox.close());
  },
}));

function real(env: Readonly<Record<string, string | undefined>>): Place[] {
  const { CONFORMANCE_ODOO_URL: url = "", CONFORMANCE_ODOO_DB: database = "" } = env;
  if (url === "") return [];
  const login = env.CONFORMANCE_ODOO_ACCOUNT_LOGIN ?? env.CONFORMANCE_ODOO_LOGIN ?? "";
  const apiKey = env.CONFORMANCE_ODOO_ACCOUNT_KEY ?? env.CONFORMANCE_ODOO_API_KEY ?? "";
  return [{ name: `Odoo at ${url}`, open: () => serve({ url, database, login, apiKey }, async () => {}) }];
}

export const places: readonly Place[] = [...sandboxes, ...real(process.env)];

async function serve(
  connection: { url: string; database: string; login: string; apiKey: string },
  end: () => Promise<void>,
): Promise<RecordsServer> {
  const odoo = createClient({ ...connection, transport: "jsonrpc" });
  let calls: string[] = [];
  let isLost = false;
  const caller: Pick<OdooClient, "call"> = {
    call: (model, method, ...rest) => {
      calls.push(`${model} ${method}`);
      if (isLost && method === "fields_get")
        throw new OdoorwayError("connection_refused", { evidence: { url: connection.url } });
      return odoo.call(model, method, ...rest);
    },
  };
  const clock = { ...systemClock, now: () => systemClock.now() + (isLost ? ttl : 0) };
  const metadata = createMetadata({ caller, clock, ttl });
  const actions = withDefaultActions({});
  const decimals = "refuse" as const;
  const externalIds = createExternalIds(odoo);
  const parts = { caller, metadata, externalIds, clock: systemClock, random: Math.random, decimals, actions };
  const server = buildServer({
    routes: [
      ...modelRoutes(parts),
      ...readRecordRoutes(parts),
      ...writeRecordRoutes(parts),
      ...upsertRoutes(parts),
      ...validateRoutes(parts),
      ...serviceRoutes({
        consoleFiles: new Map(),
        checks: {},
        staleMetadata: () => metadata.stale(),
        describe: async () => ({}),
        routes: () => [],
      }),
    ],
    logger: pino({ level: "silent" }),
    tokens: { findTokenByHash: async () => undefined },
    adminToken: token,
    limits: { json: 1_000_000, upload: 1_000_000, idle: 5000 },
    stopping: () => false,
  });
  await listenOn((at) => server.listen(at), "127.0.0.1", 0);
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    odoo,
    calls: () => {
      const made = calls;
      calls = [];
      return made;
    },
    ask: async (method, path, body) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    loseMetadata: () => {
      isLost = true;
    },
    close: async () => {
      await server.close();
      await odoo.close();
      await end();
    },
  };
}
