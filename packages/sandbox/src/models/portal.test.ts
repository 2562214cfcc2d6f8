/** Portal users: their own contact and company, their own documents, and nothing of anybody else's. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type OdooVersion, type Sandbox } from "../index.js";

describe.each<OdooVersion>([18, 19])("a portal user of %s", (version) => {
  let sandbox: Sandbox;
  let uid = 0;
  let own = 0;
  let company = 0;
  let stranger = 0;

  const call = async (login: string, model: string, method: string, ...args: unknown[]) => {
    const user = login === "portal" ? [uid, "k-portal"] : [2, "admin"];
    const params = { service: "object", method: "execute_kw", args: ["demo", ...user, model, method, args] };
    const response = await fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { data: { name: string } } };
    if (error) throw new Error(error.data.name);
    return result as never;
  };
  const admin = (model: string, method: string, ...args: unknown[]) => call("admin", model, method, ...args);
  const portal = (model: string, method: string, ...args: unknown[]) => call("portal", model, method, ...args);

  beforeAll(async () => {
    const user = { login: "portal", keys: [{ key: "k-portal" }], groups: ["base.group_portal"] };
    const seed = { users: [user] };
    sandbox = await createSandbox({ version, seed });
    const [row] = sandbox.records("res.users", [["login", "=", "portal"]], { fields: ["partner_id"] });
    uid = Number(row?.id);
    own = (row?.partner_id as number[] | undefined)?.[0] ?? 0;
    const made: number[] = await admin("res.partner", "create", [
      { name: "Azure", is_company: true },
      { name: "Stranger" },
    ]);
    [company = 0, stranger = 0] = made;
    await admin("res.partner", "write", [own], { parent_id: company });
  });
  afterAll(() => sandbox.close());

  it("sees itself, and no other user", async () => {
    expect(await portal("res.users", "search", [])).toEqual([uid]);
    await expect(portal("res.users", "read", [2], ["login"])).rejects.toThrow("AccessError");
  });

  it("sees the contacts of its company", async () => {
    const seen: number[] = await portal("res.partner", "search", []);
    expect([...seen].sort((a, b) => a - b)).toEqual([own, company].sort((a, b) => a - b));
    await expect(portal("res.partner", "read", [stranger], ["name"])).rejects.toThrow("AccessError");
    await expect(portal("res.partner", "write", [own], { name: "Other" })).rejects.toThrow("AccessError");
  });

  it("sees the orders that are its company's, with their lines", async () => {
    const line = [0, 0, { name: "One", price_unit: 1, display_type: false, product_id: await anyProduct() }];
    const [mine, theirs]: number[] = await admin("sale.order", "create", [
      { partner_id: company, order_line: [line] },
      { partner_id: stranger, order_line: [line] },
    ]);
    await admin("sale.order", "action_confirm", [mine, theirs]);
    expect(await portal("sale.order", "search", [])).toEqual([mine]);
    expect(await portal("sale.order.line", "search_count", [])).toBe(1);
    await expect(portal("sale.order", "read", [theirs], ["name"])).rejects.toThrow("AccessError");
    await expect(portal("sale.order", "create", { partner_id: own })).rejects.toThrow("AccessError");
  });

  it("sees invoices once they are posted", async () => {
    const line = [0, 0, { name: "One", price_unit: 10, quantity: 1 }];
    const invoice = (partner: number) => ({
      move_type: "out_invoice",
      partner_id: partner,
      invoice_line_ids: [line],
    });
    const [mine, theirs]: number[] = await admin("account.move", "create", [invoice(company), invoice(stranger)]);
    expect(await portal("account.move", "search", [])).toEqual([]);
    await admin("account.move", "action_post", [mine, theirs]);
    expect(await portal("account.move", "search", [])).toEqual([mine]);
    expect(await portal("account.move.line", "search_count", [["move_id", "!=", mine]])).toBe(0);
  });

  it("may not look at what is the staff's", async () => {
    for (const model of ["product.product", "crm.lead", "res.groups", "stock.quant", "account.journal"])
      await expect(portal(model, "search_count", []), model).rejects.toThrow("AccessError");
  });

  async function anyProduct(): Promise<number> {
    const [id = 0]: number[] = await admin("product.product", "create", [{ name: "One", type: "consu" }]);
    return id;
  }
});
