/** A gateway in this process, and requests to it as the tests make them. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientOptions } from "@odoorway/client";
import { type Gateway, type GatewayConfig, loadConfig, startGateway } from "@odoorway/gateway";
import { adminToken } from "./programs.js";

export type Access = Pick<ClientOptions, "url" | "database" | "login" | "apiKey">;

/** What the tests look at in answers of every kind. */
export interface Body {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly state: string;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly happened: string;
  readonly errors?: readonly { pointer: string; code: string; nearest?: string; cause: string; fix: string }[];
  readonly data: readonly { id: number; name: string; model: string; color: number }[];
  readonly next_cursor: string | null;
  readonly token: string;
  readonly calls: readonly { args: readonly (readonly Record<string, unknown>[])[] }[];
  readonly fields: readonly { name: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly file_name: string;
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Record<string, { responses: Record<string, unknown> }>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer in JSON; else without anything. */
  readonly body: Body;
}

/** JSON is sent as JSON, text and forms as they are. */
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Requests to a gateway with the token of every scope. */
function asking(url: string): Ask {
  return async (method, path, body, headers = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" || isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json|ndjson/.test(response.headers.get("content-type") ?? "");
    const shown = (isJson && text !== "" ? JSON.parse(text.split("\n")[0] ?? "") : {}) as Body;
    return { status: response.status, headers: response.headers, text, body: shown };
  };
}

/** The configuration for an Odoo, on a free port. */
function configFor(access: Access, env: Record<string, string> = {}, yaml?: string): GatewayConfig {
  return loadConfig(
    {
      ODOO_URL: access.url,
      ODOO_DB: access.database,
      ODOO_LOGIN: access.login,
      ODOO_API_KEY: access.apiKey,
      ODOORWAY_PORT: "0",
      ODOORWAY_ADMIN_TOKEN: adminToken,
      ODOORWAY_LOG_LEVEL: "error",
      ...env,
    },
    yaml,
  );
}

/** A gateway with a folder of its own, which goes with it. */
export async function openGateway(
  access: Access,
  env: Record<string, string> = {},
  yaml?: string,
): Promise<Gateway & { readonly ask: Ask }> {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-gateway-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  try {
    const gateway = await startGateway(configFor(access, { ODOORWAY_DATA: folder, ...env }, yaml));
    return { ...gateway, ask: asking(gateway.url), close: () => gateway.close().finally(clear) };
  } catch (error) {
    clear();
    throw error;
  }
}

/** An address of loopback where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 1}`;
}
