/** Content negotiation by Accept (RFC 9110 section 12.5.1). */
import { OdoorwayError } from "@odoorway/core";
import { invalidParameter, type Query } from "./query.js";
import type { Route } from "./route.js";

interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * The media type of a route's answer: what its parameter of choice names, else what Accept prefers.
 * @throws OdoorwayError invalid_parameter, not_acceptable
 */
export function acceptedType(
  route: Pick<Route, "produces" | "choice">,
  query: Pick<Query, "parameters">,
  accept: string | undefined,
): string {
  const name = route.choice && query.parameters.get(route.choice.parameter);
  if (!route.choice || name === undefined) return negotiate(accept, route.produces);
  const { parameter, types } = route.choice;
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type !== undefined) return type;
  throw invalidParameter(parameter, JSON.stringify(name.slice(0, 50)), `one of ${Object.keys(types).join(", ")}`);
}

/**
 * The best of `offered` (the first is our favourite) for an Accept header.
 * @throws OdoorwayError not_acceptable when the header rules all of them out
 */
export function negotiate(accept: string | undefined, offered: readonly string[]): string {
  const favourite = offered[0] ?? "application/json";
  if (accept === undefined || accept.trim() === "") return favourite;
  const ranges = accept.split(",").map(parseRange);
  let best: { type: string; quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { type, quality };
  }
  if (!best) throw new OdoorwayError("not_acceptable", { evidence: { accept: accept.slice(0, 200), offered } });
  return best.type;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = weight === undefined ? 1 : Number(weight);
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific range that matches decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const name of [type, family, "*/*"]) {
    const range = ranges.find((candidate) => candidate.type === name);
    if (range) return range.quality;
  }
  return 0;
}
