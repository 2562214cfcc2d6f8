/**
 * The wizards of transfers: stock.backorder.confirmation answers what button_validate asks (process keeps what is
 * short for later, process_cancel_backorder gives it up), and stock.return.picking makes the transfer that brings
 * goods back: its lines are those of the transfer, with nothing to return until a quantity is written.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError, valueError } from "../../orm/exceptions.js";
import type { Behaviour } from "../../orm/model.js";
import { confirmMoves } from "./confirm.js";
import { button, find, numberOf, read, rowOf } from "./rows.js";
import { movesOf, nextName, validateAnswered } from "./transfer.js";

const backorderModel = "stock.backorder.confirmation";
const backorderLine = "stock.backorder.confirmation.line";
const returnModel = "stock.return.picking";
const returnLine = "stock.return.picking.line";

function pickingsOf(env: Env, wizard: number): readonly number[] {
  const pickings = rowOf(env, backorderModel, wizard).pick_ids;
  return typeof pickings === "object" ? pickings : [];
}

export const backorderConfirmation: Behaviour = {
  model: backorderModel,
  afterCreate(env, ids) {
    for (const wizard of ids)
      for (const picking of pickingsOf(env, wizard)) {
        if (find(env, backorderLine, "backorder_confirmation_id", wizard).length >= pickingsOf(env, wizard).length)
          break;
        const line = { backorder_confirmation_id: wizard, picking_id: picking, to_backorder: true };
        env.db.operations.create(sudo(env), modelOf(env, backorderLine), [line]);
      }
  },
  methods: {
    process: button((env, ids) => {
      const lines = ids.flatMap((id) => [...find(env, backorderLine, "backorder_confirmation_id", id)]);
      const refused = lines.filter((line) => rowOf(env, backorderLine, line).to_backorder !== true);
      return validateAnswered(
        env,
        refused.map((line) => numberOf(rowOf(env, backorderLine, line), "picking_id")),
      );
    }),
    process_cancel_backorder: button((env, ids) =>
      validateAnswered(
        env,
        ids.flatMap((id) => [...pickingsOf(env, id)]),
      ),
    ),
  },
};

/** The lines of the wizard, from the done moves of its transfer. */
function fill(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const picking = rowOf(env, returnModel, id).picking_id;
    if (typeof picking !== "number") {
      if (env.db.profile.logistics.lotCreateTakesIds) throw valueError("Expected singleton: stock.picking()");
      continue;
    }
    if (find(env, returnLine, "wizard_id", id).length > 0) continue;
    for (const move of movesOf(env, picking)) {
      const row = rowOf(env, "stock.move", move);
      if (row.state !== "done") continue;
      const line = { wizard_id: id, move_id: move, product_id: row.product_id, quantity: 0, to_refund: true };
      env.db.operations.create(sudo(env), modelOf(env, returnLine), [line]);
    }
  }
}

function createReturn(env: Env, wizard: number, takesAll: boolean): unknown {
  const { rows } = modelOf(env, returnLine).table;
  const lines = find(env, returnLine, "wizard_id", wizard);
  const source = numberOf(rowOf(env, returnModel, wizard), "picking_id");
  const amount = (line: number) => {
    const row = rows.get(line) ?? {};
    return takesAll ? numberOf(rowOf(env, "stock.move", row.move_id), "quantity") : numberOf(row, "quantity");
  };
  if (lines.every((line) => amount(line) === 0)) throw userError("Please specify at least one non-zero quantity.");
  const from = rowOf(env, "stock.picking", source);
  const type = rowOf(env, "stock.picking.type", from.picking_type_id);
  const back = type.return_picking_type_id ?? from.picking_type_id;
  const values = {
    picking_type_id: back,
    name: nextName(env, back),
    location_id: from.location_dest_id,
    location_dest_id: from.location_id,
    partner_id: from.partner_id ?? false,
    origin: `Return of ${from.name}`,
    return_id: source,
    user_id: false,
  };
  const trusted = sudo(env);
  const [made = 0] = env.db.operations.create(trusted, modelOf(env, "stock.picking"), [values]);
  const moves = modelOf(env, "stock.move");
  for (const line of lines.filter((item) => amount(item) !== 0)) {
    const of = rowOf(env, "stock.move", rows.get(line)?.move_id);
    const move = {
      ...(moves.fields.has("name") ? { name: values.name } : {}),
      picking_id: made,
      product_id: of.product_id,
      product_uom: of.product_uom,
      product_uom_qty: amount(line),
      location_id: of.location_dest_id,
      location_dest_id: of.location_id,
      origin_returned_move_id: rows.get(line)?.move_id,
      sale_line_id: of.sale_line_id ?? false,
      purchase_line_id: of.purchase_line_id ?? false,
      to_refund: rows.get(line)?.to_refund === true,
    };
    env.db.operations.create(trusted, moves, [move]);
  }
  confirmMoves(trusted, movesOf(env, made));
  return {
    name: "Returned Picking",
    view_mode: "form",
    res_model: "stock.picking",
    res_id: made,
    type: "ir.actions.act_window",
    context: { ...env.context },
  };
}

export const returnPicking: Behaviour = {
  model: returnModel,
  precompute(env, values) {
    const { active_id: active, active_model: model } = env.context;
    if (!values.picking_id && model === "stock.picking" && typeof active === "number") values.picking_id = active;
  },
  afterCreate: fill,
  methods: {
    action_create_returns: button((env, ids) => createReturn(env, ids[0] ?? 0, false)),
    action_create_returns_all: button((env, ids) => createReturn(env, ids[0] ?? 0, true), { since: 19 }),
  },
};

export const returnPickingLine: Behaviour = {
  model: returnLine,
  displayName: (env, id) =>
    String(read(env, "product.product", rowOf(env, returnLine, id).product_id, "display_name") || ""),
  computes: {
    move_quantity: (env, id) => numberOf(rowOf(env, "stock.move", rowOf(env, returnLine, id).move_id), "quantity"),
    uom_id: (env, id) => rowOf(env, "stock.move", rowOf(env, returnLine, id).move_id).product_uom ?? false,
  },
};
