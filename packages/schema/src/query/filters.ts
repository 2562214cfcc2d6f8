/**
 * Filters as query parameters: `name=Azure`, `list_price[gte]=10`, `country_id.code[in]=BE,NL`, joined by "and". A text is
 * read as its field's type. `null` means empty for every field, so a name that is "null" needs `domain`.
 */
import { type FieldMetadata, type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";
import { cut, quote } from "../describe.js";
import { Refusal } from "../scalar.js";
import { conditionValue, followPath, type KnownModels } from "./condition.js";
import { invalidParameter, nearestField } from "./wrong.js";

/** What stands in brackets, and Odoo's operator for it. */
export const filterOperators = {
  eq: "=",
  ne: "!=",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  in: "in",
  not_in: "not in",
  like: "like",
  not_like: "not like",
  ilike: "ilike",
  not_ilike: "not ilike",
  child_of: "child_of",
  parent_of: "parent_of",
} as const;

type FilterOperator = keyof typeof filterOperators;

/**
 * Turns the parameters that are filters (the reserved ones taken out by the caller) into a domain. Throws
 * unknown_parameter for a name that is no field, invalid_parameter for a wrong operator or value.
 */
export function parseFilters(
  metadata: ModelMetadata,
  entries: Iterable<readonly [string, string]>,
  known: KnownModels = () => undefined,
): unknown[] {
  const models: KnownModels = (model) => (model === metadata.model ? metadata : known(model));
  return [...entries].map(([name, text]) => parseFilter(metadata, name, text, models));
}

function parseFilter(metadata: ModelMetadata, name: string, text: string, known: KnownModels): unknown[] {
  const match = /^([^[\]]+)(?:\[([^[\]]*)\])?$/.exec(name);
  const path = match?.[1] ?? name;
  const end = followPath(metadata, path, known);
  if ("wrong" in end)
    throw new OdoorwayError("unknown_parameter", {
      evidence: {
        parameter: cut(name),
        nearest: nearestField(metadata, path),
        known: `fields of ${metadata.model}, field[operator]`,
      },
    });
  const word = match?.[2] ?? "eq";
  if (!isFilterOperator(word)) {
    const words = Object.keys(filterOperators);
    throw new OdoorwayError("invalid_parameter", {
      evidence: {
        parameter: cut(name),
        detail: `${quote(word)} is no operator`,
        expected: words.join(", "),
        nearest: word.length > 20 ? undefined : nearest(word, words),
      },
    });
  }
  const operator = filterOperators[word];
  const list = operator === "in" || operator === "not in";
  const typed = list ? text.split(",").map((part) => typedValue(end.field, part.trim())) : typedValue(end.field, text);
  const value = conditionValue(end.field, operator, operator.endsWith("like") ? text : typed);
  if (value instanceof Refusal)
    throw invalidParameter(cut(name), `${path} takes ${value.expected}, but received ${quote(text)}`, value.expected);
  return [path, operator, value];
}

function isFilterOperator(word: string): word is FilterOperator {
  return Object.hasOwn(filterOperators, word);
}

/** The text as a value of the field's type; what cannot be read stays text, which the type's check refuses. */
function typedValue(field: FieldMetadata | undefined, text: string): unknown {
  if (text === "null") return null;
  switch (field?.type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "integer":
    case "float":
    case "monetary":
    case "many2one":
    case "one2many":
    case "many2many":
    case "many2one_reference":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}
