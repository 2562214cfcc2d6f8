/**
 * Where the presets are tried: a sandbox of each version as its administrator, and a real Odoo where one is named
 * by the variables of the conformance suite (see tests/conformance/targets.ts). What carries a flow out is put
 * together as the gateway does it.
 */
import { readFileSync } from "node:fs";
import { createClient, createExternalIds, type OdooClient } from "@odoorway/client";
import { systemClock } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { compileFlow, createFlowRunner, type Flow, type FlowOutcome, parseFlow } from "@odoorway/flows";
import { createUpserts, type UpsertsParts } from "@odoorway/imports";
import { createSandbox } from "@odoorway/sandbox";
import { createMetadata } from "../../apps/gateway/src/metadata.js";

const presets = new URL("../../packages/flows/presets/", import.meta.url);

export interface Shop {
  /** What the names of shops end with in keys. */
  readonly suffix: string;
  /** Carries a preset out on payloads; keys are of this shop alone. Throws what a flow fails with. */
  run(preset: string, payload: unknown, settings?: Settings): Promise<Made>;
  /** Records of a model, by ids or a domain. */
  read(model: string, which: readonly number[] | readonly unknown[][], fields: readonly string[]): Promise<Row[]>;
  /** Makes a record that a preset shall find. */
  make(model: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}
export type Made = Exclude<FlowOutcome, { readonly error: unknown }>;
export type Row = Record<string, unknown> & { readonly id: number };
type Settings = Readonly<Record<string, unknown>>;

export interface Target {
  readonly name: string;
  readonly real: boolean;
  open(): Promise<Shop>;
}

const sandboxes: Target[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  real: false,
  async open() {
    const sandbox = await createSandbox({
      version,
      seed: { users: [{ login: "admin", keys: [{ key: "admin-key" }] }] },
    });
    const { url, database } = sandbox;
    const odoo = createClient({ url, database, login: "admin", apiKey: "admin-key", transport: "jsonrpc" });
    return shopOf(odoo, "", () => sandbox.close());
  },
}));

function real(env: Readonly<Record<string, string | undefined>>): Target[] {
  const { CONFORMANCE_ODOO_URL: url = "", CONFORMANCE_ODOO_DB: database = "" } = env;
  if (url === "") return [];
  const login = env.CONFORMANCE_ODOO_LOGIN ?? "";
  const odoo = () =>
    createClient({ url, database, login, apiKey: env.CONFORMANCE_ODOO_API_KEY ?? "", transport: "jsonrpc" });
  // Every run is a shop of its own: what earlier ones left is not found by its keys.
  const suffix = `-${Date.now().toString(36)}`;
  return [{ name: `Odoo at ${url}`, real: true, open: async () => shopOf(odoo(), suffix, async () => {}) }];
}

export const targets: readonly Target[] = [...sandboxes, ...real(process.env)];

const explainLoad: UpsertsParts["explainLoad"] = ({ field, message = "", ...rest }, model) =>
  toError(
    diagnose({ kind: "load", message: { ...rest, message, ...(field ? { field } : {}) } }, { model, method: "load" }),
  );

function shopOf(odoo: OdooClient, suffix: string, end: () => Promise<void>): Shop {
  const metadata = createMetadata({ caller: odoo, clock: systemClock, ttl: 600_000 });
  const shared = { caller: odoo, metadata, externalIds: createExternalIds(odoo), clock: systemClock };
  const upserts = createUpserts({ ...shared, explainLoad, random: Math.random, memory: memory() });
  const runner = createFlowRunner({ ...shared, upserts });
  return {
    suffix,
    async run(preset, payload, settings = {}) {
      const flow = flowOf(preset);
      const named = ["shop", "account", "list"].filter((name) => name in flow.settings);
      const keys = Object.fromEntries(named.map((name) => [name, `${String(flow.settings[name]?.default)}${suffix}`]));
      const [outcome] = await runner.run(compileFlow(flow, { ...keys, ...settings }), [payload]);
      if (outcome === undefined) throw new TypeError("one outcome a payload");
      if ("error" in outcome) throw outcome.error;
      return outcome;
    },
    async read(model, which, fields) {
      const ids = which.every((one) => typeof one === "number");
      const domain = ids ? [["id", "in", which]] : which;
      const rows = await odoo.call(model, "search_read", [domain, fields], { context: { active_test: false } });
      if (!Array.isArray(rows)) throw new TypeError("search_read answers a list");
      return rows;
    },
    async make(model, values) {
      await odoo.call(model, "create", [values]);
    },
    async close() {
      await odoo.close();
      await end();
    },
  };
}

const read = new Map<string, Flow>();

function flowOf(preset: string): Flow {
  const known = read.get(preset) ?? parseFlow(readFileSync(new URL(`${preset}.yaml`, presets), "utf8"), preset);
  read.set(preset, known);
  return known;
}

/** What was sent last, kept as a store keeps it. */
function memory(): NonNullable<UpsertsParts["memory"]> {
  const kept = new Map<string, Awaited<ReturnType<NonNullable<UpsertsParts["memory"]>["sentValues"]>>[number]>();
  return {
    sentValues: async (ids) => ids.flatMap((id) => kept.get(id) ?? []),
    async rememberSent(sent) {
      for (const one of sent) {
        const before = kept.get(one.externalId);
        kept.set(one.externalId, { ...one, fields: { ...before?.fields, ...one.fields } });
      }
    },
  };
}
