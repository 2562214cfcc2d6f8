/**
 * The composition root: store, client, metadata, imports and HTTP, wired once from the configuration, and
 * taken down in the opposite order.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, createExternalIds, type OdooClient } from "@odoorway/client";
import { ignoreObservations, type ModelMetadata, systemClock } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { createFlowRunner } from "@odoorway/flows";
import { createImports, createUpserts, type Imports, type LoadMessage } from "@odoorway/imports";
import { openStore, type Store, type StoreOptions } from "@odoorway/store";
import type { Logger } from "pino";
import type { GatewayConfig } from "./config.js";
import { withDefaultActions } from "./default-actions.js";
import type { Target } from "./doctor/types.js";
import { readFlows } from "./flows/registry.js";
import { rowFlows } from "./flows/row-flows.js";
import { createHookService, type HookService } from "./hooks/service.js";
import type { Route } from "./http/route.js";
import { buildServer, type HttpServer } from "./http/server.js";
import { listenOn } from "./listening.js";
import { createLogger } from "./logging.js";
import { readMappings } from "./mappings.js";
import { createMetadata, type GatewayMetadata } from "./metadata.js";
import { readConsole } from "./pages/console-files.js";
import { openApi } from "./pages/openapi.js";
import { doctorRoutes } from "./routes/doctor.js";
import { explainRoutes } from "./routes/explain.js";
import { importRoutes } from "./routes/imports.js";
import { modelRoutes } from "./routes/models.js";
import { readRecordRoutes } from "./routes/read-records.js";
import { serviceRoutes } from "./routes/service.js";
import { tokenRoutes } from "./routes/tokens.js";
import { upsertRoutes } from "./routes/upsert-record.js";
import { validateRoutes } from "./routes/validate.js";
import { writeRecordRoutes } from "./routes/write-records.js";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.js";

export interface Gateway {
  /** Where it listens, with the port that it got. */
  readonly url: string;
  readonly port: number;
  /** Takes no new work, ends what is under way, closes everything. */
  close(): Promise<void>;
}

const version = "0.1.0";
/** Models change when somebody installs a module or makes a field; rarely, and a stale answer is only a worse message. */
const metadataTtl = 5 * 60_000;
/** How long a stop waits for requests under way. */
const graceMs = 10_000;

/** @throws OdoorwayError configuration_error (a port that is taken too), store_locked, store_unavailable, mapping_invalid, flow_invalid */
export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const logger = createLogger(config.logLevel);
  const mappings = readMappings(config.mappings);
  const registry = readFlows(config.flowsFolder, config.flows);
  const store = await openStore(storeOptions(config));
  const undo: (() => Promise<void>)[] = [() => store.close()];
  try {
    const sandbox = config.odoo === undefined ? await startSandboxProcess() : undefined;
    if (sandbox) logger.warn({ url: sandbox.url }, "no ODOO_URL: a sandbox Odoo in memory, whose records end with it");
    if (sandbox) undo.unshift(() => sandbox.close());
    const target = connectionOf(config, sandbox);
    const client = createClient(target);
    undo.unshift(() => client.close());
    const metadata = createMetadata({ caller: client, clock: systemClock, ttl: metadataTtl });
    const externalIds = createExternalIds(client);
    const { decimals } = config;
    const shared = { caller: client, metadata, externalIds, clock: systemClock, random: Math.random, decimals };
    const upserts = createUpserts({ ...shared, explainLoad, memory: store });
    const runner = createFlowRunner({ ...shared, upserts });
    const flows = rowFlows(registry, runner);
    const imports = createImports({
      ...shared,
      store,
      explainLoad,
      mappings,
      flows,
      observe: ignoreObservations,
      limits: config.imports,
      ...(config.node === undefined ? {} : { nodeId: config.node }),
    });
    const hooks = createHookService({
      config,
      registry,
      store,
      metadata,
      runner,
      clock: systemClock,
      random: Math.random,
      askOdoo: () => checkOdoo(client),
      logger,
    });
    const parts = { config, logger, store, target, client, metadata, externalIds, imports, hooks };
    const { server, stop } = serve(parts);
    undo.unshift(stop);
    await listenOn((at) => server.listen(at), config.host, config.port);
    imports.start();
    undo.unshift(() => imports.stop());
    hooks.processor.start();
    undo.unshift(() => hooks.processor.stop());
    return describeListening(server, config, () => closeAll([stop, ...undo]));
  } catch (error) {
    await closeAll(undo);
    throw error;
  }
}

