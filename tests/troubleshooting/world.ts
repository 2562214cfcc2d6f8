/** A sandbox Odoo with a gateway before it, and hands to reach both: raw calls, the client, the commands. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { type ClientOptions, createClient, type OdooClient } from "@odoorway/client";
import { isErrorCode, OdoorwayError } from "@odoorway/core";
import { explainText } from "@odoorway/diagnose";
import { createSandbox, orderApi, type Sandbox, type SandboxOptions } from "@odoorway/sandbox";
import { encodeXmlRpcCall } from "@odoorway/wire";
import { runCommand } from "../../apps/cli/src/main.js";
import { type Answer, type Ask, openGateway } from "../system/gateway-client.js";
import { adminToken } from "../system/programs.js";
import { shop } from "./shop.js";

/** The users of every sandbox here; each has the key `{login}-key`. */
const groups = {
  api: [
    "base.group_user",
    "base.group_partner_manager",
    "sales_team.group_sale_manager",
    "product.group_product_manager",
  ],
  small: ["base.group_user"],
  admin: ["base.group_user", "base.group_system", "base.group_erp_manager"],
} as const;

const users = [
  ...Object.entries(groups).map(([login, names]) => ({ login, groups: [...names], totp: false, active: true })),
  { login: "careful", groups: ["base.group_user"], totp: true, active: true },
  { login: "gone", groups: ["base.group_user"], totp: false, active: false },
].map((user) => ({ ...user, password: "s3cret-word", keys: [{ key: `${user.login}-key` }, old(user.login)] }));

function old(login: string) {
  return { key: `${login}-old-key`, expires: "2020-01-01T00:00:00Z" };
}

type Login = keyof typeof groups | "careful" | "gone";

interface Ran {
  /** The exit code. */
  readonly code: number;
  /** Standard output, and standard error behind it. */
  readonly out: string;
  readonly said: string;
}

