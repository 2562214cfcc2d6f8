/** The OpenAPI 3.1 document, made from the route table, so that what is served and what is said cannot part. */
import { type CatalogueEntry, catalogue, type ModelMetadata } from "@odoorway/core";
import { commonSchemas, modelSchemas } from "@odoorway/schema";
import type { Parameter } from "../http/query.js";
import type { BodyRules, Route } from "../http/route.js";

type Node = Readonly<Record<string, unknown>>;

/** @param models those whose records are to be described field by field */
export function openApi(routes: readonly Route[], models: readonly ModelMetadata[], version: string): Node {
  const paths: Record<string, Record<string, Node>> = {};
  for (const route of routes.filter((candidate) => !candidate.path.endsWith("*"))) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = path;
  }
  const schemas = Object.assign({ ...commonSchemas(), Problem: problemSchema }, ...models.map(modelSchemas));
  return {
    openapi: "3.1.0",
    info: {
      title: "Odoorway",
      version,
      description: "The front door to Odoo: validates, batches, retries without doubling, and explains every failure.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: "What went wrong, why, and how to fix it (RFC 9457).",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function operationOf(route: Route): Node {
  return {
    operationId: route.operation,
    summary: route.summary,
    tags: [route.tag],
    ...(route.scope === "public" ? {} : { security: [{ token: [] }], "x-scope": route.scope }),
    parameters: [...pathParameters(route.path), ...Object.entries(route.parameters ?? {}).map(queryParameter)],
    ...bodyOf(route.body),
    responses: { ...goodAnswers(route), default: { $ref: "#/components/responses/Problem" } },
  };
}

function pathParameters(path: string): Node[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: name === "id" && path.startsWith("/v1/records") ? { type: "integer", minimum: 1 } : { type: "string" },
  }));
}

function queryParameter([name, parameter]: [string, Parameter]): Node {
  return { name, in: "query", description: parameter.description, schema: parameter.schema };
}

function bodyOf(rules: BodyRules): Node {
  if (rules.kind === "none") return {};
  const types = rules.kind === "json" ? ["application/json"] : rules.types;
  const schema = rules.kind === "json" ? { schema: rules.schema } : {};
  const required = !rules.optional;
  return { requestBody: { required, content: Object.fromEntries(types.map((type) => [type, schema])) } };
}

function goodAnswers(route: Route): Node {
  const headers = Object.fromEntries(
    Object.entries(route.headers ?? {}).map(([name, description]) => [
      name,
      { description, schema: { type: "string" } },
    ]),
  );
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, description]) => {
      const hasBody = !["204", "304", "302"].includes(status);
      const content = Object.fromEntries(route.produces.map((type) => [type, {}]));
      return [
        status,
        { description, ...(route.headers === undefined ? {} : { headers }), ...(hasBody ? { content } : {}) },
      ];
    }),
  );
}

const text = { type: "string" } as const;
const fieldProblemSchema = {
  type: "object",
  required: ["pointer", "code", "title", "cause", "fix"],
  properties: {
    pointer: { ...text, description: "RFC 6901, from the body's root." },
    code: text,
    title: text,
    cause: text,
    fix: text,
    expected: text,
    received: text,
    nearest: text,
  },
};

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "cause", "fix", "retryable", "happened"],
  properties: {
    type: { ...text, format: "uri-reference" },
    title: text,
    status: { type: "integer" },
    detail: text,
    instance: text,
    code: { enum: Object.keys(catalogue satisfies Record<string, CatalogueEntry>) },
    cause: text,
    fix: text,
    retryable: { type: "boolean", description: "Whether the very same request may succeed later." },
    happened: { enum: ["yes", "no", "unknown"], description: "Whether it had an effect in Odoo all the same." },
    request_id: text,
    errors: { type: "array", items: fieldProblemSchema },
    odoo: { type: "object", required: ["message"], properties: { exception: text, message: text } },
    records: {
      description: "Of a flow that failed: the records that it had dealt with before.",
      type: "array",
      items: {
        type: "object",
        properties: { name: text, model: text, id: { type: "integer" }, outcome: text },
      },
    },
    warnings: { description: "Of a flow that failed: what it could not map.", type: "array", items: text },
  },
};
