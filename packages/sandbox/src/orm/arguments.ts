/** Arguments of methods as Python takes them: counts, lists of names, paging. */
import { notAnInteger, numericOutOfRange, OdooException, typeError } from "./exceptions.js";
import type { Values } from "./model.js";
import { str, truthy, typeName } from "./python.js";

/** offset, limit and order of a search. */
export const options = (args: Values) => ({
  offset: count(args.offset, "OFFSET") ?? 0,
  limit: count(args.limit, "LIMIT"),
  order: truthy(args.order) ? orderText(args.order) : undefined,
});

function orderText(value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
}

/** A number of records; PostgreSQL rounds it, and refuses what is none. `clause` is where it stands in the query. */
export function count(value: unknown, clause = "LIMIT"): number | undefined {
  if (value === null || value === undefined || value === false || value === "") return undefined;
  if (typeof value === "number") {
    if (Math.abs(value) >= 2 ** 63) throw numericOutOfRange("bigint out of range\n");
    return Math.round(value);
  }
  if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  if (typeof value === "string") throw notAnInteger(value, "bigint");
  if (value === true || Array.isArray(value))
    throw new OdooException(
      "psycopg2.errors.DatatypeMismatch",
      `argument of ${clause} must be type bigint, not type ${value === true ? "boolean" : "integer[]"}\n` +
        `LINE 1: ...${clause} ${value === true ? "true" : `ARRAY${JSON.stringify(value)}`}\n${" ".repeat(12 + clause.length)}^\n`,
    );
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** A list of names; undefined for nothing, the letters of a text (as Python iterates one). */
export function names(value: unknown): string[] | undefined {
  if (!truthy(value)) return undefined;
  if (Array.isArray(value))
    return value.map((item: unknown) => {
      if (typeof item === "object" && item !== null) throw typeError(`unhashable type: '${typeName(item)}'`);
      return str(item);
    });
  if (typeof value === "string") return [...value];
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** A mapping by name; a text or number is none. */
export function mapping(value: unknown): Values {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  if (!truthy(value)) return {};
  throw typeError(`'${typeName(value)}' object is not a mapping`);
}
