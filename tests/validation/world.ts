/** A sandbox or a real Odoo with a gateway before it, the shelf filled, and what was asked of the sandbox. */
import { createClient, type OdooClient } from "@odoorway/client";
import { createSandbox, type LoggedCall } from "@odoorway/sandbox";
import { type Access, type Ask, openGateway } from "../system/gateway-client.js";
import { fillShelf, type Shelf } from "./shelf.js";

export interface World {
  readonly ids: Shelf;
  readonly odoo: OdooClient;
  readonly ask: Ask;
  /** Calls that the sandbox answered since the last look; of a real Odoo nothing is known. */
  calls(): readonly LoggedCall[];
  /** Those of them that are no reading ones; `done` are those alone that Odoo did not refuse. */
  writes(which?: "all" | "done"): string[];
  close(): Promise<void>;
}

export interface Target {
  readonly name: string;
  readonly version: 18 | 19;
  readonly isReal: boolean;
  /** Whether the gateway's user may not do everything. */
  readonly isLimited: boolean;
  open(): Promise<World>;
}

/** Methods by which nothing changes: what the gateway asks to know models, records and rights. */
const reading = new Set([
  ...["search", "search_read", "search_count", "read", "fields_get", "default_get", "check_object_reference"],
  ...["has_access", "get_available_models", "authenticate", "login", "version", "name_search"],
]);

const groups = [
  "base.group_user",
  "base.group_partner_manager",
  "base.group_allow_export",
  "base.group_erp_manager",
  "base.group_system",
  "sales_team.group_sale_manager",
  "product.group_product_manager",
  "stock.group_stock_manager",
  "purchase.group_purchase_manager",
  "account.group_account_manager",
  "account.group_account_invoice",
];

export const sandboxes: readonly Target[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  version,
  isReal: false,
  isLimited: false,
  async open() {
    const seed = { db: "validation", users: [{ login: "admin", keys: [{ key: "admin-key" }], groups }] };
    const sandbox = await createSandbox({ version, seed });
    const access = { url: sandbox.url, database: "validation", login: "admin", apiKey: "admin-key" };
    let seen = 0;
    const calls = () => {
      const all = sandbox.calls();
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    };
    const world = await open(access, () => sandbox.close());
    calls();
    return {
      ...world,
      calls,
      writes: (which = "all") =>
        calls()
          .filter(({ method, outcome }) => !reading.has(method) && (which === "all" || outcome !== "error"))
          .map(({ model, method }) => `${model}.${method}`),
    };
  },
}));

/**
 * The Odoo that CONFORMANCE_ODOO_URL, _DB, _LOGIN and _API_KEY name. CONFORMANCE_ODOO_ACCOUNT_LOGIN and _ACCOUNT_KEY name who
 * fills the shelf, an administrator; without them it is the same user.
 */
export const realTargets: readonly Target[] = real(process.env);

function real(env: Readonly<Record<string, string | undefined>>): Target[] {
  const url = env.CONFORMANCE_ODOO_URL ?? "";
  if (url === "") return [];
  const { CONFORMANCE_ODOO_DB: database = "", CONFORMANCE_ODOO_LOGIN: login = "" } = env;
  const access = { url, database, login, apiKey: env.CONFORMANCE_ODOO_API_KEY ?? "" };
  const { CONFORMANCE_ODOO_ACCOUNT_LOGIN: account = login, CONFORMANCE_ODOO_ACCOUNT_KEY: key = access.apiKey } = env;
  const shelver = { ...access, login: account, apiKey: key };
  const version = env.CONFORMANCE_ODOO_JSON2 === "yes" ? 19 : 18;
  const quiet = { calls: () => [], writes: () => [] };
  return [
    {
      name: `Odoo at ${url}`,
      version,
      isReal: true,
      isLimited: account !== login,
      open: async () => ({ ...(await open(access, async () => {}, shelver)), ...quiet }),
    },
  ];
}

async function open(
  access: Access,
  closeOdoo: () => Promise<void>,
  shelver: Access = access,
): Promise<Omit<World, "calls" | "writes">> {
  const odoo = createClient({ ...shelver, transport: "jsonrpc" });
  const shelf = await fillShelf(odoo);
  const gateway = await openGateway(access, { ODOORWAY_LOG_LEVEL: "silent" });
  return {
    ids: shelf.ids,
    odoo,
    ask: gateway.ask,
    async close() {
      await shelf.clear();
      await gateway.close();
      await odoo.close();
      await closeOdoo();
    },
  };
}
