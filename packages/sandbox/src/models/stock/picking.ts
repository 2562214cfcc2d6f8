/** stock.picking: a transfer of goods. Its states and buttons are told in transfer.ts. */
import { checkAccess } from "../../orm/access.js";
import { datetime } from "../../orm/convert.js";
import { type Env, modelOf } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { copiedWith } from "../creation.js";
import { unreserve } from "./reserve.js";
import { book, button, find, read, rowOf } from "./rows.js";
import {
  assignPickings,
  cancelPickings,
  confirmPickings,
  hasTracking,
  movesOf,
  nextName,
  stateOf,
  validatePickings,
} from "./transfer.js";

const name = "stock.picking";
const notCopied = [
  "name",
  "date_done",
  "backorder_id",
  "return_id",
  "scheduled_date",
  "printed",
  "is_locked",
  "user_id",
];
const notCopiedMove = [
  ...["state", "quantity", "picked", "reference", "origin_returned_move_id", "sale_line_id", "purchase_line_id"],
  ...["date", "reservation_date", "date_deadline"],
];

function complete(env: Env, values: Values): void {
  const type = rowOf(env, "stock.picking.type", values.picking_type_id);
  if (!values.name || values.name === "/") values.name = nextName(env, values.picking_type_id) || "/";
  values.location_id ||= type.default_location_src_id ?? false;
  values.location_dest_id ||= type.default_location_dest_id ?? false;
  values.move_type ??= type.move_type ?? "direct";
  values.date ??= env.db.now();
}

/** The date of a transfer is that of its open moves: the first, or the last where all goes at once. */
function scheduled(env: Env, id: number): Read {
  const rows = movesOf(env, id).map((move) => rowOf(env, "stock.move", move));
  const open = rows.filter((row) => row.state !== "done" && row.state !== "cancel");
  const { scheduled_date: own, move_type: type, create_date: made } = rowOf(env, name, id);
  if (open.length === 0 && own !== undefined) return own;
  const dates = (open.length > 0 ? open : rows)
    .flatMap((row) => row.date ?? [])
    .map(String)
    .sort();
  return (type === "one" ? dates.at(-1) : dates[0]) ?? own ?? made ?? false;
}

function refuseWrite(env: Env, ids: readonly number[], values: Values): void {
  const states = ids.map((id) => stateOf(env, id));
  const isClosed = states.some((state) => state === "done" || state === "cancel");
  if (values.picking_type_id && isClosed)
    throw userError("Changing the operation type of this record is forbidden at this point.");
  if ("scheduled_date" in values && isClosed && env.db.profile.logistics.keepsSchedule)
    throw userError("You cannot change the Scheduled Date on a done or cancelled transfer.");
  if (!values.picking_type_id) return;
  for (const id of ids)
    if (rowOf(env, name, id).picking_type_id !== values.picking_type_id)
      values.name = nextName(env, values.picking_type_id);
}

/** What a transfer says of itself, its moves say too. */
function follow(env: Env, ids: readonly number[], values: Values): void {
  const moves = ids.flatMap((id) => [...movesOf(env, id)]);
  const shared = ["location_id", "location_dest_id", "partner_id"].filter((field) => field in values);
  const given = Object.fromEntries(shared.map((field) => [field, values[field]]));
  if (shared.length > 0) env.db.operations.write(env, modelOf(env, "stock.move"), moves, given);
}

/** The order that a transfer delivers or receives, by the lines of its moves. */
function orderOf(field: string, line: string) {
  return (env: Env, id: number): Read => {
    for (const move of movesOf(env, id)) {
      const order = rowOf(env, line, rowOf(env, "stock.move", move)[field]).order_id;
      if (order !== undefined) return order;
    }
    return false;
  };
}

function availability(env: Env, id: number): boolean | undefined {
  const state = stateOf(env, id);
  const { code } = rowOf(env, "stock.picking.type", rowOf(env, name, id).picking_type_id);
  if (code !== "outgoing" || !["waiting", "confirmed", "assigned"].includes(state)) return undefined;
  return movesOf(env, id).every((move) => {
    const row = rowOf(env, "stock.move", move);
    return row.state === "cancel" || Number(row.quantity ?? 0) >= Number(row.product_uom_qty ?? 0);
  });
}

/** Moves that have something in hand already are under way. */
function confirmInHand(env: Env, ids: readonly number[]): void {
  for (const move of ids.flatMap((id) => [...movesOf(env, id)])) {
    const row = rowOf(env, "stock.move", move);
    const isStarted = row.state === "draft" || (row.state === "partially_available" && row.picked === true);
    if (isStarted && Number(row.quantity ?? 0) > 0) book(env, "stock.move", move, { state: "confirmed" });
  }
}

