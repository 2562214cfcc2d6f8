/** Invoices, refunds, payments and entries as real Odoo 18.0 and 19.0 servers were seen to keep them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../index.js";

type Values = Record<string, unknown>;

describe.each([18, 19] as const)("accounting of %i", (version) => {
  let sandbox: Sandbox;
  let partner = 0;

  beforeAll(async () => {
    sandbox = await createSandbox({
      version,
      seed: { db: "books", users: [{ login: "admin", keys: [{ key: "k" }] }] },
    });
    partner = Number(await ask("res.partner", "create", { name: "Azure" }));
  });
  afterAll(async () => sandbox.close());

  async function ask(model: string, method: string, ...args: unknown[]): Promise<unknown> {
    return (await answer(model, method, args, {})).result;
  }
  async function answer(model: string, method: string, args: unknown[], kwargs: Values) {
    const params = { service: "object", method: "execute_kw", args: ["books", 2, "k", model, method, args, kwargs] };
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers,
      body: JSON.stringify({ params }),
    });
    return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
  }
  const said = async (model: string, method: string, ...args: unknown[]) =>
    (await answer(model, method, args, {})).error?.data.message;
  const read = async (model: string, id: unknown, fields: string[]) =>
    ((await ask(model, "read", [id], fields)) as Values[])[0] ?? {};
  const line = (price: number, taxes: number[] = [], quantity = 1) => [
    ...[0, 0],
    { name: "Work", price_unit: price, quantity, tax_ids: [[6, 0, taxes]] },
  ];
  const invoice = (lines: unknown[], more: Values = {}) =>
    ask("account.move", "create", { move_type: "out_invoice", partner_id: partner, invoice_line_ids: lines, ...more });
  const posted = async (lines: unknown[] = [line(100)]) => {
    const id = await invoice(lines);
    await ask("account.move", "action_post", [id]);
    return id;
  };

  it("books income, tax and receivable of an invoice, and numbers it when it is posted", async () => {
    const id = await invoice([line(100, [1], 2), line(10)]);
    const fields = [
      "amount_untaxed",
      "amount_tax",
      "amount_total",
      "amount_residual",
      "state",
      "payment_state",
      "name",
    ];
    expect(await read("account.move", id, fields)).toMatchObject({
      ...{ amount_untaxed: 210, amount_tax: 30, amount_total: 240, amount_residual: 240 },
      ...{
        state: "draft",
        payment_state: "not_paid",
        name: version === 18 ? "INV/2026/00001".replace("2026", year()) : false,
      },
    });
    const lines = (await ask(
      "account.move.line",
      "search_read",
      [["move_id", "=", id]],
      [...["debit", "credit", "display_type"]],
    )) as Values[];
    expect(lines.map(({ debit, credit, display_type: kind }) => [kind, debit, credit])).toEqual([
      ["product", 0, 200],
      ["product", 0, 10],
      ["tax", 0, 30],
      ["payment_term", 240, 0],
    ]);
    expect(await ask("account.move", "action_post", [id])).toBe(false);
    expect(await read("account.move", id, ["state", "name", "payment_reference", "display_name"])).toMatchObject({
      ...{ state: "posted", name: `INV/${year()}/00001`, payment_reference: `INV/${year()}/00001` },
      display_name: `INV/${year()}/00001`,
    });
  });

  it("takes name, price and taxes from the product", async () => {
    const product = await ask("product.product", "create", { name: "Desk", list_price: 80 });
    const id = await invoice([[0, 0, { product_id: product }]]);
    const [first] = (await ask(
      "account.move.line",
      "search_read",
      [["move_id", "=", id]],
      ["name", "price_unit", "tax_ids"],
    )) as Values[];
    expect(first).toMatchObject({ name: "Desk", price_unit: 80, tax_ids: [1] });
  });

  it("rounds each line in 18 and the document in 19", async () => {
    const id = await invoice([line(0.05, [1]), line(0.05, [1]), line(0.05, [1])]);
    expect((await read("account.move", id, ["amount_tax"])).amount_tax).toBe(version === 18 ? 0.03 : 0.02);
  });

  it("takes included, fixed, division and grouped taxes", async () => {
    const tax = async (values: Values) =>
      Number(await ask("account.tax", "create", { name: `t${Math.random()}`, ...values }));
    const included = await tax({ amount: 20, price_include_override: "tax_included" });
    const fixed = await tax({ amount: 2, amount_type: "fixed" });
    const division = await tax({ amount: 10, amount_type: "division" });
    const raising = await tax({ amount: 5, include_base_amount: true, sequence: 0, type_tax_use: "none" });
    const raised = await tax({ amount: 10, type_tax_use: "none" });
    const group = await tax({ amount_type: "group", children_tax_ids: [[6, 0, [raised, raising]]] });
    const totals = async (lines: unknown[]) => {
      const { id: _id, ...amounts } = await read("account.move", await invoice(lines), [
        "amount_untaxed",
        "amount_total",
      ]);
      return Object.values(amounts);
    };
    expect(await totals([line(99.99, [included], 3)])).toEqual([249.97, 299.97]);
    expect(await totals([line(10, [fixed], 4)])).toEqual([40, 48]);
    expect(await totals([line(90, [division])])).toEqual([90, 100]);
    expect(await totals([line(100, [group])])).toEqual([100, 115.5]);
    expect(await totals([line(100, [1, included])])).toEqual([83.33, 112.5]);
  });

  it("splits an amount into the instalments of its term", async () => {
    const { result } = await answer(
      "ir.model.data",
      "check_object_reference",
      ["account", "account_payment_term_advance_60days"],
      {},
    );
    const term = (result as [string, number])[1];
    const id = await invoice([line(100, [1])], { invoice_date: "2026-01-31", invoice_payment_term_id: term });
    const due = (await ask(
      "account.move.line",
      "search_read",
      [
        ["move_id", "=", id],
        ["display_type", "=", "payment_term"],
      ],
      ["debit", "date_maturity"],
    )) as Values[];
    expect(due.map(({ debit, date_maturity: day }) => [day, debit]).sort()).toEqual([
      ["2026-01-31", 34.5],
      ["2026-04-01", 80.5],
    ]);
    expect((await read("account.move", id, ["invoice_date_due"])).invoice_date_due).toBe("2026-04-01");
  });

  it("refuses to post what is not complete, and to post twice", async () => {
    const empty = await invoice([]);
    expect(await said("account.move", "action_post", [empty])).toBe(
      version === 18 ? "You need to add a line before posting." : "Even magicians can't post nothing!",
    );
    const nobody = await invoice([line(1)], { partner_id: false });
    expect(await said("account.move", "action_post", [nobody])).toMatch(/'Customer'.* is required/);
    const bill = await invoice([line(1)], { move_type: "in_invoice" });
    expect(await said("account.move", "action_post", [bill])).toBe(
      "The Bill/Refund date is required to validate this document.",
    );
    const negative = await invoice([line(-3)]);
    expect(await said("account.move", "action_post", [negative])).toContain("negative total amount");
    const id = await posted();
    expect(await said("account.move", "action_post", [id])).toMatch(
      /^The entry INV\/\d+\/\d+ \(id \d+\) must be in draft\.$/,
    );
  });

  it("protects what is posted", async () => {
    const id = await posted();
    const { line_ids: lines } = await read("account.move", id, ["line_ids"]);
    const [first] = lines as number[];
    expect(await said("account.move", "write", [id], { partner_id: 3 })).toBe(
      "You cannot modify the following readonly fields on a posted move: partner_id",
    );
    expect(await said("account.move", "unlink", [id])).toContain("You can't delete a posted journal item.");
    expect(await said("account.move.line", "unlink", [first])).toContain("You can't delete a posted journal item.");
    expect(await said("account.move.line", "write", [first], { tax_ids: [[6, 0, [1]]] })).toContain(
      "You cannot modify the taxes",
    );
    expect(await ask("account.move", "write", [id], { ref: "seen" })).toBe(true);
  });

  it("goes from posted to draft and to cancelled, and keeps its number", async () => {
    const id = await posted();
    const { name } = await read("account.move", id, ["name"]);
    await ask("account.move", "button_draft", [id]);
    expect(await read("account.move", id, ["state", "name"])).toMatchObject({ state: "draft", name });
    expect(await said("account.move", "button_draft", [id])).toBe(
      "Only posted/cancelled journal entries can be reset to draft.",
    );
    await ask("account.move", "button_cancel", [id]);
    expect(await read("account.move", id, ["state", "name"])).toMatchObject({ state: "cancel", name });
    expect(await said("account.move", "action_post", [id])).toContain("must be in draft");
  });

  it("refuses entries that do not balance, in the words of the version", async () => {
    const entry = (credit: number) => ({
      line_ids: [
        [0, 0, { name: "a", account_id: 1, debit: 3 }],
        [0, 0, { name: "b", account_id: 2, credit }],
      ],
    });
    expect(await said("account.move", "create", entry(2))).toContain(
      version === 18 ? "is not balanced.\nThe total of debits equals $\u00a03.00" : "The entry is not balanced.",
    );
    const id = await ask("account.move", "create", entry(3));
    expect(await ask("account.move", "action_post", [id])).toBe(false);
    expect((await read("account.move", id, ["name"])).name).toMatch(/^MISC\/\d{4}\/\d\d\/0001$/);
  });

  it("is paid in part and whole by the wizard, which has nothing left to do then", async () => {
    const id = await posted();
    const context = { active_model: "account.move", active_ids: [id] };
    const pay = async (values: Values) => {
      const { result, error } = await answer("account.payment.register", "create", [values], { context });
      return error ? error.data.message : ask("account.payment.register", "action_create_payments", [result]);
    };
    expect(await pay({ amount: 40 })).toMatchObject({ res_model: "account.payment", view_mode: "form" });
    expect(await read("account.move", id, ["payment_state", "amount_residual"])).toMatchObject({
      payment_state: "partial",
      amount_residual: 60,
    });
    const action = (await pay({})) as { res_id: number };
    expect(await read("account.move", id, ["payment_state", "amount_residual"])).toMatchObject({
      payment_state: "paid",
      amount_residual: 0,
    });
    expect(await read("account.payment", action.res_id, ["state", "amount", "reconciled_invoice_ids"])).toMatchObject({
      ...{ state: "paid", amount: 60, reconciled_invoice_ids: [id] },
    });
    expect(await pay({})).toMatch(/nothing left to pay/);
    await ask("account.move", "button_draft", [id]);
    expect((await read("account.move", id, ["payment_state"])).payment_state).toBe(
      version === 18 ? "not_paid" : "paid",
    );
  });

  it("is reversed by a refund that is posted", async () => {
    const id = await posted();
    const { name } = await read("account.move", id, ["name"]);
    const wizard = await ask("account.move.reversal", "create", {
      move_ids: [[6, 0, [id]]],
      journal_id: 1,
      reason: "oops",
    });
    const { res_id: refund } = (await ask("account.move.reversal", "refund_moves", [wizard])) as { res_id: number };
    expect(await read("account.move", refund, ["state", "move_type", "ref", "amount_total_signed"])).toMatchObject({
      ...{ state: "draft", move_type: "out_refund", ref: `Reversal of: ${name}, oops`, amount_total_signed: -100 },
    });
    await ask("account.move", "action_post", [refund]);
    expect((await read("account.move", id, ["payment_state"])).payment_state).toBe("reversed");
    expect(await read("account.move", refund, ["payment_state", "name"])).toMatchObject({
      payment_state: "paid",
      name: expect.stringMatching(/^RINV\//),
    });
  });

  it("is made from a confirmed order, once", async () => {
    const product = await ask("product.product", "create", {
      name: "Hour",
      type: "service",
      list_price: 10,
      invoice_policy: "order",
    });
    const order = await ask("sale.order", "create", {
      partner_id: partner,
      order_line: [[0, 0, { product_id: product, product_uom_qty: 3 }]],
    });
    const make = async () => {
      const wizard = await ask("sale.advance.payment.inv", "create", { sale_order_ids: [[6, 0, [order]]] });
      return answer("sale.advance.payment.inv", "create_invoices", [[wizard]], {});
    };
    expect((await make()).error?.data.message).toContain("No items are available to invoice.");
    await ask("sale.order", "action_confirm", [order]);
    expect((await read("sale.order", order, ["invoice_status"])).invoice_status).toBe("to invoice");
    const { result } = await make();
    const { res_id: made } = result as { res_id: number };
    expect(await read("sale.order", order, ["invoice_status", "invoice_ids", "invoice_count"])).toMatchObject({
      ...{ invoice_status: "invoiced", invoice_ids: [made], invoice_count: 1 },
    });
    expect((await read("account.move", made, ["amount_total"])).amount_total).toBe(34.5);
    expect((await make()).error?.data.message).toContain("No items are available to invoice.");
  });

  const year = () => new Date().toISOString().slice(0, 4);
});
