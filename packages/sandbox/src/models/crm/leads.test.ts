/** Leads and opportunities as real Odoo 18.0 and 19.0 servers were seen to keep them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../index.js";

describe.each([18, 19] as const)("crm.lead of %i", (version) => {
  let sandbox: Sandbox;
  let uid = 0;
  beforeAll(async () => {
    sandbox = await createSandbox({ version });
    uid = Number((await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).result);
  });
  afterAll(async () => sandbox.close());

  async function rpc(service: string, method: string, args: unknown[]) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ params: { service, method, args } });
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
  }
  const answer = (method: string, args: unknown[], kwargs = {}) =>
    rpc("object", "execute_kw", ["demo", uid, "demo-key", "crm.lead", method, args, kwargs]);
  const ask = async (method: string, ...args: unknown[]) => (await answer(method, args)).result;
  const said = async (method: string, ...args: unknown[]) => (await answer(method, args)).error?.data.message;
  const read = async (id: unknown, fields: string[]) =>
    ((await ask("read", [id], fields)) as Record<string, unknown>[])[0];

  it("starts in the first stage, with its maker and team", async () => {
    const id = await ask("create", { name: "Roof", email_from: "Foo@Bar.com" });
    expect(await read(id, ["type", "stage_id", "user_id", "team_id", "email_normalized", "probability"])).toMatchObject(
      {
        ...{ type: "opportunity", stage_id: [1, "New"], user_id: [uid, "Demo"], team_id: [1, "Sales"] },
        ...{ email_normalized: "foo@bar.com", probability: 0 },
      },
    );
  });

  it("is won in the won stage", async () => {
    const id = await ask("create", { name: "Won" });
    expect(await ask("action_set_won", [id])).toBe(true);
    expect(await read(id, ["stage_id", "probability", "active"])).toMatchObject({
      stage_id: [4, "Won"],
      probability: 100,
      active: true,
    });
    const { error } = await answer("action_set_lost", [[id]], { lost_reason_id: 1 });
    expect(error?.data.message).toBe(
      version === 18 ? undefined : "A lead in a Won stage cannot be lost. Move it to another stage first.",
    );
  });

  it("is lost with a reason, and comes back without it", async () => {
    const id = await ask("create", { name: "Lost" });
    await answer("action_set_lost", [[id]], { lost_reason_id: 1 });
    expect(await read(id, ["active", "probability", "lost_reason_id"])).toMatchObject({
      active: false,
      probability: 0,
      lost_reason_id: [1, "Too expensive"],
    });
    expect(await ask("search_count", [["id", "=", id]])).toBe(0);
    await ask("action_unarchive", [id]);
    expect(await read(id, ["active", "lost_reason_id"])).toMatchObject({ active: true, lost_reason_id: false });
    if (version === 19) expect(await read(id, ["won_status"])).toMatchObject({ won_status: "pending" });
    else expect(await said("action_restore", [id])).toContain("action_restore");
  });

  it("becomes an opportunity", async () => {
    const id = await ask("create", { name: "Lead", type: "lead" });
    expect(await said("convert_opportunity", [id])).toContain("missing 1 required positional argument: 'partner'");
    expect(await ask("convert_opportunity", [id], false)).toBe(true);
    expect(await read(id, ["type"])).toMatchObject({ type: "opportunity" });
    expect(await said("convert_opportunity", [id], 3)).toBe("'int' object has no attribute 'id'");
  });

  it("refuses a probability beyond 100 and fields that are none", async () => {
    const id = await ask("create", { name: "P" });
    expect(await said("write", [id], { probability: 150 })).toContain("should be between 0% and 100%!");
    const { error } = await answer("action_set_lost", [[id]], { nonsense: 1 });
    expect(error?.data.message).toContain("Invalid field 'nonsense'");
  });
});