interface ServingParts {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly store: Store;
  readonly target: Target;
  readonly client: OdooClient;
  readonly metadata: GatewayMetadata;
  readonly externalIds: ReturnType<typeof createExternalIds>;
  readonly imports: Imports;
  readonly hooks: HookService;
}

function serve(parts: ServingParts): { server: HttpServer; stop: () => Promise<void> } {
  const { config, store, target, client, metadata, externalIds, imports, hooks, logger } = parts;
  const stopping = new AbortController();
  const actions = withDefaultActions(config.actions);
  const { decimals } = config;
  const records = { caller: client, metadata, externalIds, clock: systemClock, random: Math.random, decimals, actions };
  const routes: Route[] = [
    ...modelRoutes(records),
    ...readRecordRoutes(records),
    ...writeRecordRoutes(records),
    ...upsertRoutes(records),
    ...validateRoutes(records),
    ...importRoutes({ imports, stopping: stopping.signal }),
    ...hooks.routes,
    ...tokenRoutes(store),
    ...explainRoutes({ caller: client, target }),
    ...doctorRoutes(target),
    ...serviceRoutes({
      consoleFiles: readConsole(config.console ?? consoleBeside()),
      checks: { store: () => store.ping(), odoo: () => checkOdoo(client) },
      staleMetadata: () => metadata.stale(),
      describe: async (models) => openApi(routes, await eachModel(metadata, models), version),
      routes: () => routes,
    }),
  ];
  const server = buildServer({
    routes,
    logger,
    tokens: store,
    adminToken: config.adminToken,
    limits: config.limits,
    stopping: () => stopping.signal.aborted,
  });
  const stop = async () => {
    stopping.abort();
    const cut = setTimeout(() => server.server.closeAllConnections(), graceMs);
    await server.close();
    clearTimeout(cut);
  };
  return { server, stop };
}

/**
 * The user's id is asked once and kept, so what says that Odoo and its database answer now is a read of
 * the user's own record, which every user may do.
 */
async function checkOdoo(client: OdooClient): Promise<void> {
  await client.call("res.users", "read", [[await client.authenticate()], ["login"]]);
}

function eachModel(metadata: GatewayMetadata, names: readonly string[]): Promise<ModelMetadata[]> {
  return Promise.all(names.map((name) => metadata.model(name)));
}

function explainLoad(message: LoadMessage, model: string) {
  const { field, message: text = "", ...rest } = message;
  const said = { ...rest, message: text, ...(field ? { field } : {}) };
  return toError(diagnose({ kind: "load", message: said }, { model, method: "load" }));
}

function storeOptions(config: GatewayConfig): StoreOptions {
  return config.databaseUrl === undefined
    ? { kind: "sqlite", folder: config.data }
    : { kind: "postgres", url: config.databaseUrl };
}

function connectionOf(config: GatewayConfig, sandbox: SandboxProcess | undefined) {
  if (config.odoo) return config.odoo;
  return { url: sandbox?.url ?? "", database: "demo", login: "demo", apiKey: "demo-key" };
}

/** The console's package beside this one, where its build puts the files. */
function consoleBeside(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "../../console/dist");
  return existsSync(folder) ? folder : undefined;
}

function describeListening(server: HttpServer, config: GatewayConfig, close: () => Promise<void>): Gateway {
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Every step is taken, whatever the one before said; the first failure is told at the end. */
async function closeAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of new Set(steps)) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
