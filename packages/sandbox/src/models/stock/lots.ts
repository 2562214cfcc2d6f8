/** stock.lot: a lot or serial number of a product, once for each company (and once for none). */
import type { Env } from "../../orm/env.js";
import { validationError } from "../../orm/exceptions.js";
import type { Behaviour, Method, Values } from "../../orm/model.js";
import { find, numberOf, quantity, read, rowOf, unitOf } from "./rows.js";

const name = "stock.lot";

function refuseTwice(env: Env, ids: readonly number[]): void {
  const twice = new Set<string>();
  for (const id of ids) {
    const row = rowOf(env, name, id);
    const same = find(env, name, "name", row.name).filter((other) => {
      const item = rowOf(env, name, other);
      const shared = item.company_id === undefined || row.company_id === undefined;
      return item.product_id === row.product_id && (shared || item.company_id === row.company_id);
    });
    if (same.length < 2) continue;
    const product = read(env, "product.product", row.product_id, "display_name");
    twice.add(` - Product: ${product}, Lot/Serial Number: ${row.name}`);
  }
  if (twice.size === 0) return;
  throw validationError(
    "The combination of lot/serial number and product must be unique within a company including when no company is defined.\n" +
      `The following combinations contain duplicates:\n${[...twice].join("\n")}`,
  );
}

/** In 18 an override of create is no method of the model: over RPC ids come first, and the answer is Python's text. */
const createWithIds: Method = {
  until: 18,
  parameters: ["vals_list"],
  required: 1,
  owner: "own",
  call(env, model, _ids, { vals_list: given }) {
    const list = Array.isArray(given) ? (given as Values[]) : [given as Values];
    const made = env.db.operations.create(env, model, list);
    return `stock.lot(${made.join(", ")}${made.length === 1 ? "," : ""})`;
  },
};

function onHand(env: Env, lot: number): number {
  let total = 0;
  for (const id of find(env, "stock.quant", "lot_id", lot)) {
    const row = rowOf(env, "stock.quant", id);
    const { usage } = rowOf(env, "stock.location", row.location_id);
    if (usage === "internal" || usage === "transit") total += numberOf(row, "quantity");
  }
  return quantity(total);
}

export const lot: Behaviour = {
  model: name,
  namesSearched: ["name", "ref"],
  defaults: { name: (env) => String(env.db.nextInSequence("stock.lot.serial")).padStart(7, "0") },
  constraints: [{ fields: ["name", "product_id", "company_id"], check: refuseTwice }],
  computes: {
    product_qty: onHand,
    product_uom_id: (env, id) => unitOf(env, rowOf(env, name, id).product_id),
    quant_ids: (env, id) => find(env, "stock.quant", "lot_id", id),
    display_complete: (_env, id) => id > 0,
    company_currency_id: () => 1,
  },
  methods: { create: createWithIds },
};
