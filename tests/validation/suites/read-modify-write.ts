/**
 * What was read can be written back: of every model that has a record, one record with all its fields, as the gateway
 * gives it and as Odoo itself does (false for empty, [id, name] pairs, sizes for files), is sent back unchanged, and is
 * the same afterwards. On a real Odoo the models are those of the sandbox without settings, users and technical ones.
 */
import { beforeAll, expect, it } from "vitest";
import type { Target, World } from "../world.js";

type Row = Record<string, unknown>;

/** When and by whom it was written last, and what follows from it. */
const moving = new Set(["write_date", "write_uid", "__last_update"]);

/** Not for a trial on a server that others use. */
const delicate = /^ir\.|^res\.(users|groups|company|lang|currency)|^decimal|^utm\.|\.register$|apikeys$/;

/** Records of the sandbox that lack what Odoo requires of them. */
const incomplete = new Set(["ir.cron"]);

/** Shelf's records that are in a state of their own, besides the newest record of each model. */
const documents: readonly [model: string, name: string][] = [
  ...["order", "confirmed", "cancelled", "locked", "delivered"].map((name) => ["sale.order", name] as [string, string]),
  ...["line", "confirmedline", "lockedline"].map((name) => ["sale.order.line", name] as [string, string]),
  ...["purchase", "purchased"].map((name) => ["purchase.order", name] as [string, string]),
  ...["invoice", "posted"].map((name) => ["account.move", name] as [string, string]),
  ...["invoiceline", "postedline"].map((name) => ["account.move.line", name] as [string, string]),
  ...["picking", "done"].map((name) => ["stock.picking", name] as [string, string]),
  ...["company", "partner", "other"].map((name) => ["res.partner", name] as [string, string]),
];

export function givesRecordsBack({ isReal }: Target, opened: () => World): void {
  let world: World;
  beforeAll(() => {
    world = opened();
  });

  async function candidates(): Promise<[model: string, id: number][]> {
    const answer = await world.ask("GET", "/v1/models");
    // The sandbox's own company was made without this date, which 18 requires.
    if (!isReal)
      await world.odoo.call("res.company", "write", [[world.ids.companyself], { account_opening_date: "2026-01-01" }]);
    const found: [string, number][] = documents.map(([model, name]) => [model, world.ids[name] ?? 0]);
    for (const { model } of answer.body.data) {
      if (!isReal && incomplete.has(model)) continue;
      if (isReal && (delicate.test(model) || !known.has(model))) continue;
      const ids = await world.odoo
        .call(model, "search", [[]], { limit: 1, order: "id desc", context: { active_test: false } })
        .catch(() => []);
      const [id] = ids as number[];
      if (id !== undefined && id > 0) found.push([model, id]);
    }
    return found;
  }

  it(
    "gives every record back as it was",
    async () => {
      const damage: string[] = [];
      const records = await candidates();
      for (const [model, id] of records) damage.push(...(await damageOf(world, model, id)));
      expect(damage).toEqual([]);
      expect(new Set(records.map(([model]) => model)).size).toBeGreaterThan(isReal ? 30 : 40);
    },
    isReal ? 900_000 : 240_000,
  );
}

async function damageOf(world: World, model: string, id: number): Promise<string[]> {
  const path = `/v1/records/${model}/${id}`;
  const described = await world.ask("GET", `/v1/models/${model}`);
  const readable = (await world.ask("GET", path)).body as unknown as Row;
  const writable = (described.body.fields as readonly { name: string; readonly: boolean; stored: boolean }[])
    .filter((field) => !field.readonly && field.stored)
    .map(({ name }) => name);
  const fields = [...new Set([...Object.keys(readable), ...writable])];
  const shown = `${path}?fields=${fields.join(",")}`;
  const first = await world.ask("GET", shown);
  // Nor may everybody read everything.
  if (first.status === 403) return [];
  if (first.status !== 200)
    return [`${model} ${id} cannot be read: ${first.status} ${first.body.code} ${first.body.cause}`];
  const before = JSON.parse(first.text) as Row;
  const problems: string[] = [];
  const compare = async (what: string, body: Row) => {
    const answer = await world.ask("PATCH", path, body);
    // Some tables nobody may write; that is no damage.
    if (answer.status !== 200 && answer.status !== 403) {
      const { code, cause, errors = [] } = answer.body;
      const told = errors.map((error) => `${error.pointer} ${error.code} (${error.cause})`).join("; ");
      problems.push(`${model} ${id} ${what} is refused: ${answer.status} ${told || `${code} ${cause}`}`.slice(0, 600));
    }
    const after = JSON.parse((await world.ask("GET", shown)).text) as Row;
    for (const name of fields)
      if (!moving.has(name) && JSON.stringify(after[name]) !== JSON.stringify(before[name]))
        problems.push(`${model} ${id} ${what}: ${name} was ${short(before[name])} and is ${short(after[name])}`);
  };
  await compare("as the gateway gives it", before);
  const [raw] = (await world.odoo.call(model, "read", [[id], fields], { context: { bin_size: true } })) as Row[];
  if (raw !== undefined) await compare("as Odoo gives it", raw);
  return problems;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Models of the sandbox, which a real Odoo is tried with. */
const known = new Set<string>([
  ...["res.partner", "res.partner.category", "res.partner.bank", "res.partner.industry", "res.bank", "res.country"],
  ...["res.country.state", "res.country.group", "product.template", "product.product", "product.category"],
  ...["product.pricelist", "product.pricelist.item", "product.tag", "product.attribute", "product.attribute.value"],
  ...["product.supplierinfo", "uom.uom", "sale.order", "sale.order.line", "account.move", "account.move.line"],
  ...["account.payment", "account.payment.term", "account.tax", "account.account", "account.journal"],
  ...["account.fiscal.position", "crm.lead", "crm.tag", "crm.stage", "crm.team", "crm.lost.reason", "stock.picking"],
  ...["stock.picking.type", "stock.move", "stock.move.line", "stock.quant", "stock.lot", "stock.location"],
  ...["stock.warehouse", "stock.warehouse.orderpoint", "stock.route", "stock.rule", "purchase.order"],
  ...["purchase.order.line", "mail.activity", "mail.activity.type", "mail.message"],
]);
