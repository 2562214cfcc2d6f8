/**
 * What the conformance suite runs against: always the sandbox, and besides it a real Odoo when
 * CONFORMANCE_ODOO_URL, CONFORMANCE_ODOO_DB, CONFORMANCE_ODOO_LOGIN and CONFORMANCE_ODOO_API_KEY name one
 * (its user an internal one who may sell and create products and contacts, but no administrator).
 */
import type { ClientOptions } from "@odoorway/client";
import { createSandbox } from "@odoorway/sandbox";

type Access = Pick<ClientOptions, "url" | "database" | "login" | "apiKey">;

export interface Target {
  readonly name: string;
  open(): Promise<{ readonly access: Access; close(): Promise<void> }>;
}

const sandboxes: Target[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  open: async () => {
    const sandbox = await createSandbox({ version });
    const access = { url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" };
    return { access, close: () => sandbox.close() };
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
  return [{ name: `Odoo at ${url}`, open: async () => ({ access, close: async () => {} }) }];
}
