/**
 * The records that the cases speak of, made in any Odoo by ordinary calls: some fresh, some in the states in which a
 * document may no longer be changed. `clear` takes back what Odoo lets go of (a done transfer stays).
 */
import type { OdooClient } from "@odoorway/client";

/** Ids by the names that the tables use. */
export type Shelf = Readonly<Record<string, number>>;

export interface FilledShelf {
  readonly ids: Shelf;
  clear(): Promise<void>;
}

type Values = Readonly<Record<string, unknown>>;

export async function fillShelf(odoo: OdooClient): Promise<FilledShelf> {
  const ids: Record<string, number> = {};
  const made: [model: string, id: number][] = [];
  const create = async (name: string, model: string, values: Values) => {
    const [id = 0] = (await odoo.call(model, "create", [[values]])) as number[];
    made.push([model, id]);
    ids[name] = id;
    return id;
  };
  const first = async (name: string, model: string, domain: unknown[]) => {
    const [id] = (await odoo.call(model, "search", [domain], { limit: 1, order: "id" })) as number[];
    if (id !== undefined) ids[name] = id;
  };
  const read = async (model: string, id: number | undefined, field: string) => {
    const [row] = (await odoo.call(model, "read", [[id], [field]])) as Record<string, unknown>[];
    return row?.[field];
  };
  const act = (model: string, name: string, method: string) => odoo.call(model, method, [[ids[name]]]);

  await first("country", "res.country", [["code", "=", "BE"]]);
  await first("usa", "res.country", [["code", "=", "US"]]);
  await first("california", "res.country.state", [
    ["code", "=", "CA"],
    ["country_id", "=", ids.usa],
  ]);
  await first("usd", "res.currency", [["name", "=", "USD"]]);
  await first("stock", "stock.location", [["usage", "=", "internal"]]);
  await first("customers", "stock.location", [["usage", "=", "customer"]]);
  await first("deliveries", "stock.picking.type", [["code", "=", "outgoing"]]);
  await first("sales", "account.journal", [["type", "=", "sale"]]);
  await first("bank", "account.journal", [["type", "=", "bank"]]);
  await first("stage", "crm.stage", []);
  await first("call", "mail.activity.type", []);
  await first("partnermodel", "ir.model", [["model", "=", "res.partner"]]);
  await first("user", "res.users", [["login", "=", "admin"]]);
  await first("companyself", "res.company", []);

  const company = await create("company", "res.partner", { name: "Validation Company", is_company: true });
  const partner = await create("partner", "res.partner", { name: "Validation Ann", parent_id: company, ref: "VAL-1" });
  await create("other", "res.partner", { name: "Validation Bob", email: "bob@example.com" });
  await create("twin1", "res.partner", { name: "Validation Twin" });
  await create("twin2", "res.partner", { name: "Validation Twin" });
  await create("tag", "res.partner.category", { name: "Validation tag" });
  await create("prodcat", "product.category", { name: "Validation goods" });
  const product = await create("product", "product.product", { name: "Validation product", list_price: 10 });
  await create("storable", "product.product", { name: "Validation goods", is_storable: true });
  ids.template = ((await read("product.product", product, "product_tmpl_id")) as [number])[0];
  ids.unit = ((await read("product.product", product, "uom_id")) as [number])[0];
  const order_line = [[0, 0, { product_id: product, product_uom_qty: 2 }]];
  for (const name of ["order", "spare", "confirmed", "delivered", "cancelled", "locked"])
    await create(name, "sale.order", { partner_id: partner, order_line });
  ids.line = ((await read("sale.order", ids.order, "order_line")) as number[])[0] ?? 0;
  ids.confirmedline = ((await read("sale.order", ids.confirmed, "order_line")) as number[])[0] ?? 0;
  ids.lockedline = ((await read("sale.order", ids.locked, "order_line")) as number[])[0] ?? 0;
  await act("sale.order", "confirmed", "action_confirm");
  await act("sale.order", "cancelled", "action_cancel");
  await act("sale.order", "locked", "action_confirm");
  await act("sale.order", "locked", "action_lock");
  const bought = { partner_id: company, order_line: [[0, 0, { product_id: product, product_qty: 1, price_unit: 5 }]] };
  for (const name of ["purchase", "purchased"]) await create(name, "purchase.order", bought);
  ids.purchaseline = ((await read("purchase.order", ids.purchase, "order_line")) as number[])[0] ?? 0;
  ids.purchasedline = ((await read("purchase.order", ids.purchased, "order_line")) as number[])[0] ?? 0;
  await act("purchase.order", "purchased", "button_confirm");
  const invoice_line_ids = [[0, 0, { name: "Validation work", quantity: 2, price_unit: 50 }]];
  for (const name of ["invoice", "posted", "booked"])
    await create(name, "account.move", { move_type: "out_invoice", partner_id: partner, invoice_line_ids });
  ids.invoiceline = ((await read("account.move", ids.invoice, "invoice_line_ids")) as number[])[0] ?? 0;
  ids.postedline = ((await read("account.move", ids.posted, "invoice_line_ids")) as number[])[0] ?? 0;
  ids.bookedline = ((await read("account.move", ids.booked, "invoice_line_ids")) as number[])[0] ?? 0;
  await act("account.move", "posted", "action_post");
  await act("account.move", "booked", "action_post");
  await create("lead", "crm.lead", { name: "Validation lead", type: "opportunity" });
  await create("crmtag", "crm.tag", { name: "Validation crm tag" });
  const activity = { res_model_id: ids.partnermodel, res_id: partner, summary: "Validation", user_id: ids.user };
  await create("activity", "mail.activity", activity);
  await act("sale.order", "delivered", "action_confirm");
  ids.done = ((await read("sale.order", ids.delivered, "picking_ids")) as number[])[0] ?? 0;
  await act("stock.picking", "done", "action_assign");
  await odoo.call("stock.picking", "button_validate", [[ids.done]], { context: { skip_backorder: true } });
  ids.picking = ((await read("sale.order", ids.confirmed, "picking_ids")) as number[])[0] ?? 0;
  const gone = await create("gone", "res.partner", { name: "Validation gone" });
  await odoo.call("res.partner", "unlink", [[gone]]);
  made.pop();

  return {
    ids,
    async clear() {
      const quietly = (model: string, method: string, id: number) =>
        odoo.call(model, method, [[id]]).catch(() => undefined);
      for (const name of ["locked", "confirmed"]) {
        await quietly("sale.order", "action_unlock", ids[name] ?? 0);
        await odoo
          .call("sale.order", "action_cancel", [[ids[name]]], { context: { disable_cancel_warning: true } })
          .catch(() => undefined);
      }
      await quietly("purchase.order", "button_cancel", ids.purchased ?? 0);
      await quietly("purchase.order", "button_cancel", ids.purchase ?? 0);
      await quietly("account.move", "button_draft", ids.posted ?? 0);
      // What the cases make beside their own record, and Odoo takes only once.
      const tags = await odoo.call("product.tag", "search", [[["name", "=like", "Validation%"]]]);
      for (const id of tags as number[]) await quietly("product.tag", "unlink", id);
      for (const [model, id] of made.reverse())
        await odoo.call(model, "unlink", [[id]]).catch(() => quietly(model, "action_archive", id));
    },
  };
}
