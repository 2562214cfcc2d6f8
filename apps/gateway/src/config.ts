/**
 * The configuration: environment variables over odoorway.yaml over defaults, checked once at start and
 * frozen. An unknown name is an error that says the nearest known one, since a setting that is silently
 * ignored is found out in production.
 */
import { readFileSync } from "node:fs";
import { nearest, OdoorwayError } from "@odoorway/core";
import type { Decimals } from "@odoorway/schema";
import { parseDocument } from "yaml";
import { z } from "zod";
import { type HookSettings, hookSettings, readHooks, secretVariables } from "./hooks/settings.js";

export interface OdooConnection {
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly apiKey: string;
  readonly transport: "auto" | "jsonrpc" | "xmlrpc" | "xmlrpc1" | "session" | "json2";
  /** Milliseconds for a whole call. */
  readonly timeout: number;
  /** Calls at once. */
  readonly concurrency: number;
  /** Calls a second at most, of everything that the gateway does; absent: no limit. */
  readonly rate?: number;
}

export interface GatewayConfig {
  /** Undefined: the gateway brings its own sandbox Odoo. */
  readonly odoo: OdooConnection | undefined;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the embedded store, and of the own sandbox's state. */
  readonly data: string;
  /** postgres:// URL of the store; undefined: the embedded one. */
  readonly databaseUrl: string | undefined;
  /** A token with every scope, given rather than made. */
  readonly adminToken: string | undefined;
  /** Folder of mappings (*.yaml, *.yml, *.json), each a flow of its file's name; undefined: the built-in examples. */
  readonly mappings: string | undefined;
  /** Folder of flows (*.yaml, *.yml), which join the presets or take their place; undefined: the presets alone. */
  readonly flowsFolder: string | undefined;
  /** Settings of flows, by the flow's name. */
  readonly flows: Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>>;
  /** Doors for webhooks, by name. */
  readonly hooks: Readonly<Record<string, HookSettings>>;
  /** Milliseconds for which events that are done or discarded are remembered. */
  readonly hooksRetention: number;
  /** Name of this node among those that share a store; made by chance when undefined. */
  readonly node: string | undefined;
  /** Rows and milliseconds, as the imports take them; retention 0 is for ever. */
  readonly imports: {
    readonly workers: number;
    readonly leaseMs: number;
    readonly retentionMs: number;
    readonly batchRows: number;
    readonly targetMs: number;
  };
  /** Folder of the built console; undefined: the console's package beside this one. */
  readonly console: string | undefined;
  /** What becomes of more decimals than a field has, wherever values come from; a request may say otherwise. */
  readonly decimals: Decimals;
  /** Button methods that are passed on besides the built-in ones, by model. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Bytes of a JSON body and of an upload; milliseconds without a byte. */
  readonly limits: { readonly json: number; readonly upload: number; readonly idle: number };
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
}

const mebibyte = 1024 * 1024;
const seconds = z.number().positive().max(86_400);
const day = 86_400_000;

/** Every setting, as odoorway.yaml nests it. */
const settings = z.strictObject({
  odoo: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).optional(),
      database: z.string().min(1).optional(),
      login: z.string().min(1).optional(),
      api_key: z.string().min(1).optional(),
      transport: z.enum(["auto", "jsonrpc", "xmlrpc", "xmlrpc1", "session", "json2"]).default("auto"),
      timeout_seconds: seconds.default(120),
      concurrency: z.int().min(1).max(256).default(8),
      rate: z.number().min(0.01).max(100_000).optional(),
    })
    .prefault({}),
  host: z.string().min(1).default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(8080),
  data: z.string().min(1).default("./.odoorway"),
  database_url: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "it does not begin with postgres://")
    .optional(),
  admin_token: z
    .string()
    .min(16, "it is shorter than 16 characters")
    .regex(/^[A-Za-z0-9._~+/-]+=*$/)
    .optional(),
  mappings: z.string().min(1).optional(),
  flows_folder: z.string().min(1).optional(),
  flows: z.record(z.string(), z.strictObject({ settings: z.record(z.string(), z.json()).default({}) })).default({}),
  hooks: hookSettings.default({}),
  hooks_retention_days: z.number().positive().max(3650).default(30),
  node: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "it is not 1 to 64 letters, digits, dots, dashes or underscores")
    .optional(),
  imports: z
    .strictObject({
      workers: z.int().min(1).max(64).default(2),
      // Heartbeats come at a third of it, and must get through a busy moment.
      lease_seconds: z.number().min(3).max(3600).default(15),
      retention_days: z.number().min(0).max(3650).default(30),
      batch_rows: z.int().min(1).max(10_000).default(1000),
      target_seconds: z.number().min(0.1).max(600).default(5),
    })
    .prefault({}),
  validation: z.strictObject({ decimals: z.enum(["refuse", "round"]).default("refuse") }).prefault({}),
  console: z.string().min(1).optional(),
  actions: z
    .record(z.string(), z.array(z.string().regex(/^[a-z]\w*$/, "it is not the name of a public method")))
    .default({}),
  limits: z
    .strictObject({
      json_mib: z.number().positive().max(1024).default(10),
      upload_mib: z.number().positive().default(2048),
      idle_seconds: seconds.default(60),
    })
    .prefault({}),
  log_level: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/** Where each variable stands in the settings. A secret may also come as NAME_FILE, the path of a file that holds it. */
