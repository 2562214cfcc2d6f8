/** Arguments of methods as Python takes them: counts, lists of names, paging. */
import { notAnInteger, typeError } from "./exceptions.js";
import type { Values } from "./model.js";
import { truthy, typeName } from "./python.js";

/** offset, limit and order of a search. */
export const options = (args: Values) => ({
  offset: count(args.offset) ?? 0,
  limit: count(args.limit),
  order: truthy(args.order) ? String(args.order) : undefined,
});

export function count(value: unknown): number | undefined {
  if (value === null || value === undefined || value === false || value === "") return undefined;
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  if (typeof value === "string") throw notAnInteger(value, "bigint");
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** A list of names; undefined for nothing, the letters of a text (as Python iterates one). */
export function names(value: unknown): string[] | undefined {
  if (!truthy(value)) return undefined;
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === "string") return [...value];
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** A mapping by name; a text or number is none. */
export function mapping(value: unknown): Values {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  if (!truthy(value)) return {};
  throw typeError(`'${typeName(value)}' object is not a mapping`);
}
