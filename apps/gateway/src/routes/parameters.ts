/** Parameters and bodies that several routes share. */
import type { Decimals } from "@odoorway/schema";
import { oneOf, type Parameter, type Query } from "../http/query.js";
import type { BodyRules } from "../http/route.js";

export const fieldsParameter: Parameter = {
  description: "Names of the fields to show, separated by commas. Default: the stored fields, without binaries.",
  schema: { type: "string", examples: ["name,country_id"] },
};

export const limitParameter = (byDefault: number, most: number): Parameter => ({
  description: `At most so many, ${byDefault} by default.`,
  schema: { type: "integer", minimum: 1, maximum: most, default: byDefault },
});

/** What becomes of more decimals than a field has; the configuration's word when it is absent. */
export const decimalsParameter: Parameter = {
  description:
    "More decimals than a field has: refused with `too_many_decimals`, or rounded half away from zero. " +
    "Default: `validation.decimals` of the configuration, which is refuse if it does not say.",
  schema: { enum: ["refuse", "round"] },
};

/** @throws OdoorwayError invalid_parameter */
export function decimalsOf(query: Query, byDefault: Decimals): Decimals {
  return oneOf(query, "decimals", ["refuse", "round"]) ?? byDefault;
}

/** What staleHeaders gives an answer, for the OpenAPI document. */
export const metadataHeader = {
  "Odoorway-Metadata":
    "Only when Odoo could not be asked what its models look like, and the request was judged by what it said before: " +
    "`stale;read-at=@1795258800;reason=connection_refused` (RFC 9651), the time of it in seconds and the reason's code.",
} as const;

export const recordBody: BodyRules = {
  kind: "json",
  schema: { type: "object", description: "Fields and values; GET /v1/models/{model} lists the fields." },
};

export const recordsBody = {
  kind: "json",
  schema: {
    oneOf: [
      { type: "object", description: "One record." },
      {
        type: "array",
        items: { type: "object" },
        minItems: 1,
        maxItems: 1000,
        description: "Records in one transaction.",
      },
    ],
  },
} as const satisfies BodyRules;