const variables: Readonly<Record<string, { path: string; number?: true; secret?: true }>> = {
  ODOO_URL: { path: "odoo.url" },
  ODOO_DB: { path: "odoo.database" },
  ODOO_LOGIN: { path: "odoo.login" },
  ODOO_API_KEY: { path: "odoo.api_key", secret: true },
  ODOO_TRANSPORT: { path: "odoo.transport" },
  ODOO_TIMEOUT_SECONDS: { path: "odoo.timeout_seconds", number: true },
  ODOO_CONCURRENCY: { path: "odoo.concurrency", number: true },
  ODOO_RATE: { path: "odoo.rate", number: true },
  DATABASE_URL: { path: "database_url", secret: true },
  ODOORWAY_PORT: { path: "port", number: true },
  ODOORWAY_HOST: { path: "host" },
  ODOORWAY_DATA: { path: "data" },
  ODOORWAY_ADMIN_TOKEN: { path: "admin_token", secret: true },
  ODOORWAY_MAPPINGS: { path: "mappings" },
  ODOORWAY_FLOWS: { path: "flows_folder" },
  ODOORWAY_NODE: { path: "node" },
  ODOORWAY_IMPORT_WORKERS: { path: "imports.workers", number: true },
  ODOORWAY_DECIMALS: { path: "validation.decimals" },
  ODOORWAY_CONSOLE: { path: "console" },
  ODOORWAY_LOG_LEVEL: { path: "log_level" },
};

/** Read by the command line, not here. */
const foreign = ["ODOORWAY_CONFIG", "ODOORWAY_URL", "ODOORWAY_TOKEN"];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env the process's environment
 * @param yamlText the text of odoorway.yaml, if there is one
 * @param readSecret reads the file that a *_FILE variable names
 * @throws OdoorwayError configuration_error; never with a secret in it
 */
export function loadConfig(
  env: Environment,
  yamlText?: string,
  readSecret: (path: string) => string = (path) => readFileSync(path, "utf8"),
): GatewayConfig {
  const given = yamlText === undefined ? {} : readYaml(yamlText);
  const ownSecrets = secretVariables(given.hooks);
  for (const [path, value] of readEnvironment(env, readSecret, ownSecrets)) place(given, path, value);
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    // A name that is not known explains the one that is missing beside it.
    const { issues } = parsed.error;
    throw refused(issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]);
  }
  return deepFreeze(complete(parsed.data, readHooks(parsed.data.hooks, env, readSecret)));
}

function complete(data: z.infer<typeof settings>, hooks: GatewayConfig["hooks"]): GatewayConfig {
  return {
    odoo: connectionOf(data.odoo),
    host: data.host,
    port: data.port,
    data: data.data,
    databaseUrl: data.database_url,
    adminToken: data.admin_token,
    mappings: data.mappings,
    flowsFolder: data.flows_folder,
    flows: data.flows,
    hooks,
    hooksRetention: data.hooks_retention_days * day,
    node: data.node,
    imports: {
      workers: data.imports.workers,
      leaseMs: data.imports.lease_seconds * 1000,
      retentionMs: data.imports.retention_days * day,
      batchRows: data.imports.batch_rows,
      targetMs: data.imports.target_seconds * 1000,
    },
    decimals: data.validation.decimals,
    console: data.console,
    actions: data.actions,
    limits: {
      json: data.limits.json_mib * mebibyte,
      upload: data.limits.upload_mib * mebibyte,
      idle: data.limits.idle_seconds * 1000,
    },
    logLevel: data.log_level,
  };
}

