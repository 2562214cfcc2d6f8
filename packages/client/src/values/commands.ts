/**
 * The commands that change the lists of a record: one2many and many2many. Each helper gives a list of commands,
 * so that they are put together by spreading: `order_line: [...x2many.add(1), ...x2many.create({name: "x"})]`.
 */
import { checkedId } from "../bad-argument.js";

type Values = Readonly<Record<string, unknown>>;

/** A raw command, as Odoo takes it in values of create and write (odoo.fields.Command, 8 to 20). */
export type Command =
  | readonly [code: 0, id: 0, values: Values]
  | readonly [code: 1, id: number, values: Values]
  | readonly [code: 2, id: number, none: 0]
  | readonly [code: 3, id: number, none: 0]
  | readonly [code: 4, id: number, none: 0]
  | readonly [code: 5, id: 0, none: 0]
  | readonly [code: 6, id: 0, ids: readonly number[]];

/** All throw `bad_arguments` for an id that is none. */
export const x2many = {
  /** These records and no others. Of a one2many the others are deleted or left without parent, as the field says. */
  set: (ids: Iterable<number>): [6, 0, number[]][] => [[6, 0, [...ids].map(checkedId)]],
  /** These records too. */
  add: (...ids: number[]): [4, number, 0][] => ids.map((id) => [4, checkedId(id), 0]),
  /** No longer these records; they live on (a one2many deletes them where their parent is required and cascades). */
  remove: (...ids: number[]): [3, number, 0][] => ids.map((id) => [3, checkedId(id), 0]),
  /** New records, in this order. */
  create: <V extends object>(...records: V[]): [0, 0, V][] => records.map((values) => [0, 0, values]),
  /** Other values for a record of the list. */
  update: <V extends object>(id: number, values: V): [1, number, V][] => [[1, checkedId(id), values]],
  /** Without these records, which are deleted from the database. */
  delete: (...ids: number[]): [2, number, 0][] => ids.map((id) => [2, checkedId(id), 0]),
  /** An empty list. */
  clear: (): [5, 0, 0][] => [[5, 0, 0]],
} as const;

/** Whether the value is a raw command. */
export function isCommand(value: unknown): value is Command {
  if (!Array.isArray(value) || value.length < 1 || value.length > 3) return false;
  return Number.isInteger(value[0]) && value[0] >= 0 && value[0] <= 6;
}
