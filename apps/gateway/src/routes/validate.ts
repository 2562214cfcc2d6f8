/** The dry run: everything that a write would refuse, and else the calls that it would make. */

import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route } from "../http/route.js";
import { checkValues } from "../records/check.js";
import type { RecordParts } from "../records/parts.js";
import { recordsBody } from "./parameters.js";
import { incomingOf } from "./write-records.js";

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
          description: "create checks that nothing required is missing; update looks only at what is given.",
          schema: { enum: ["create", "update"], default: "create" },
        },
      },
      body: recordsBody,
      produces: json,
      answers: {
        200: "The values are valid, and these calls would be made. Values that are not answer 422, as a write does.",
      },
      handle: (request) => validate(parts, request),
    },
  ];
}

async function validate(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const mode = request.query.parameters.get("mode") ?? "create";
  if (mode !== "create" && mode !== "update")
    throw invalidParameter("mode", JSON.stringify(mode.slice(0, 50)), "create or update");
  const model = request.params.model ?? "";
  const incoming = incomingOf(request.body);
  const values = await checkValues(parts, model, incoming, mode === "create" ? "create" : "write");
  const calls =
    mode === "create"
      ? [{ model, method: "create", args: [values] }]
      : values.map((record) => ({ model, method: "write", args: [["{id}"], record] }));
  return { status: 200, body: { json: { valid: true, calls } } };
}
