/** What surrounds the API: health, its description, the errors' pages, the console. */
import { type CatalogueEntry, catalogue, exampleProblem, isErrorCode, nearest, OdoorwayError } from "@odoorway/core";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import type { StaleMetadata } from "../metadata.js";
import type { ConsoleFile } from "../pages/console-files.js";
import { docsPage, errorIndex, errorPage, pageHeaders, readable } from "../pages/html.js";
import { namesEtag } from "../records/representation.js";

export interface ServiceParts {
  readonly consoleFiles: ReadonlyMap<string, ConsoleFile>;
  /** What has to answer before the gateway is ready, by name; each rejects with why it does not. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** What validation goes by although Odoo could not be asked for it anew. */
  staleMetadata(): StaleMetadata | undefined;
  /** The OpenAPI document; asked for models by name. */
  describe(models: readonly string[]): Promise<unknown>;
  /** The whole table, these routes included. */
  routes(): readonly Route[];
}

const html = "text/html; charset=utf-8";
const page = { tag: "service", scope: "public", body: noBody, method: "GET", produces: ["text/html"] } as const;

export function serviceRoutes(parts: ServiceParts): Route[] {
  const shared = { ...page, produces: json };
  return [
    {
      ...shared,
      path: "/healthz",
      operation: "getHealth",
      summary: "Whether the process answers",
      answers: { 200: "It does." },
      handle: async () => ({ status: 200, body: { json: { status: "ok" } } }),
    },
    {
      ...shared,
      path: "/readyz",
      operation: "getReadiness",
      summary: "Whether Odoo and the store can be reached",
      answers: {
        200: "They can. `metadata`, if there is: validation goes by what Odoo said before, of so many models.",
      },
      handle: () => readiness(parts),
    },
    {
      ...shared,
      path: "/openapi.json",
      operation: "getOpenApi",
      summary: "This description, generic",
      answers: { 200: "OpenAPI 3.1." },
      handle: async () => ({ status: 200, body: { json: await parts.describe([]) } }),
    },
    {
      ...shared,
      scope: "models:read",
      path: "/v1/openapi.json",
      operation: "getModelOpenApi",
      summary: "This description, with the fields of some of the connected Odoo's models",
      parameters: { models: { description: "Names of models, separated by commas.", schema: { type: "string" } } },
      answers: { 200: "OpenAPI 3.1." },
      handle: async ({ query }) => {
        const models = (query.parameters.get("models") ?? "").split(",").filter((name) => name !== "");
        return { status: 200, body: { json: await parts.describe(models) } };
      },
    },
    {
      ...page,
      path: "/docs",
      operation: "getDocs",
      summary: "The addresses, for people",
      answers: { 200: "A page." },
      handle: async () => ({ status: 200, type: html, headers: pageHeaders, body: { text: docsPage(parts.routes()) } }),
    },
    {
      ...page,
      path: "/errors/",
      operation: "listErrors",
      summary: "Every error there is",
      produces: ["application/json", "text/html"],
      answers: { 200: "The catalogue." },
      handle: async ({ accepted }) => errorList(accepted),
    },
    {
      ...page,
      path: "/errors/{code}",
      operation: "getError",
      summary: "One error: what causes it and how to fix it",
      produces: ["application/json", "text/html"],
      answers: { 200: "The entry of the catalogue." },
      handle: async (request) => oneError(request),
    },
    {
      ...page,
      path: "/",
      operation: "getRoot",
      summary: "To the console",
      answers: { 302: "The console." },
      handle: async () => redirect("/console/"),
    },
    {
      ...page,
      path: "/console",
      operation: "getConsoleRoot",
      summary: "To the console",
      answers: { 302: "The console." },
      handle: async () => redirect("/console/"),
    },
    {
      ...page,
      path: "/console/*",
      operation: "getConsole",
      summary: "The console's files",
      produces: ["text/html", "application/octet-stream"],
      answers: { 200: "A file." },
      handle: async (request) => consoleFile(parts.consoleFiles, request),
    },
  ];
}

/** Without the models' names: anybody may ask. */
function toldOf(stale: StaleMetadata | undefined) {
  if (stale === undefined) return {};
  const { models, readAt, reason } = stale;
  return { metadata: { stale: models.length, read_at: new Date(readAt).toISOString(), reason } };
}

async function readiness({ checks, staleMetadata }: ServiceParts): Promise<Reply> {
  const failures = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        return undefined;
      } catch (error) {
        return { name, error: error instanceof OdoorwayError ? error : new OdoorwayError("internal_error") };
      }
    }),
  );
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length === 0) {
    const json = {
      status: "ready",
      checks: Object.fromEntries(Object.keys(checks).map((name) => [name, "ok"])),
      ...toldOf(staleMetadata()),
    };
    return { status: 200, body: { json } };
  }
  throw new OdoorwayError("not_ready", {
    evidence: {
      detail: failed.map(({ name, error }) => `${name}: ${error.why}`).join(" "),
      remedy: failed.map(({ name, error }) => `${name}: ${error.fix}`).join(" "),
    },
    cause: failed[0]?.error,
  });
}

function errorList(accepted: string): Reply {
  if (accepted === "text/html") return { status: 200, type: html, headers: pageHeaders, body: { text: errorIndex() } };
  const data = Object.entries(catalogue).map(([code, entry]) => describeError(code, entry));
  return { status: 200, body: { json: { data } } };
}

function oneError({ params, accepted }: GatewayRequest): Reply {
  const code = params.code ?? "";
  if (!isErrorCode(code))
    throw new OdoorwayError("route_not_found", {
      evidence: { path: `/errors/${code.slice(0, 100)}`, nearest: nearestPage(code) },
    });
  if (accepted === "text/html")
    return { status: 200, type: html, headers: pageHeaders, body: { text: errorPage(code) } };
  return { status: 200, body: { json: { ...describeError(code, catalogue[code]), example: exampleProblem(code) } } };
}

function nearestPage(code: string): string | undefined {
  const found = nearest(code, Object.keys(catalogue));
  return found === undefined ? undefined : `/errors/${found}`;
}

function describeError(code: string, entry: CatalogueEntry): Record<string, unknown> {
  return { code, ...entry, title: readable(entry.title), cause: readable(entry.cause), fix: readable(entry.fix) };
}

function redirect(location: string): Reply {
  return { status: 302, headers: { location } };
}

function consoleFile(files: ReadonlyMap<string, ConsoleFile>, { params, headers }: GatewayRequest): Reply {
  if (files.size === 0) throw new OdoorwayError("console_not_built");
  const name = params["*"] === "" ? "index.html" : (params["*"] ?? "");
  const file = files.get(name);
  if (!file) throw new OdoorwayError("route_not_found", { evidence: { path: `/console/${name.slice(0, 200)}` } });
  const caching = {
    etag: file.etag,
    "cache-control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
  };
  const known = headers["if-none-match"];
  if (typeof known === "string" && namesEtag(known, file.etag, true)) return { status: 304, headers: caching };
  return {
    status: 200,
    type: file.type,
    headers: {
      ...caching,
      "content-security-policy":
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
    body: { bytes: file.bytes },
  };
}