/** All of a connection or nothing of it: half of one is a mistake. */
function connectionOf(odoo: z.infer<typeof settings>["odoo"]): OdooConnection | undefined {
  const { url, database, login, api_key: apiKey } = odoo;
  if (url === undefined && database === undefined && login === undefined && apiKey === undefined) return undefined;
  if (url === undefined || database === undefined || login === undefined || apiKey === undefined) {
    const names = { ODOO_URL: url, ODOO_DB: database, ODOO_LOGIN: login, ODOO_API_KEY: apiKey };
    const missing = Object.entries(names).flatMap(([name, value]) => (value === undefined ? [name] : []));
    throw wrong(`The connection to Odoo lacks ${missing.join(", ")}.`, `Set ${missing.join(", ")} too.`);
  }
  return {
    url,
    database,
    login,
    apiKey,
    transport: odoo.transport,
    timeout: odoo.timeout_seconds * 1000,
    concurrency: odoo.concurrency,
    ...(odoo.rate === undefined ? {} : { rate: odoo.rate }),
  };
}

function readYaml(text: string): Record<string, unknown> {
  const document = parseDocument(text, { uniqueKeys: true });
  const problem = document.errors[0];
  if (problem) {
    const place = problem.linePos?.[0];
    throw wrong(
      `odoorway.yaml is not YAML${place ? ` at line ${place.line}, column ${place.col}` : ""}: ${problem.code}.`,
    );
  }
  const value: unknown = document.toJS() ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("odoorway.yaml is not a list of settings.", "Write one `name: value` a line.");
  return value as Record<string, unknown>;
}

/** Settings by their path, in the order of the environment. */
function* readEnvironment(
  env: Environment,
  readSecret: (path: string) => string,
  ownSecrets: readonly string[],
): Generator<[string, unknown]> {
  for (const [name, text] of Object.entries(env)) {
    const isOurs = name.startsWith("ODOO_") || name.startsWith("ODOORWAY_") || Object.hasOwn(variables, baseName(name));
    if (!isOurs || text === undefined || text === "" || foreign.includes(name) || ownSecrets.includes(name)) continue;
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const fromFile = Object.hasOwn(variables, baseName(name)) ? variables[baseName(name)] : undefined;
    if (variable) yield [variable.path, variable.number ? readNumber(name, text) : text];
    else if (fromFile?.secret && env[baseName(name)])
      throw wrong(`${name} and ${baseName(name)} are both set.`, "Set one.");
    else if (fromFile?.secret) yield [fromFile.path, readFileOf(name, text, readSecret)];
    else throw unknownName(`There is no variable ${name}.`, name, [...Object.keys(variables), ...foreign]);
  }
}

function baseName(name: string): string {
  return name.replace(/_FILE$/, "");
}

function readNumber(name: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text.trim())) throw wrong(`${name} is not a number.`, `Set ${name} to a number.`);
  return Number(text);
}

function readFileOf(name: string, path: string, readSecret: (path: string) => string): string {
  try {
    return readSecret(path).trim();
  } catch {
    throw wrong(`The file that ${name} names cannot be read.`, "Check that it exists and that this user may read it.");
  }
}

function place(given: Record<string, unknown>, path: string, value: unknown): void {
  const [first = "", second] = path.split(".");
  if (second === undefined) {
    given[first] = value;
    return;
  }
  const inner = given[first];
  given[first] = { ...(typeof inner === "object" && inner !== null ? inner : {}), [second]: value };
}

/** Zod's first issue in our words; the value itself is left out, since it may be a secret. */
function refused(issue: z.core.$ZodIssue | undefined): OdoorwayError {
  const path = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") {
    const name = issue.keys[0] ?? "";
    const known = Object.keys(shapeAt(issue.path));
    return unknownName(`odoorway.yaml has no setting ${path === "" ? name : `${path}.${name}`}.`, name, known);
  }
  const variable = Object.entries(variables).find(([, { path: known }]) => known === path)?.[0];
  return wrong(`The setting ${path}${variable ? ` (${variable})` : ""} is not valid: ${issue?.message ?? ""}.`);
}

/** The settings that stand at a path, whatever default lies around them. */
function shapeAt(path: readonly PropertyKey[]): Record<string, unknown> {
  let at: unknown = settings;
  for (const step of [...path, undefined]) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) at = at.unwrap();
    if (step === undefined) break;
    if (at instanceof z.ZodObject) at = at.shape[String(step)];
    else if (at instanceof z.ZodRecord) at = at.valueType;
  }
  return at instanceof z.ZodObject ? at.shape : {};
}

function unknownName(detail: string, name: string, known: readonly string[]): OdoorwayError {
  const close = nearest(name, known);
  return new OdoorwayError("configuration_error", {
    evidence: { detail, nearest: close, expected: close === undefined ? `Known: ${known.join(", ")}.` : undefined },
  });
}

function wrong(detail: string, fix?: string): OdoorwayError {
  return new OdoorwayError("configuration_error", { evidence: { detail, expected: fix } });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
