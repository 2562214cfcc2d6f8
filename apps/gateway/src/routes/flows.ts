/** Flows over HTTP: what there is, whether it fits the connected Odoo, and one payload carried out at once. */
import { type FieldProblem, type MetadataSource, OdoorwayError } from "@odoorway/core";
import { checkFlow, type Flow, type FlowOutcome, type FlowRunner } from "@odoorway/flows";
import type { FlowRegistry } from "../flows/registry.js";
import { problemReply, problemType } from "../http/problem.js";
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";

export interface FlowRouteParts {
  readonly registry: FlowRegistry;
  readonly runner: FlowRunner;
  readonly metadata: MetadataSource;
}

export function flowRoutes(parts: FlowRouteParts): Route[] {
  const shared = { tag: "flows", scope: "flows", produces: json } as const;
  return [
    {
      ...shared,
      method: "GET",
      path: "/v1/flows",
      operation: "listFlows",
      summary: "The flows, where each takes from and writes to, and what of it the connected Odoo does not have",
      body: noBody,
      answers: { 200: "The flows by name." },
      handle: async () => ({
        status: 200,
        body: {
          json: {
            data: await Promise.all(
              [...parts.registry.flows.keys()].map((name) => told(parts, parts.registry.get(name).flow)),
            ),
          },
        },
      }),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/flows/{name}",
      operation: "getFlow",
      summary: "A flow as it was read, and what of it the connected Odoo does not have",
      body: noBody,
      answers: { 200: "The flow." },
      handle: async ({ params }) => {
        const { flow } = parts.registry.get(params.name ?? "");
        return { status: 200, body: { json: { ...(await told(parts, flow)), definition: flow } } };
      },
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/flows/{name}",
      operation: "runFlow",
      summary: "Carry a flow out on one payload; the same payload again changes nothing",
      parameters: {
        dry_run: {
          description: "Write nothing: the answer says what would be made, with the plans.",
          schema: { type: "boolean", default: false },
        },
      },
      body: {
        kind: "json",
        longIntegers: "text",
        schema: { description: "The payload, as the flow's source sends it." },
      },
      answers: {
        200: "What became of it: the primary record's id, every record with its outcome, warnings. A payload that is refused answers 422 with everything that is wrong, and in records what was written before: it stays, and is found again.",
      },
      handle: (request) => run(parts, request),
    },
  ];
}

async function run({ registry, runner }: FlowRouteParts, { id, params, query, body }: GatewayRequest): Promise<Reply> {
  const dry = query.parameters.get("dry_run") ?? "false";
  if (dry !== "true" && dry !== "false") throw invalidParameter("dry_run", "it is neither true nor false");
  // The flow goes on when the client goes away: half of it may be written.
  const [result] = await runner.run(registry.get(params.name ?? ""), [body], { dryRun: dry === "true" });
  if (result === undefined) throw new TypeError("the runner gave no outcome");
  if ("error" in result) return failed(result, id, `/v1/flows/${params.name ?? ""}`, dry === "true");
  return { status: 200, body: { json: result } };
}

/** The problem, with what came before it: records that were written stay. */
function failed(
  { error, records, warnings }: Extract<FlowOutcome, { error: OdoorwayError }>,
  requestId: string,
  instance: string,
  isDry: boolean,
): Reply {
  const { status, headers, problem, defect } = problemReply(error, { instance, requestId });
  if (defect) throw error;
  const isWritten = !isDry && records.some(({ outcome }) => outcome !== "unchanged");
  const happened = isWritten ? "yes" : problem.happened;
  const text = JSON.stringify({ ...problem, happened, records, warnings });
  return { status, headers, type: problemType, body: { bytes: Buffer.from(text) } };
}

/** `problems` is null while Odoo cannot be asked; `not_checked` says why. */
async function told({ metadata }: FlowRouteParts, flow: Flow) {
  const checked = await checkFlow(flow, metadata).then(
    (problems: readonly FieldProblem[]) => ({ problems }),
    (error: unknown) => {
      if (!(error instanceof OdoorwayError)) throw error;
      return { problems: null, not_checked: { code: error.code, cause: error.why, fix: error.fix } };
    },
  );
  const { name, description = null, source, settings, records } = flow;
  const targets = [...new Set(records.map(({ model }) => model))];
  return { name, description, source, targets, primary: records.at(-1)?.model ?? null, settings, ...checked };
}
