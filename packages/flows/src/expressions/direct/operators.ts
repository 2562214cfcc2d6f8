/** JSONata's operators between two values. */
import { limits } from "../limits.js";
import { Fault, isEqual, isNumeric, type List } from "./values.js";

export type Operator = (left: unknown, right: unknown) => unknown;

function numeric(compute: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (left !== undefined && !isNumeric(left)) throw new Fault("T2001", left);
    if (right !== undefined && !isNumeric(right)) throw new Fault("T2002", right);
    return left === undefined || right === undefined ? undefined : compute(left, right);
  };
}

function ordered(compare: (left: string | number, right: string | number) => boolean): Operator {
  return (left, right) => {
    if (!isOrdered(left) || !isOrdered(right))
      throw new Fault("T2010", typeof left === "string" || typeof left === "number" ? right : left);
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw new Fault("T2009", left, right);
    return compare(left, right);
  };
}

function isOrdered(value: unknown): value is string | number | undefined {
  return value === undefined || typeof value === "string" || typeof value === "number";
}

function range(from: unknown, to: unknown): List | undefined {
  if (from !== undefined && !Number.isInteger(from)) throw new Fault("T2003", from);
  if (to !== undefined && !Number.isInteger(to)) throw new Fault("T2004", to);
  if (typeof from !== "number" || typeof to !== "number" || from > to) return undefined;
  const size = to - from + 1;
  if (size > limits.items) throw new Fault("D2015", size);
  const made: List = Array.from({ length: size }, (_, index) => from + index);
  made.sequence = true;
  return made;
}

/** By their signs; `and`, `or` and `&` stand with the nodes. */
export const operators: Readonly<Record<string, Operator>> = {
  "+": numeric((left, right) => left + right),
  "-": numeric((left, right) => left - right),
  "*": numeric((left, right) => left * right),
  "/": numeric((left, right) => left / right),
  "%": numeric((left, right) => left % right),
  "=": (left, right) => left !== undefined && right !== undefined && isEqual(left, right),
  "!=": (left, right) => left !== undefined && right !== undefined && !isEqual(left, right),
  "<": ordered((left, right) => left < right),
  "<=": ordered((left, right) => left <= right),
  ">": ordered((left, right) => left > right),
  ">=": ordered((left, right) => left >= right),
  "..": range,
  in: (left, right) =>
    left !== undefined && right !== undefined && (Array.isArray(right) ? right.includes(left) : right === left),
};
