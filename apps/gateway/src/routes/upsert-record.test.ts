import { type OdooCaller, systemClock } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import type { GatewayRequest } from "../http/route.js";
import { createMetadata } from "../metadata.js";
import { upsertRoutes } from "./upsert-record.js";

const column = (type: string, more: object = {}) => ({ type, string: type, required: false, store: true, ...more });
const fields = { name: column("char"), parent_id: column("many2one", { relation: "res.partner" }) };
const denied =
  'You do not have enough rights to access the fields "credit_limit" on Contact (res.partner). Please contact your system administrator.';

/** An Odoo whose load() refuses to make a contact under another, as 18.0 and 19.0 do to users without accounting rights. */
function open(refuses: (columns: readonly string[]) => boolean) {
  const calls: [method: string, ...args: unknown[]][] = [];
  const call: OdooCaller["call"] = async (_model, method, args = []) => {
    if (["load", "write"].includes(method)) calls.push([method, ...args]);
    switch (method) {
      case "fields_get":
        return fields;
      case "load":
        return refuses(args[0] as string[])
          ? { ids: false, messages: [{ type: "error", message: denied }] }
          : { ids: [7], messages: [] };
      case "search_read":
        return [{ id: 3 }];
      case "read":
        return [{ id: 7, name: "Ann", parent_id: [3, "Azure"] }];
      default:
        return [];
    }
  };
  const [route] = upsertRoutes({
    caller: { call },
    metadata: createMetadata({ caller: { call }, clock: systemClock, ttl: 60_000 }),
    externalIds: { find: async () => new Map() },
    clock: systemClock,
    random: () => 0,
    decimals: "refuse",
    actions: {},
  });
  const put = async (body: unknown) =>
    route?.handle({
      id: "1",
      method: "PUT",
      params: { model: "res.partner", key: "shop.ann" },
      query: { parameters: new Map(), filters: [] },
      headers: {},
      accepted: "application/json",
      grant: undefined,
      body,
      upload: undefined,
      gone: new AbortController().signal,
    } satisfies GatewayRequest);
  return { calls, put };
}

describe("a new contact under another", () => {
  it("is made in one call where Odoo lets it", async () => {
    const { calls, put } = open(() => false);
    expect(await put({ name: "Ann", parent_id: 3 })).toMatchObject({ status: 201 });
    expect(calls).toEqual([["load", ["id", "name", "parent_id/.id"], [["shop.ann", "Ann", "3"]]]]);
  });

  it("gets its parent in a second call where Odoo refuses both at once", async () => {
    const { calls, put } = open((columns) => columns.includes("parent_id/.id"));
    expect(await put({ name: "Ann", parent_id: 3 })).toMatchObject({
      status: 201,
      headers: { location: "/v1/records/res.partner/7" },
    });
    expect(calls.slice(1)).toEqual([
      ["load", ["id", "name"], [["shop.ann", "Ann"]]],
      ["write", [7], { parent_id: 3 }],
    ]);
  });

  it("is refused as Odoo does when no parent is in the way", async () => {
    const { calls, put } = open(() => true);
    await expect(put({ name: "Ann" })).rejects.toMatchObject({ code: "access_field_denied" });
    expect(calls).toHaveLength(1);
  });
});
