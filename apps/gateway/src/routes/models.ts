/** Models as the connected user sees them. */
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import type { RecordParts } from "../records/parts.js";

export function modelRoutes(parts: RecordParts): Route[] {
  return [
    {
      method: "GET",
      path: "/v1/models",
      operation: "listModels",
      summary: "The models that the connected Odoo user may read",
      tag: "models",
      scope: "models:read",
      body: noBody,
      produces: json,
      answers: { 200: "Technical names and labels." },
      handle: async () => ({ status: 200, body: { json: { data: await parts.metadata.models() } } }),
    },
    {
      method: "GET",
      path: "/v1/models/{model}",
      operation: "getModel",
      summary: "The fields of a model, and its actions",
      tag: "models",
      scope: "models:read",
      body: noBody,
      produces: json,
      answers: { 200: "Every field with what it takes." },
      handle: (request) => getModel(parts, request),
    },
  ];
}

async function getModel(parts: RecordParts, request: GatewayRequest): Promise<Reply> {
  const metadata = await parts.metadata.model(request.params.model ?? "");
  const fields = Object.values(metadata.fields).map((field) => ({
    name: field.name,
    type: field.type,
    label: field.label,
    help: field.help ?? null,
    required: field.required,
    /** Whether a create may leave it out: it is not required, or Odoo fills it. */
    optional_on_create: !field.required || metadata.filled.has(field.name),
    readonly: field.readonly,
    stored: field.stored,
    relation: field.relation ?? null,
    selection: field.selection?.map(([value, label]) => ({ value, label })) ?? null,
    size: field.size ?? null,
    digits: field.digits ?? null,
    /** Whether each company has a value of its own. */
    company_dependent: field.companyDependent ?? false,
  }));
  const actions = [...(parts.actions[metadata.model] ?? []), ...(parts.actions["*"] ?? [])];
  const as = { model: metadata.model, label: metadata.label, fields, actions };
  return { status: 200, body: { json: { ...as, metadata: freshnessOf(parts, metadata.model) } } };
}

/** When Odoo said so, and whether and why that is kept from before because Odoo cannot be asked now. */
function freshnessOf(parts: RecordParts, model: string) {
  const { readAt, held } = parts.metadata.freshness(model) ?? { readAt: parts.clock.now() };
  return { read_at: new Date(readAt).toISOString(), stale: held !== undefined, reason: held?.code ?? null };
}
