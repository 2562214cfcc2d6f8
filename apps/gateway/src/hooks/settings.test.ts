import { OdoorwayError } from "@odoorway/core";
import type { Flow } from "@odoorway/flows";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../config.js";
import { resolveHooks } from "./settings.js";

const files: Record<string, string> = { "/run/secrets/shop": "new-s3cret\nold-s3cret\n", "/run/secrets/empty": "\n" };
const readFile = (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT ${path}`);
  return text;
};
const load = (yaml: string, env: Record<string, string> = {}) => loadConfig(env, yaml, readFile);

function refusal(act: () => unknown): OdoorwayError {
  try {
    act();
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("accepted");
}

const flow = (name: string, provider?: string, topics?: string[]) =>
  [name, { name, source: { kind: "webhook", provider, topics } } as unknown as Flow] as const;
const flows = new Map([
  flow("shopify-order", "shopify", ["orders/create"]),
  flow("own"),
  flow("odd", "carrier_pigeon"),
  flow("standard", "standard_webhooks"),
]);

describe("hooks in the configuration", () => {
  it("have their secrets from the list, variables and a file, the newest first", () => {
    const yaml = `
hooks:
  shop:
    flow: shopify-order
    secrets: [listed]
    secrets_env: [SHOP_SECRET, ODOORWAY_SHOP_SECRET]
    secret_file: /run/secrets/shop
`;
    const config = load(yaml, { SHOP_SECRET: "first", ODOORWAY_SHOP_SECRET: "second" });
    expect(config.hooks.shop?.secrets).toEqual(["listed", "first", "second", "new-s3cret", "old-s3cret"]);
    expect(config.hooks.shop).toMatchObject({ toleranceSeconds: 300, allowUnsigned: false, topics: undefined });
    expect(config.hooksRetention).toBe(30 * 86_400_000);
    expect(load("").hooks).toEqual({});
  });

  it.each([
    ["hooks: {shop: {flw: x}}", "flow"],
    ["hooks: {shop: {flow: x, secret: [y]}}", "secrets"],
    ["flows: {shopify-order: {setings: {}}}", "settings"],
    ["flow_folder: x", "flows_folder"],
  ])("name the nearest to an unknown key: %s", (yaml, close) => {
    const error = refusal(() => load(yaml));
    expect([error.code, error.evidence.nearest]).toEqual(["configuration_error", close]);
  });

  it.each([
    ["hooks: {Shop: {flow: x}}", "hooks.Shop"],
    ["hooks: {shop: {flow: x, provider: shopfy}}", "hooks.shop.provider"],
    ["hooks: {shop: {flow: x, tolerance_seconds: 0}}", "hooks.shop.tolerance_seconds"],
    ["hooks: {shop: {flow: x, secrets_env: [NOT_SET]}}", "NOT_SET"],
    ["hooks: {shop: {flow: x, secret_file: /none}}", "hooks.shop.secret_file"],
    ["hooks: {shop: {flow: x, secret_file: /run/secrets/empty}}", "empty"],
  ])("say where they are wrong: %s", (yaml, place) => {
    const { code, why } = refusal(() => load(yaml));
    expect(code).toBe("configuration_error");
    expect(why).toContain(place);
  });

  it("never tell a secret", () => {
    const error = refusal(() => load("hooks: {shop: {flow: x, secrets: [the-s3cret, 5]}}"));
    expect(JSON.stringify([error.message, error.fix, error.evidence])).not.toContain("the-s3cret");
  });
});

describe("hooks and their flows", () => {
  const resolve = (yaml: string) => resolveHooks(load(yaml).hooks, flows);

  it("take provider and topics from the flow, unless they say their own", () => {
    const hooks = resolve("hooks: {a: {flow: shopify-order, secrets: [s]}}");
    expect(hooks.get("a")).toMatchObject({ provider: "shopify", topics: ["orders/create"] });
    const own = resolve("hooks: {a: {flow: shopify-order, provider: github, topics: [push], secrets: [s]}}");
    expect(own.get("a")).toMatchObject({ provider: "github", topics: ["push"] });
    const open = resolve("hooks: {a: {flow: own, provider: none, allow_unsigned: true}}");
    expect(open.get("a")).toMatchObject({ provider: "none", topics: [], allowUnsigned: true });
  });

  it.each([
    ["{flow: shopify-ordr, secrets: [s]}", "shopify-ordr"],
    ["{flow: own, secrets: [s]}", "provider is missing"],
    ["{flow: odd, secrets: [s]}", "carrier_pigeon"],
    ["{flow: shopify-order}", "no secret"],
    ["{flow: own, provider: none, secrets: [s]}", "has a secret"],
    ["{flow: shopify-order, secrets: [s], allow_unsigned: true}", "allow_unsigned"],
    ["{flow: standard, secrets: [the-s3cret!]}", "none of standard_webhooks"],
  ])("are refused when they do not fit: %s", (text, said) => {
    const { code, why, fix, evidence } = refusal(() => resolve(`hooks: {a: ${text}}`));
    expect(code).toBe("configuration_error");
    expect(why).toContain(said);
    expect(JSON.stringify([why, fix, evidence])).not.toContain("the-s3cret");
  });

  it("name the nearest flow", () => {
    const error = refusal(() => resolve("hooks: {a: {flow: shopify-ordr, secrets: [s]}}"));
    expect(error.evidence.nearest).toBe("shopify-order");
  });
});
