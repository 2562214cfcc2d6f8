/**
 * A transfer's way, told by its moves: draft (one is draft, or there are none) -> confirmed (waiting for goods) ->
 * assigned (ready: all in hand, or some where partial delivery will do) -> done, or cancel when all moves are.
 *
 * button_validate confirms a draft and takes what was asked for; refuses a transfer without moves or with nothing
 * in hand; picks everything where nothing is picked; asks for a backorder where less than asked for would go; and
 * does the moves. The answer to that question comes from stock.backorder.confirmation.
 */
import { type Env, modelOf, sudo, withContext } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { cancelMoves, confirmMoves } from "./confirm.js";
import { doneMoves } from "./done.js";
import { linesOf, reserve, setInHand } from "./reserve.js";
import { book, find, givesFreely, numberOf, rowOf, trackingOf } from "./rows.js";

const name = "stock.picking";

export function movesOf(env: Env, picking: number): readonly number[] {
  return find(env, "stock.move", "picking_id", picking);
}

export function stateOf(env: Env, picking: number): string {
  const rows = movesOf(env, picking).map((move) => rowOf(env, "stock.move", move));
  const states = rows.map((row) => String(row.state));
  if (states.length === 0 || states.includes("draft")) return "draft";
  if (states.every((state) => state === "cancel")) return "cancel";
  if (states.every((state) => state === "cancel" || state === "done")) return "done";
  const row = rowOf(env, name, picking);
  if (givesFreely(env, row.location_id)) return "assigned";
  const open = rows.filter((move) => move.state !== "cancel" && move.state !== "done");
  const isWaiting = (move: (typeof open)[number]) =>
    move.state === "confirmed" && numberOf(move, "product_uom_qty") > 0;
  if (row.move_type === "one") return open.every((move) => move.state === "assigned") ? "assigned" : "confirmed";
  return open.every(isWaiting) ? "confirmed" : "assigned";
}

export function confirmPickings(env: Env, pickings: readonly number[]): void {
  for (const picking of pickings) confirmMoves(sudo(env), movesOf(env, picking));
}

export function assignPickings(env: Env, pickings: readonly number[]): void {
  confirmPickings(
    env,
    pickings.filter((picking) => stateOf(env, picking) === "draft"),
  );
  const open = pickings.flatMap((picking) =>
    movesOf(env, picking).filter(
      (move) => !["draft", "cancel", "done"].includes(String(rowOf(env, "stock.move", move).state)),
    ),
  );
  if (open.length === 0) throw userError("Nothing to check the availability for.");
  reserve(sudo(env), open);
}

export function cancelPickings(env: Env, pickings: readonly number[]): void {
  for (const picking of pickings) cancelMoves(sudo(env), movesOf(env, picking));
}

export function validatePickings(env: Env, asked: readonly number[]): unknown {
  const passesOver = env.db.profile.logistics.validatesDoneAgain;
  const pickings = passesOver ? asked.filter((picking) => stateOf(env, picking) !== "done") : asked;
  for (const picking of pickings) {
    if (stateOf(env, picking) !== "draft") continue;
    confirmPickings(env, [picking]);
    for (const move of movesOf(env, picking)) {
      const row = rowOf(env, "stock.move", move);
      if (numberOf(row, "quantity") === 0) setInHand(sudo(env), move, numberOf(row, "product_uom_qty"));
    }
  }
  for (const picking of pickings) refuseNothing(env, picking);
  for (const picking of pickings) pickAll(env, picking);
  if (!truthy(env.context.skip_backorder)) {
    const short = pickings.filter((picking) => isShort(env, picking));
    if (short.length > 0) return backorderQuestion(env, asked, short);
  }
  const unwanted = env.context.picking_ids_not_to_backorder;
  for (const picking of pickings) {
    const type = rowOf(env, "stock.picking.type", rowOf(env, name, picking).picking_type_id);
    const isUnwanted = Array.isArray(unwanted) && unwanted.includes(picking) && type.create_backorder !== "always";
    book(env, name, picking, { scheduled_date: modelOf(env, name).behaviour.computes?.scheduled_date?.(env, picking) });
    doneMoves(sudo(env), movesOf(env, picking), isUnwanted || type.create_backorder === "never");
    book(env, name, picking, { date_done: env.db.now(), priority: "0" });
  }
  return true;
}

function refuseNothing(env: Env, picking: number): void {
  const moves = movesOf(env, picking);
  if (moves.length === 0)
    throw userError("You can’t validate an empty transfer. Please add some products to move before proceeding.");
  const open = moves.filter((move) => !["done", "cancel"].includes(String(rowOf(env, "stock.move", move).state)));
  if (open.every((move) => numberOf(rowOf(env, "stock.move", move), "quantity") === 0))
    throw userError(env.db.profile.logistics.says.nothingReserved);
}

/** Where nothing is picked, all is; tracked lines count only with their lot, which the moves see to. */
function pickAll(env: Env, picking: number): void {
  const moves = movesOf(env, picking);
  if (moves.some((move) => rowOf(env, "stock.move", move).picked === true)) return;
  for (const move of moves) {
    for (const line of linesOf(env, move)) book(env, "stock.move.line", line, { picked: true });
    book(env, "stock.move", move, { picked: true });
  }
}

function isShort(env: Env, picking: number): boolean {
  const type = rowOf(env, "stock.picking.type", rowOf(env, name, picking).picking_type_id);
  if (type.create_backorder !== "ask") return false;
  return movesOf(env, picking).some((move) => {
    const row = rowOf(env, "stock.move", move);
    if (row.state === "cancel") return false;
    const asked = numberOf(row, "product_uom_qty");
    return (asked !== 0 && row.picked !== true) || numberOf(row, "quantity") < asked;
  });
}

function backorderQuestion(env: Env, asked: readonly number[], short: readonly number[]): Values {
  const view = env.db.profile.logistics.backorderView;
  return {
    name: "Create Backorder?",
    type: "ir.actions.act_window",
    view_mode: "form",
    res_model: "stock.backorder.confirmation",
    views: [[view, "form"]],
    view_id: view,
    target: "new",
    context: {
      ...env.context,
      button_validate_picking_ids: env.context.button_validate_picking_ids ?? asked,
      default_show_transfers: false,
      default_pick_ids: short.map((picking) => [4, picking]),
    },
  };
}

/** The next name of a picking type, after its sequence. */
export function nextName(env: Env, type: unknown): string | false {
  const row = rowOf(env, "stock.picking.type", type);
  if (row.sequence_code === undefined) return false;
  const sequence = rowOf(env, "ir.sequence", row.sequence_id);
  const count = env.db.nextInSequence(`stock.picking.type ${String(type)}`);
  return `${sequence.prefix ?? row.sequence_code}${String(count).padStart(Number(sequence.padding ?? 5), "0")}`;
}

/** Validates again as the wizard's context says, without asking. */
export function validateAnswered(env: Env, without: readonly number[]): unknown {
  const waiting = env.context.button_validate_picking_ids;
  if (!Array.isArray(waiting) || waiting.length === 0) return true;
  const known = modelOf(env, name).table.rows;
  const ids = waiting.filter((id): id is number => typeof id === "number" && known.has(id));
  const more = without.length > 0 ? { picking_ids_not_to_backorder: without } : {};
  return validatePickings(withContext(env, { skip_backorder: true, ...more }), ids);
}

export function hasTracking(env: Env, picking: number): boolean {
  return movesOf(env, picking).some((move) => trackingOf(env, rowOf(env, "stock.move", move).product_id) !== "none");
}