export interface World {
  readonly version: 18 | 19;
  readonly odoo: Sandbox;
  readonly folder: string;
  /** Codes that something has named so far, commands that were run, requests made to the gateway. */
  readonly seen: Set<string>;
  readonly commands: Set<string>;
  readonly requests: string[];
  /** A request to the gateway, which is started at the first. */
  readonly ask: Ask;
  /** The address of the gateway. */
  gateway(): Promise<{ readonly url: string; readonly port: number }>;
  /** Runs a command as it is shown; `env` is laid over the connection of the user `api`. */
  odoorway(command: string, env?: Record<string, string>, input?: string, interrupted?: AbortSignal): Promise<Ran>;
  /** A file in the folder where the commands run. */
  file(name: string, text: string): void;
  /** The text of what Odoo answers a call over JSON-RPC, as any client gets it. */
  rpc(login: Login, model: string, method: string, args: unknown[], kwargs?: object): Promise<string>;
  /** The value that such a call answers; undefined where it failed. */
  value(login: Login, model: string, method: string, args: unknown[], kwargs?: object): Promise<unknown>;
  /** The text of what Odoo answers over XML-RPC; `secret` in place of the user's key. */
  xmlRpc(login: Login, secret: string, model: string, method: string, args: unknown[]): Promise<string>;
  /** Explains a text and keeps the code as seen. */
  explain(text: string): ReturnType<typeof explainText>;
  /** The failure of a promise, its code kept as seen. */
  failure(promise: Promise<unknown>): Promise<OdoorwayError>;
  /** The problem that the gateway answers, its codes kept as seen. */
  problem(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  client(login?: Login, options?: Partial<ClientOptions>): OdooClient;
  close(): Promise<void>;
}

export async function openWorld(version: 18 | 19, options: SandboxOptions = {}): Promise<World> {
  const seed = { db: "company", users };
  const odoo = await createSandbox({ version, seed, modules: [orderApi, shop], ...options });
  const folder = mkdtempSync(join(tmpdir(), "odoorway-guide-"));
  const seen = new Set<string>();
  const commands = new Set<string>();
  const requests: string[] = [];
  const open: { close(): Promise<unknown> }[] = [];
  const access = { url: odoo.url, database: "company", login: "api", apiKey: "api-key" };

  let started: ReturnType<typeof openGateway> | undefined;
  const gateway = () => {
    started ??= openGateway(access, { ODOORWAY_LOG_LEVEL: "silent" });
    return started;
  };

  const uids = new Map(
    odoo
      .records("res.users", [["active", "in", [true, false]]], { fields: ["login"] })
      .map(({ id, login }) => [String(login), Number(id)]),
  );
  const executeKw = (login: Login, secret: string, model: string, method: string, args: unknown[], kwargs = {}) => [
    "company",
    uids.get(login),
    secret,
    model,
    method,
    args,
    kwargs,
  ];

  const world: World = {
    version,
    odoo,
    folder,
    seen,
    commands,
    requests,
    gateway,
    async ask(method, path, body, headers) {
      requests.push(`${method} ${path}`);
      return (await gateway()).ask(method, path, body, headers);
    },
    async problem(method, path, body, headers) {
      const answer = await world.ask(method, path, body, headers);
      if (answer.status < 400) throw new Error(`${method} ${path} is no problem: ${answer.status} ${answer.text}`);
      for (const { code } of [answer.body, ...(answer.body.errors ?? [])]) seen.add(code);
      return answer;
    },
    async odoorway(command, env = {}, input = "", interrupted = new AbortController().signal) {
      commands.add(command);
      const ran = await runIn(folder, command, await environment(), input, interrupted);
      for (const word of ran.out.match(/\w+/g) ?? []) if (isErrorCode(word)) seen.add(word);
      return ran;

      async function environment(): Promise<Record<string, string>> {
        const own = {
          ODOO_URL: odoo.url,
          ODOO_DB: "company",
          ODOO_LOGIN: "api",
          ODOO_API_KEY: "api-key",
          ...(/^odoorway (import|token)/.test(command)
            ? { ODOORWAY_URL: (await gateway()).url, ODOORWAY_TOKEN: adminToken }
            : {}),
        };
        return { ...own, ...env };
      }
    },
    file: (name, text) => writeFileSync(join(folder, name), text),
    async rpc(login, model, method, args, kwargs) {
      const params = {
        service: "object",
        method: "execute_kw",
        args: executeKw(login, `${login}-key`, model, method, args, kwargs),
      };
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params });
      return (await fetch(`${odoo.url}/jsonrpc`, { method: "POST", headers, body })).text();
    },
    value: async (...call) => JSON.parse(await world.rpc(...call)).result,
    async xmlRpc(login, secret, model, method, args) {
      const body = encodeXmlRpcCall("execute_kw", executeKw(login, secret, model, method, args));
      const headers = { "content-type": "text/xml" };
      return (await fetch(`${odoo.url}/xmlrpc/2/object`, { method: "POST", headers, body })).text();
    },
    explain(text) {
      const explanation = explainText(text);
      seen.add(explanation.code);
      return explanation;
    },
    async failure(promise) {
      const error: unknown = await promise.then(
        (value) => `nothing failed: ${JSON.stringify(value)}`,
        (thrown) => thrown,
      );
      if (!(error instanceof OdoorwayError)) throw new Error(String(error));
      seen.add(error.code);
      return error;
    },
    client(login = "api", more = {}) {
      const client = createClient({ ...access, login, apiKey: `${login}-key`, ...more });
      open.push(client);
      return client;
    },
    async close() {
      for (const client of open) await client.close();
      if (started) await (await started).close();
      await odoo.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** The command as the shell would take it apart: words and quoted texts. */
async function runIn(
  cwd: string,
  command: string,
  env: Record<string, string>,
  input: string,
  interrupted: AbortSignal,
): Promise<Ran> {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  let out = "";
  let said = "";
  const code = await runCommand(words.slice(1), {
    env,
    cwd,
    out: (text) => {
      out += `${text}\n`;
    },
    say: (text) => {
      said += `${text}\n`;
    },
    input: Readable.from([input]),
    screen: new Writable({ write: (_piece, _encoding, done) => done() }),
    interrupted,
  });
  return { code, out, said: out + said };
}
