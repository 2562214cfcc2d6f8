/**
 * What the conformance suite runs against: always the sandbox, and besides it a real Odoo when
 * CONFORMANCE_ODOO_URL, CONFORMANCE_ODOO_DB, CONFORMANCE_ODOO_LOGIN and CONFORMANCE_ODOO_API_KEY name one
 * (its user an internal one who may sell and create products and contacts, but no administrator).
 * CONFORMANCE_ODOO_PASSWORD adds the session routes, which take no API key; CONFORMANCE_ODOO_JSON2=yes adds JSON-2. What a target is not asked over is
 * named beside it and shown as a test of its own.
 */
import type { ClientOptions } from "@odoorway/client";
import { createSandbox, type SandboxSeed } from "@odoorway/sandbox";

type Access = Pick<ClientOptions, "url" | "database" | "login" | "apiKey">;

export const transports = ["jsonrpc", "xmlrpc", "session", "json2"] as const;

type Transport = (typeof transports)[number];

export interface Target {
  readonly name: string;
  /** Why the suite leaves a transport out. */
  readonly leftOut: Readonly<Partial<Record<Transport, string>>>;
  /** The password stands in for the key where a key is not taken. A seed gives a sandbox's user `demo` other rights. */
  open(seed?: SandboxSeed): Promise<{ readonly access: Access; readonly password: string; close(): Promise<void> }>;
}

const sandboxes: Target[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  leftOut: version < 19 ? { json2: "JSON-2 came with 19" } : {},
  open: async (seed) => {
    const sandbox = await createSandbox({ version, ...(seed ? { seed } : {}) });
    const access = { url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" };
    return { access, password: "demo", close: () => sandbox.close() };
  },
}));

export const targets: readonly Target[] = [...sandboxes, ...real(process.env)];

function real(env: Readonly<Record<string, string | undefined>>): Target[] {
  const url = env.CONFORMANCE_ODOO_URL;
  if (url === undefined || url === "") return [];
  const access = {
    url,
    database: env.CONFORMANCE_ODOO_DB ?? "",
    login: env.CONFORMANCE_ODOO_LOGIN ?? "",
    apiKey: env.CONFORMANCE_ODOO_API_KEY ?? "",
  };
  const password = env.CONFORMANCE_ODOO_PASSWORD ?? "";
  const leftOut = {
    ...(password === "" ? { session: "CONFORMANCE_ODOO_PASSWORD is not set" } : {}),
    ...(env.CONFORMANCE_ODOO_JSON2 === "yes" ? {} : { json2: "CONFORMANCE_ODOO_JSON2=yes is not set (19 and later)" }),
  };
  return [{ name: `Odoo at ${url}`, leftOut, open: async () => ({ access, password, close: async () => {} }) }];
}
