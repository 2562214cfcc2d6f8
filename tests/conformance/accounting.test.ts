/**
 * Invoices, payments and refunds, leads and messages, asked alike of the sandbox as administrator and of a
 * real Odoo whose user may post invoices. CONFORMANCE_ODOO_ACCOUNT_LOGIN and CONFORMANCE_ODOO_ACCOUNT_KEY
 * name that user where the suite's own (see targets.ts) has no accounting rights.
 */
import { createClient, type OdooClient } from "@odoorway/client";
import { OdoorwayError } from "@odoorway/core";
import { createSandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type Values = Record<string, unknown>;
interface Books {
  readonly name: string;
  open(): Promise<{ readonly odoo: OdooClient; close(): Promise<void> }>;
}

const admin = { login: "admin", keys: [{ key: "admin-key" }] };
const sandboxes: Books[] = ([18, 19] as const).map((version) => ({
  name: `sandbox ${version}`,
  async open() {
    const sandbox = await createSandbox({ version, seed: { users: [admin] } });
    const { url, database } = sandbox;
    const odoo = createClient({ url, database, login: "admin", apiKey: "admin-key", transport: "jsonrpc" });
    return { odoo, close: () => sandbox.close() };
  },
}));

function real(env: Readonly<Record<string, string | undefined>>): Books[] {
  const { CONFORMANCE_ODOO_URL: url = "", CONFORMANCE_ODOO_DB: database = "" } = env;
  if (url === "") return [];
  const login = env.CONFORMANCE_ODOO_ACCOUNT_LOGIN ?? env.CONFORMANCE_ODOO_LOGIN ?? "";
  const apiKey = env.CONFORMANCE_ODOO_ACCOUNT_KEY ?? env.CONFORMANCE_ODOO_API_KEY ?? "";
  const open = async () => ({
    odoo: createClient({ url, database, login, apiKey, transport: "jsonrpc" }),
    close: async () => {},
  });
  return [{ name: `Odoo at ${url}`, open }];
}

/** Whether the user may post invoices; a target without is named in the report and asked nothing more. */
const targets = await Promise.all(
  [...sandboxes, ...real(process.env)].map(async (target) => {
    const { odoo, close } = await target.open();
    const uid = await odoo.authenticate();
    const method = ["res.users", "has_group", [[uid], "account.group_account_invoice"]] as const;
    const mayPost = await odoo.call(...method).catch(() => false);
    await odoo.close();
    await close();
    return { ...target, mayPost: mayPost === true };
  }),
);

const leftOut = targets.filter(({ mayPost }) => !mayPost);
describe.each(leftOut)("$name", ({ open }) => {
  it("is left out: its user lacks the group account.group_account_invoice", async () => {
    const { odoo, close } = await open();
    await expect(odoo.call("account.move", "create", [{ move_type: "entry" }])).rejects.toBeInstanceOf(OdoorwayError);
    await odoo.close();
    await close();
  });
});

describe.each(targets.filter(({ mayPost }) => mayPost))("$name", ({ open }) => {
  let odoo: OdooClient;
  let close: () => Promise<void>;
  let partner = 0;

  beforeAll(async () => {
    ({ odoo, close } = await open());
    partner = await create("res.partner", { name: `conformance books ${Date.now()}` });
  });
  afterAll(async () => {
    await odoo.close();
    await close();
  });

  async function create(model: string, values: Values): Promise<number> {
    const ids = await odoo.call(model, "create", [[values]]);
    if (!Array.isArray(ids) || typeof ids[0] !== "number") throw new Error("create of a list answered no list of ids");
    return ids[0];
  }
  async function read(model: string, id: number, fields: string[]): Promise<Values> {
    const records = await odoo.call(model, "read", [[id], fields]);
    if (!Array.isArray(records)) throw new Error("read answered no list");
    return records[0] as Values;
  }
  async function refusal(model: string, method: string, args: unknown[]): Promise<string> {
    const error: unknown = await odoo.call(model, method, args).then(
      (value) => new Error(`answered ${JSON.stringify(value)}`),
      (reason: unknown) => reason,
    );
    if (error instanceof OdoorwayError) return JSON.stringify(error.evidence);
    throw error;
  }
  const invoice = (price: number, more: Values = {}) =>
    create("account.move", {
      ...{
        move_type: "out_invoice",
        partner_id: partner,
        invoice_line_ids: [[0, 0, { name: "Work", price_unit: price }]],
      },
      ...more,
    });

  it("posts an invoice: dated, numbered, owed", async () => {
    const id = await invoice(100);
    expect(await odoo.call("account.move", "action_post", [[id]])).toBe(false);
    const fields = ["state", "name", "amount_total", "amount_residual", "payment_state", "invoice_date"];
    expect(await read("account.move", id, fields)).toMatchObject({
      ...{ state: "posted", amount_total: 100, amount_residual: 100, payment_state: "not_paid" },
      ...{
        name: expect.stringMatching(/^INV\/\d{4}\/\d{5}$/),
        invoice_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    });
    expect(await refusal("account.move", "action_post", [[id]])).toContain("must be in draft");
    expect(await refusal("account.move", "write", [[id], { partner_id: 1 }])).toContain(
      "readonly fields on a posted move: partner_id",
    );
    expect(await refusal("account.move", "unlink", [[id]])).toContain("delete a posted journal item");
  });

  it("refuses to post nothing, nobody's and bills without a date", async () => {
    const nobody = await invoice(5, { partner_id: false });
    expect(await refusal("account.move", "action_post", [[nobody]])).toContain("Customer");
    const bill = await invoice(5, { move_type: "in_invoice" });
    expect(await refusal("account.move", "action_post", [[bill]])).toContain("The Bill/Refund date is required");
    for (const id of [nobody, bill]) expect(await odoo.call("account.move", "unlink", [[id]])).toBe(true);
  });

  it("refuses entries that do not balance", async () => {
    const accounts = (await odoo.call("account.account", "search", [
      [["account_type", "=", "asset_current"]],
    ])) as number[];
    const line_ids = [
      [0, 0, { name: "a", account_id: accounts[0], debit: 3 }],
      [0, 0, { name: "b", account_id: accounts[1], credit: 2 }],
    ];
    expect(await refusal("account.move", "create", [[{ line_ids }]])).toContain("not balanced");
  });

  it("pays an invoice in part and whole", async () => {
    const id = await invoice(100);
    await odoo.call("account.move", "action_post", [[id]]);
    const context = { active_model: "account.move", active_ids: [id] };
    for (const [amount, state] of [
      [40, "partial"],
      [60, "paid"],
    ] as const) {
      const wizards = await odoo.call("account.payment.register", "create", [[{ amount }]], { context });
      await odoo.call("account.payment.register", "action_create_payments", [wizards]);
      expect(await read("account.move", id, ["payment_state"])).toMatchObject({ payment_state: state });
    }
  });

  it("reverses an invoice by its refund", async () => {
    const id = await invoice(70);
    await odoo.call("account.move", "action_post", [[id]]);
    const { journal_id: journal } = await read("account.move", id, ["journal_id"]);
    const wizard = await create("account.move.reversal", {
      move_ids: [[6, 0, [id]]],
      journal_id: (journal as [number, string])[0],
    });
    const action = (await odoo.call("account.move.reversal", "refund_moves", [[wizard]])) as { res_id: number };
    await odoo.call("account.move", "action_post", [[action.res_id]]);
    expect(await read("account.move", id, ["payment_state", "amount_residual"])).toMatchObject({
      payment_state: "reversed",
      amount_residual: 0,
    });
  });

  it("cancels a draft and takes it back", async () => {
    const id = await invoice(9);
    await odoo.call("account.move", "button_cancel", [[id]]);
    expect(await read("account.move", id, ["state"])).toMatchObject({ state: "cancel" });
    await odoo.call("account.move", "button_draft", [[id]]);
    expect(await refusal("account.move", "button_draft", [[id]])).toContain("Only posted/cancelled journal entries");
    expect(await odoo.call("account.move", "unlink", [[id]])).toBe(true);
  });

  it("wins, loses and converts leads", async () => {
    const id = await create("crm.lead", { name: "conformance lead", type: "lead" });
    expect(await odoo.call("crm.lead", "convert_opportunity", [[id], false])).toBe(true);
    await odoo.call("crm.lead", "action_set_lost", [[id]]);
    expect(await read("crm.lead", id, ["type", "active", "probability"])).toMatchObject({
      type: "opportunity",
      active: false,
      probability: 0,
    });
    await odoo.call("crm.lead", "action_unarchive", [[id]]);
    await odoo.call("crm.lead", "action_set_won", [[id]]);
    expect(await read("crm.lead", id, ["active", "probability"])).toMatchObject({ active: true, probability: 100 });
    expect(await odoo.call("crm.lead", "unlink", [[id]])).toBe(true);
  });

  it("posts messages as plain text", async () => {
    await odoo.call("res.partner", "message_post", [[partner]], { body: "a <b>x</b>" });
    const domain = [
      ["model", "=", "res.partner"],
      ["res_id", "=", partner],
    ];
    const found = (await odoo.call("mail.message", "search_read", [domain, ["body"]])) as Values[];
    expect(found.map(({ body }) => body)).toEqual(["<p>a &lt;b&gt;x&lt;/b&gt;</p>", "<p>Contact created</p>"]);
    expect(await refusal("res.partner", "message_post", [[999999999]])).toContain("999999999");
  });
});
