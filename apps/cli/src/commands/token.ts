/**
 * odoorway token: create, list, revoke. Through the gateway when one runs (its embedded store takes no
 * second process); else in the store itself, which is how the very first token is made.
 */
import { resolve } from "node:path";
import { createToken, listTokens, revokeToken, type TokenInfo } from "@odoorway/gateway";
import { openStore, type Store } from "@odoorway/store";
import Table from "cli-table3";
import { readConfiguration } from "../configuration.js";
import { type ConnectionOptions, findToken, gatewayUrl } from "../connection.js";
import { createGatewayApi, type GatewayApi, Unreachable } from "../gateway-api.js";
import type { Terminal } from "../terminal.js";

interface JsonOption {
  readonly json?: boolean;
}

export interface CreateTokenOptions extends ConnectionOptions, JsonOption {
  readonly name: string;
  readonly scope: readonly string[];
}

/** @returns the exit code */
export async function createTokenCommand(terminal: Terminal, options: CreateTokenOptions): Promise<number> {
  const made = await within(terminal, options, {
    gateway: async (api) => {
      const body = JSON.stringify({
        name: options.name,
        ...(options.scope.length > 0 ? { scopes: options.scope } : {}),
      });
      const headers = { "Content-Type": "application/json" };
      const answer = await api.request("/v1/tokens", { method: "POST", headers, body });
      return (await answer.json()) as TokenInfo & { token: string };
    },
    store: (store) => createToken(store, options.name, options.scope),
  });
  if (options.json) terminal.out(JSON.stringify(made));
  else {
    terminal.out(made.token);
    terminal.say(
      `Token ${made.name} (${made.id}) may do: ${made.scopes.join(", ")}. It is shown this once: keep it safe.`,
    );
  }
  return 0;
}

/** @returns the exit code */
export async function listTokensCommand(terminal: Terminal, options: ConnectionOptions & JsonOption): Promise<number> {
  const tokens = await within(terminal, options, {
    gateway: async (api) => ((await (await api.request("/v1/tokens")).json()) as { data: TokenInfo[] }).data,
    store: listTokens,
  });
  if (options.json) terminal.out(JSON.stringify(tokens));
  else if (tokens.length === 0) terminal.say("No tokens yet: odoorway token create makes one.");
  else {
    const table = new Table({
      head: ["id", "name", "scopes", "created", "last used"],
      style: { head: [], border: [] },
    });
    for (const token of tokens) {
      table.push([token.id, token.name, token.scopes.join(", "), token.created_at, token.last_used_at ?? "never"]);
    }
    terminal.out(table.toString());
  }
  return 0;
}

/** @returns the exit code */
export async function revokeTokenCommand(terminal: Terminal, id: string, options: ConnectionOptions): Promise<number> {
  await within(terminal, options, {
    gateway: async (api) => {
      await api.request(`/v1/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
    },
    store: (store) => revokeToken(store, id),
  });
  terminal.say(`Token ${id} is refused from now on.`);
  return 0;
}

interface Ways<T> {
  gateway(api: GatewayApi): Promise<T>;
  store(store: Store): Promise<T>;
}

async function within<T>(terminal: Terminal, options: ConnectionOptions, ways: Ways<T>): Promise<T> {
  try {
    return await ways.gateway(createGatewayApi(gatewayUrl(terminal, options), findToken(terminal, options)));
  } catch (error) {
    const named = options.gateway ?? terminal.env.ODOORWAY_URL;
    if (!(error instanceof Unreachable) || named !== undefined) throw error;
  }
  const { databaseUrl, data } = readConfiguration(terminal);
  const store = await openStore(
    databaseUrl === undefined
      ? { kind: "sqlite", folder: resolve(terminal.cwd, data) }
      : { kind: "postgres", url: databaseUrl },
  );
  try {
    return await ways.store(store);
  } finally {
    await store.close();
  }
}
