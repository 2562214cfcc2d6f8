/**
 * The query of a request, checked against what its route takes: an unknown or repeated name is
 * refused, since a parameter that is silently ignored is an answer to another question.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import { isDate } from "@odoorway/schema";

/** A parameter of a route; shown in the OpenAPI document as it is. */
export interface Parameter {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface QueryRules {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Whether names beyond these are filters over fields, `field=value` or `field[op]=value`. */
  readonly filters: boolean;
}

export interface Query {
  readonly parameters: ReadonlyMap<string, string>;
  /** Names (`field` or `field[op]`) and values of filters, in the order of the query, repeated ones included. */
  readonly filters: readonly (readonly [name: string, value: string])[];
}

/**
 * Parses the part of the address behind the question mark (application/x-www-form-urlencoded).
 * @throws OdoorwayError unknown_parameter (with the nearest), invalid_parameter
 */
export function parseQuery(text: string, rules: QueryRules): Query {
  const parameters = new Map<string, string>();
  const filters: (readonly [string, string])[] = [];
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const cut = pair.indexOf("=");
    const name = decode(cut < 0 ? pair : pair.slice(0, cut));
    const value = cut < 0 ? "" : decode(pair.slice(cut + 1));
    if (Object.hasOwn(rules.parameters, name)) {
      if (parameters.has(name)) throw invalidParameter(name, "it stands twice");
      parameters.set(name, value);
      continue;
    }
    if (!rules.filters) throw unknownParameter(name, Object.keys(rules.parameters));
    filters.push([name, value]);
  }
  return { parameters, filters };
}

export function unknownParameter(name: string, known: readonly string[]): OdoorwayError {
  return new OdoorwayError("unknown_parameter", {
    evidence: {
      parameter: name.slice(0, 100),
      nearest: nearest(name, known),
      known: known.length > 0 ? known : "none",
    },
  });
}

export function invalidParameter(parameter: string, detail: string, expected?: string): OdoorwayError {
  return new OdoorwayError("invalid_parameter", { evidence: { parameter, detail, expected } });
}

/** A whole number between bounds, or undefined when the parameter is absent. */
export function wholeNumber(query: Query, name: string, least: number, most: number): number | undefined {
  const text = query.parameters.get(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw invalidParameter(name, `${JSON.stringify(text.slice(0, 100))}`, `a whole number from ${least} to ${most}`);
  return value;
}

/** One of a few words, or undefined when the parameter is absent. */
export function oneOf<T extends string>(query: Query, name: string, words: readonly T[]): T | undefined {
  const text = query.parameters.get(name);
  const word = words.find((candidate) => candidate === text);
  if (text === undefined || word !== undefined) return word;
  throw new OdoorwayError("invalid_parameter", {
    evidence: {
      parameter: name,
      detail: JSON.stringify(text.slice(0, 50)),
      expected: `one of ${words.join(", ")}`,
      nearest: nearest(text, words),
    },
  });
}

/** `true` or `false`; a parameter without a value is true. Undefined when it is absent. */
export function flag(query: Query, name: string): boolean | undefined {
  const text = query.parameters.get(name);
  if (text === undefined) return undefined;
  if (/^(?:|true|1)$/.test(text)) return true;
  if (/^(?:false|0)$/.test(text)) return false;
  throw invalidParameter(name, JSON.stringify(text.slice(0, 50)), "true or false");
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** A moment in RFC 3339, in milliseconds since the epoch; undefined when the parameter is absent. */
export function moment(query: Query, name: string): number | undefined {
  const text = query.parameters.get(name);
  if (text === undefined) return undefined;
  // Date.parse takes a 31st of February for the 3rd of March.
  const at =
    rfc3339.test(text) && isDate(text.slice(0, 10)) ? Date.parse(text.replace(" ", "T").toUpperCase()) : Number.NaN;
  if (Number.isFinite(at)) return at;
  const expected = "a time with its zone, such as 2026-01-31T22:00:00Z (write + as %2B)";
  throw invalidParameter(name, JSON.stringify(text.slice(0, 50)), expected);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidParameter(text.slice(0, 100), "its percent-encoding is broken");
  }
}
