/** Messages, followers, activities, attachments and the companies' rules as real servers were seen to keep them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../index.js";

type Values = Record<string, unknown>;
const groups = ["base.group_user", "base.group_partner_manager", "sales_team.group_sale_manager"];
const seed = {
  db: "talk",
  users: [
    { login: "admin", keys: [{ key: "admin-key" }] },
    { login: "seller", password: "secret", keys: [{ key: "seller-key" }], groups },
    { login: "limited", keys: [{ key: "limited-key" }], groups: ["base.group_user"] },
  ],
};

describe.each([18, 19] as const)("messages of %i", (version) => {
  let sandbox: Sandbox;
  const uids = new Map<string, number>();

  beforeAll(async () => {
    sandbox = await createSandbox({ version, seed });
    for (const { login } of seed.users)
      uids.set(login, Number((await rpc("common", "authenticate", ["talk", login, `${login}-key`, {}])).result));
  });
  afterAll(async () => sandbox.close());

  async function rpc(service: string, method: string, args: unknown[]) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ params: { service, method, args } });
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
  }
  const answer = (login: string, model: string, method: string, args: unknown[], kwargs: Values = {}) =>
    rpc("object", "execute_kw", ["talk", uids.get(login), `${login}-key`, model, method, args, kwargs]);
  const ask = async (model: string, method: string, ...args: unknown[]) =>
    (await answer("seller", model, method, args)).result;
  const post = async (id: unknown, kwargs: Values, login = "seller") =>
    answer(login, "res.partner", "message_post", [[id]], kwargs);
  const messagesOf = async (model: string, id: unknown) =>
    (await ask(
      "mail.message",
      "search_read",
      [
        ["model", "=", model],
        ["res_id", "=", id],
      ],
      ["body", "subtype_id", "message_type"],
    )) as Values[];

  it("announces a new record, and its maker follows it", async () => {
    const id = await ask("res.partner", "create", { name: "New" });
    expect((await messagesOf("res.partner", id)).map(({ body }) => body)).toEqual(["<p>Contact created</p>"]);
    const [record] = (await ask("res.partner", "read", [id], ["message_is_follower"])) as Values[];
    expect(record).toMatchObject({ message_is_follower: true });
    const { result: quiet } = await answer("seller", "res.partner", "create", [{ name: "Q" }], {
      context: { tracking_disable: true },
    });
    expect(await messagesOf("res.partner", quiet)).toEqual([]);
  });

  it("escapes a plain body, and answers as the version does", async () => {
    const id = await ask("res.partner", "create", { name: "Post" });
    const { result } = await post(id, { body: "a <b>x</b> & y" });
    expect(result).toEqual(version === 18 ? expect.any(Number) : [expect.any(Number)]);
    await post(id, {
      body: "<p>Hi</p>",
      body_is_html: true,
      message_type: "comment",
      subtype_xmlid: "mail.mt_comment",
    });
    const [second, first] = await messagesOf("res.partner", id);
    expect(first).toMatchObject({
      body: "<p>a &lt;b&gt;x&lt;/b&gt; &amp; y</p>",
      subtype_id: [2, "Note"],
      message_type: "notification",
    });
    expect(second).toMatchObject({ body: "<p>Hi</p>", subtype_id: [1, "Discussions"], message_type: "comment" });
  });

  it("refuses what it does not take", async () => {
    const id = await ask("res.partner", "create", { name: "Refuse" });
    const said = async (kwargs: Values) => (await post(id, kwargs)).error?.data.message;
    expect(await said({ body: "x", foo: 1 })).toBe("Those values are not supported when posting or notifying: foo");
    expect(await said({ body: "x", message_type: "foo" })).toBe("Wrong value for mail.message.message_type: 'foo'");
    expect(await said({ body: "x", partner_ids: ["a"] })).toContain("should receive partners as a list of IDs");
    const two = await answer("seller", "res.partner", "message_post", [[id, 1]], { body: "x" });
    expect(two.error?.data.message).toBe(`Expected singleton: res.partner(${id}, 1)`);
    const none = await answer("seller", "res.country", "message_post", [[1]], { body: "x" });
    expect(none.error?.data.name).toBe("builtins.AttributeError");
  });

  it("shows and takes messages as their record allows", async () => {
    const lead = await ask("crm.lead", "create", { name: "Secret" });
    const [{ id: message } = { id: 0 }] = await messagesOf("crm.lead", lead);
    const { result } = await answer("limited", "mail.message", "search", [[["model", "=", "crm.lead"]]]);
    expect(result).toEqual([]);
    const { error } = await answer("limited", "mail.message", "read", [[message], ["body"]]);
    expect(error?.data.message).toContain("(Document type: Message, Operation: read)");
    const partner = await ask("res.partner", "create", { name: "Open" });
    expect((await post(partner, { body: "x" }, "limited")).error?.data.message).toContain("Operation: create");
  });

  it("tells the steps of a lead and of an order", async () => {
    const lead = await ask("crm.lead", "create", { name: "Steps" });
    await ask("crm.lead", "write", [lead], { stage_id: 2 });
    await ask("crm.lead", "action_set_won", [lead]);
    expect((await messagesOf("crm.lead", lead)).map(({ subtype_id: kind }) => (kind as [number, string])[1])).toEqual([
      ...["Opportunity Won", "Stage Changed", "Opportunity Created"],
    ]);
  });

  it("plans activities and reports what is done", async () => {
    const id = await ask("res.partner", "create", { name: "Plan" });
    const planned = await answer("seller", "res.partner", "activity_schedule", [[id], "mail.mail_activity_data_todo"], {
      summary: "Do",
    });
    expect(planned.result).toEqual(
      version === 18 ? expect.stringMatching(/^mail\.activity\(\d+,\)$/) : [expect.any(Number)],
    );
    const [record] = (await ask("res.partner", "read", [id], ["activity_ids", "activity_state"])) as Values[];
    expect(record).toMatchObject({ activity_state: "today" });
    const [activity] = (record?.activity_ids ?? []) as number[];
    const { result } = await answer("seller", "mail.activity", "action_feedback", [[activity]], {
      feedback: "done it",
    });
    expect(result).toEqual(expect.any(Number));
    expect((await messagesOf("res.partner", id))[0]?.body).toContain("done it");
    const left = await answer("seller", "mail.activity", "search_count", [
      [
        ["id", "=", activity],
        ["active", "in", [true, false]],
      ],
    ]);
    expect(left.result).toBe(version === 18 ? 0 : 1);
  });

  it("keeps files to those who may read what they hang on, and deletes them with it", async () => {
    const lead = await ask("crm.lead", "create", { name: "File" });
    const file = await ask("ir.attachment", "create", {
      name: "a.txt",
      datas: "aGk=",
      res_model: "crm.lead",
      res_id: lead,
    });
    expect((await answer("limited", "ir.attachment", "search", [[["id", "=", file]]])).result).toEqual([]);
    expect((await answer("limited", "ir.attachment", "write", [[file], { name: "b" }])).error?.data.name).toContain(
      "AccessError",
    );
    expect(await ask("ir.attachment", "read", [file], ["mimetype", "res_name"])).toMatchObject([
      { mimetype: "text/plain", res_name: "File" },
    ]);
    await ask("crm.lead", "unlink", [lead]);
    expect(await ask("ir.attachment", "search", [["id", "=", file]])).toEqual([]);
    expect(await messagesOf("crm.lead", lead)).toEqual([]);
  });

  it("counts sequences by code, and keeps parameters to administrators", async () => {
    await answer("admin", "ir.sequence", "create", [{ name: "x", code: "probe", prefix: "P/%(year)s/", padding: 4 }]);
    const year = new Date().toISOString().slice(0, 4);
    expect(await ask("ir.sequence", "next_by_code", "probe")).toBe(`P/${year}/0001`);
    expect(await ask("ir.sequence", "next_by_code", "probe")).toBe(`P/${year}/0002`);
    expect(await ask("ir.sequence", "next_by_code", "nothing")).toBe(false);
    expect((await answer("seller", "ir.config_parameter", "get_param", ["x"])).error?.data.name).toContain(
      "AccessError",
    );
    expect((await answer("admin", "ir.config_parameter", "set_param", ["x", "1"])).result).toBe(false);
    expect((await answer("admin", "ir.config_parameter", "get_param", ["x"])).result).toBe("1");
  });

  it("changes passwords", async () => {
    const login = async (password: string) =>
      (await rpc("common", "authenticate", ["talk", "fresh", password, {}])).result;
    const { result: user } = await answer("admin", "res.users", "create", [
      { name: "Fresh", login: "fresh", password: "first-one" },
    ]);
    expect(await login("first-one")).toBe(user);
    await answer("admin", "res.users", "write", [[user], { password: "second-one" }]);
    expect([await login("first-one"), await login("second-one")]).toEqual([false, user]);
    expect((await answer("seller", "res.users", "change_password", ["wrong", "new"])).error?.data.name).toContain(
      "AccessDenied",
    );
    expect((await answer("seller", "res.users", "change_password", ["secret", "new"])).result).toBe(true);
    await answer("admin", "res.users", "write", [[user], { active: false }]);
    expect(await login("second-one")).toBe(false);
  });

  it("keeps companies apart", async () => {
    const { result: company } = await answer("admin", "res.company", "create", [{ name: "Second" }]);
    const context = { allowed_company_ids: [company] };
    const unauthorised = await answer("seller", "res.partner", "search", [[]], { context });
    expect(unauthorised.error?.data.message).toBe("Access to unauthorized or invalid companies.");
    const { result: partner } = await answer("admin", "res.partner", "create", [
      { name: "Theirs", company_id: company },
    ]);
    expect(await ask("res.partner", "search", [["id", "=", partner]])).toEqual([]);
    expect((await answer("admin", "res.partner", "search", [[["id", "=", partner]]])).result).toEqual([partner]);
    const read = await answer("admin", "res.partner", "read", [[partner], ["name"]], {
      context: { allowed_company_ids: [1] },
    });
    expect(read.error?.data.message).toContain("able to access the record by switching to the company: Second.");
    const mixed = await answer("admin", "sale.order", "create", [{ partner_id: partner }]);
    expect(mixed.error?.data.message).toContain(
      version === 18 ? "Incompatible companies on records:" : "Uh-oh! You’ve got some company inconsistencies here:",
    );
  });
});
