/** What ties the moves of an order together: a procurement group in 18, a reference in 19, each named after the order. */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Value } from "../../orm/fields.js";
import type { Values } from "../../orm/model.js";
import { book, rowOf } from "./rows.js";

/** Columns of the order that hold its group or reference. */
interface Ties {
  readonly group: string;
  readonly references: string;
  /** The field of stock.reference that points back. */
  readonly back: string;
}

const ties: Readonly<Record<string, Ties>> = {
  "sale.order": { group: "procurement_group_id", references: "stock_reference_ids", back: "sale_ids" },
  "purchase.order": { group: "group_id", references: "reference_ids", back: "purchase_ids" },
};

/** What a move of the order carries; makes the group at the first of them. */
export function tieOf(env: Env, model: string, order: number): Values {
  const names = ties[model];
  const row = rowOf(env, model, order);
  if (!names) return {};
  const trusted = sudo(env);
  if (env.db.models.has("procurement.group")) {
    let group: Value | undefined = row[names.group];
    if (group === undefined) {
      const values = { name: row.name, move_type: row.picking_policy ?? "direct", partner_id: row.partner_id };
      const more = model === "sale.order" ? { sale_id: order } : {};
      [group] = env.db.operations.create(trusted, modelOf(env, "procurement.group"), [{ ...values, ...more }]);
      book(env, model, order, { [names.group]: group });
    }
    return { group_id: group };
  }
  let known = row[names.references];
  if (typeof known !== "object") {
    const values = { name: row.name, [names.back]: [[6, 0, [order]]] };
    known = env.db.operations.create(trusted, modelOf(env, "stock.reference"), [values]);
    book(env, model, order, { [names.references]: known });
  }
  return { reference_ids: [[6, 0, known]] };
}
