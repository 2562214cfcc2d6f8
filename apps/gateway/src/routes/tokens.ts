/** Tokens managed while the gateway runs; the embedded store takes no second process. */
import { OdoorwayError } from "@odoorway/core";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { createToken, listTokens, revokeToken, scopes, type TokenStore } from "../tokens.js";

export function tokenRoutes(store: TokenStore): Route[] {
  const shared = { tag: "tokens", scope: "admin", produces: json } as const;
  return [
    {
      ...shared,
      method: "GET",
      path: "/v1/tokens",
      operation: "listTokens",
      summary: "The living tokens, without their secrets",
      body: noBody,
      answers: { 200: "Tokens, oldest first." },
      handle: async () => ({ status: 200, body: { json: { data: await listTokens(store) } } }),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/tokens",
      operation: "createToken",
      summary: "Make a token; it is shown this once",
      body: {
        kind: "json",
        schema: {
          type: "object",
          required: ["name"],
          additionalProperties: false,
          properties: {
            name: { type: "string", minLength: 1, maxLength: 100 },
            scopes: { type: "array", items: { enum: scopes }, default: ["*"] },
          },
        },
      },
      answers: { 201: "The token in clear, and what is kept of it." },
      handle: (request) => makeToken(store, request),
    },
    {
      ...shared,
      method: "DELETE",
      path: "/v1/tokens/{id}",
      operation: "revokeToken",
      summary: "Revoke a token",
      body: noBody,
      answers: { 204: "The token is refused from now on." },
      handle: async ({ params }) => {
        await revokeToken(store, params.id ?? "");
        return { status: 204 };
      },
    },
  ];
}

async function makeToken(store: TokenStore, request: GatewayRequest): Promise<Reply> {
  const { name, wanted } = readTokenBody(request.body);
  const made = await createToken(store, name, wanted);
  return { status: 201, headers: { location: `/v1/tokens/${made.id}` }, body: { json: made } };
}

function readTokenBody(body: unknown): { name: string; wanted: string[] } {
  const shape = new OdoorwayError("invalid_body", {
    evidence: {
      received: "not the description of a token",
      expected: 'an object like {"name": "shop", "scopes": ["records:read"]}, of these keys only',
    },
  });
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw shape;
  if (Object.keys(body).some((key) => key !== "name" && key !== "scopes")) throw shape;
  const name = "name" in body ? body.name : undefined;
  const wanted = "scopes" in body ? body.scopes : [];
  if (typeof name !== "string" || name.trim() === "" || name.length > 100) throw shape;
  if (!Array.isArray(wanted) || !wanted.every((scope) => typeof scope === "string")) throw shape;
  return { name, wanted };
}
