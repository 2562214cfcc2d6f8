/**
 * Which fields may be written. What Odoo 18 and 19 were seen to do with each kind over RPC:
 *
 * - id, create_uid, create_date, write_uid, write_date, parent_path: ignored in silence.
 * - computed and not stored, without inverse (`readonly`, not `stored`): ignored in silence.
 * - computed or related and stored, `readonly`: the value is written, and lost at the next recomputation
 *   (sale.order's amount_total).
 * - plain and stored, `readonly` (sale.order's state): written as it is. That skips what the button
 *   does: an order written to `sale` has no delivery. The button's method is the way, so it is refused too.
 *
 * So everything `readonly` is refused, with three exceptions. Names and links that are shown as readonly and kept as given (a file's
 * mimetype) may be given. A readonly field that is required and stored may be given
 * on create: there is no record without it (pos.order's amounts), or its default is only one of several right ones
 * (account.move's move_type, a journal's company); the state is none of them. And a
 * user without the right to write sees every field as readonly: then the plain ones pass, for Odoo's
 * own refusal names the missing right, which is the true cause.
 */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { isComputed, needsValue } from "./fields-get.js";

/** Read-only on the screen alone: Odoo keeps what is given (seen on 18.0 and 19.0), and no button does more. */
const givenAllTheSame: ReadonlyMap<string, readonly string[]> = new Map([
  ["ir.attachment", ["mimetype"]],
  ["account.move", ["invoice_origin", "reversed_entry_id"]],
  ["stock.picking", ["name"]],
  ["calendar.event", ["videocall_location"]],
  ["mail.activity", ["automated"]],
  // 18.0 takes the factor from it.
  ["uom.uom", ["factor_inv"]],
]);
const magic = new Set(["id", "create_uid", "create_date", "write_uid", "write_date", "__last_update", "parent_path"]);

/** A field that may be written on create, on write. */
export interface Writable {
  readonly create: boolean;
  readonly write: boolean;
}

export function writableFields(metadata: ModelMetadata): (field: FieldMetadata) => Writable {
  const rightless = Object.values(metadata.fields).every((field) => field.readonly);
  return (field) => {
    if (magic.has(field.name)) return { create: false, write: false };
    if (!field.readonly || givenAllTheSame.get(metadata.model)?.includes(field.name))
      return { create: true, write: true };
    if (!field.stored || isComputed(field)) return { create: false, write: false };
    if (rightless) return { create: true, write: true };
    const choice = field.type === "selection" || field.type === "many2one";
    const mayDiffer = !metadata.filled.has(field.name) || (choice && field.name !== "state");
    return { create: needsValue(field) && mayDiffer, write: false };
  };
}
