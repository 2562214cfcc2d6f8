/** The dry run: everything that a write would refuse, and else the calls that it would make. */
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route } from "../http/route.js";
import type { RecordParts } from "../records/parts.js";
import type { WriteIntent } from "../records/plan.js";
import { prepareWrite } from "../records/prepare.js";
import { readId, staleHeaders } from "../records/representation.js";
import { decimalsOf, decimalsParameter, metadataHeader, recordsBody } from "./parameters.js";
import { readKey, upsertIntent } from "./upsert-record.js";
import { incomingOf, readAction } from "./write-records.js";

const modes = ["create", "update", "upsert", "delete", "action"] as const;

export function validateRoutes(parts: RecordParts): Route[] {
  return [
    {
      method: "POST",
      path: "/v1/validate/{model}",
      operation: "validateRecords",
      summary: "Check values as a write would, without writing",
      tag: "records",
      scope: "records:read",
      parameters: {
        mode: {
          description:
            "create: as POST, nothing required may be missing. update: as PATCH of the record `id`, or of any record without it. " +
            "upsert: as PUT by the external id `key`. delete: as DELETE of `id`. action: as the button `method` of `id`.",
          schema: { enum: [...modes], default: "create" },
        },
        id: {
          description: "The record's id: its state and its present values count.",
          schema: { type: "integer", minimum: 1 },
        },
        key: { description: "The external id, for upsert.", schema: { type: "string" } },
        decimals: decimalsParameter,
        method: { description: "The button's method, for action.", schema: { type: "string" } },
      },
      body: { ...recordsBody, optional: true },
      produces: json,
      headers: metadataHeader,
      answers: {
        200:
          "Nothing is wrong, and these calls would be made, in this order. `unchanged`: what was sent as the record has it, " +
          "and no call carries. `metadata`, when Odoo cannot be asked: judged by what it said before. What is wrong answers as the write does: 422, 409 for the record's state, 404.",
      },
      handle: (request) => validate(parts, request),
    },
  ];
}

async function validate(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const model = request.params.model ?? "";
  const intent = await readIntent(parts, model, request.query.parameters);
  const withValues = intent.operation !== "delete" && intent.operation !== "action";
  const decimals = decimalsOf(request.query, parts.decimals);
  const { calls, unchanged, stale } = await prepareWrite(
    parts,
    model,
    intent,
    withValues ? incomingOf(request.body) : [],
    { decimals },
  );
  const json = {
    valid: true,
    calls,
    unchanged,
    ...(stale === undefined
      ? {}
      : { metadata: { stale: true, read_at: new Date(stale.readAt).toISOString(), reason: stale.reason } }),
  };
  return { status: 200, headers: staleHeaders(stale), body: { json } };
}

/** @throws OdoorwayError invalid_parameter, action_not_allowed, key_of_other_model */
async function readIntent(
  parts: RecordParts,
  model: string,
  parameters: ReadonlyMap<string, string>,
): Promise<WriteIntent> {
  const mode = parameters.get("mode") ?? "create";
  const takes: Readonly<Record<string, readonly string[]>> = {
    create: [],
    update: ["id"],
    upsert: ["key"],
    delete: ["id"],
    action: ["id", "method"],
  };
  const own = Object.hasOwn(takes, mode) ? takes[mode] : undefined;
  if (own === undefined) throw invalidParameter("mode", JSON.stringify(mode.slice(0, 50)), modes.join(", "));
  for (const name of ["id", "key", "method"])
    if (parameters.has(name) && !own.includes(name)) {
      const having = modes.filter((other) => takes[other]?.includes(name));
      throw invalidParameter(name, `mode ${mode} has none`, `it with mode ${having.join(" or ")} only`);
    }
  switch (mode) {
    case "update":
      return parameters.has("id") ? { operation: "update", id: readId(parameters.get("id")) } : { operation: "update" };
    case "upsert":
      return upsertIntent(parts, model, readKey(parameters.get("key") ?? ""));
    case "delete":
      return { operation: "delete", id: readId(parameters.get("id")) };
    case "action": {
      const method = readAction(parts, model, parameters.get("method") ?? "");
      return { operation: "action", id: readId(parameters.get("id")), method };
    }
    default:
      return { operation: "create" };
  }
}