/** A button that changes the transfer: who may only look at it may not press it. */
function press(call: (env: Env, ids: readonly number[]) => unknown) {
  return button((env, ids) => {
    checkAccess(env, modelOf(env, name), "write");
    return call(env, ids);
  });
}

export const picking: Behaviour = {
  model: name,
  namesSearched: ["name", "origin"],
  defaults: { user_id: (env) => env.uid },
  precompute: complete,
  afterCreate: confirmInHand,
  beforeWrite: refuseWrite,
  afterWrite(env, ids, values) {
    follow(env, ids, values);
    if (values.move_ids) confirmInHand(env, ids);
  },
  beforeUnlink(env, ids) {
    cancelPickings(env, ids);
    const moves = ids.flatMap((id) => [...movesOf(env, id)]);
    for (const move of moves) env.db.put(modelOf(env, "stock.move").table, move, undefined);
  },
  sql: [{ message: "Reference must be unique per company!", unique: ["name"] }],
  computes: {
    state: stateOf,
    scheduled_date: scheduled,
    date_deadline(env, id) {
      const dates = movesOf(env, id).flatMap((move) => rowOf(env, "stock.move", move).date_deadline ?? []);
      return dates.sort()[0] ?? false;
    },
    product_id: (env, id) => rowOf(env, "stock.move", movesOf(env, id)[0]).product_id ?? false,
    move_line_exist: (env, id) => find(env, "stock.move.line", "picking_id", id).length > 0,
    has_tracking: hasTracking,
    return_count: (env, id) => find(env, name, "return_id", id).length,
    show_check_availability: (env, id) =>
      ["confirmed", "waiting", "assigned"].includes(stateOf(env, id)) &&
      movesOf(env, id).some((move) =>
        ["confirmed", "partially_available"].includes(String(rowOf(env, "stock.move", move).state)),
      ),
    products_availability: (env, id) => {
      const ready = availability(env, id);
      return ready === undefined ? false : ready ? "Available" : "Not Available";
    },
    products_availability_state: (env, id) => {
      const ready = availability(env, id);
      return ready === undefined ? false : ready ? "available" : "late";
    },
    group_id: (env, id) =>
      movesOf(env, id).flatMap((move) => rowOf(env, "stock.move", move).group_id ?? [])[0] ?? false,
    reference_ids: (env, id) => {
      const references = movesOf(env, id).flatMap((move) => rowOf(env, "stock.move", move).reference_ids ?? []);
      return [...new Set(references.flatMap((reference) => (typeof reference === "number" ? [reference] : [])))];
    },
    sale_id: orderOf("sale_line_id", "sale.order.line"),
    purchase_id: orderOf("purchase_line_id", "purchase.order.line"),
    picking_type_code: (env, id) => read(env, "stock.picking.type", rowOf(env, name, id).picking_type_id, "code"),
    picking_warning_text: () => "",
  },
  inverses: {
    scheduled_date(env, id, value) {
      const day = truthy(value) ? datetime(value) : false;
      book(env, name, id, { scheduled_date: day });
      for (const move of movesOf(env, id))
        if (!["done", "cancel"].includes(String(rowOf(env, "stock.move", move).state)))
          book(env, "stock.move", move, { date: day });
    },
    // 18 has a second name for the moves of a transfer without packages, and of their lines.
    move_ids_without_package: through("move_ids"),
    move_line_ids_without_package: through("move_line_ids"),
  },
  methods: {
    copy: copiedWith(
      (_env, _id, values) => {
        for (const field of notCopied) delete values[field];
      },
      "move_ids",
      notCopiedMove,
    ),
    action_confirm: press((env, ids) => {
      confirmPickings(env, ids);
      return true;
    }),
    action_assign: press((env, ids) => {
      assignPickings(env, ids);
      return true;
    }),
    action_cancel: press((env, ids) => {
      cancelPickings(env, ids);
      for (const id of ids) book(env, name, id, { is_locked: true });
      return true;
    }),
    do_unreserve: press((env, ids) => {
      for (const id of ids) unreserve(env, movesOf(env, id));
    }),
    button_validate: press(validatePickings),
    action_toggle_is_locked: press((env, ids) => {
      for (const id of ids) book(env, name, id, { is_locked: rowOf(env, name, id).is_locked !== true });
      return true;
    }),
  },
};

function through(field: string) {
  return (env: Env, id: number, value: unknown): void =>
    env.db.operations.write(env, modelOf(env, name), [id], { [field]: value });
}
