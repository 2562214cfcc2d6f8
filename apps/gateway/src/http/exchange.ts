/**
 * A request, from top to bottom: authorise, parse, plan and call (the route's own part), reply. Each
 * stage may refuse by throwing, and whatever is thrown becomes one problem; ARCHITECTURE.md lists what
 * each stage may say. The token comes first, so that a stranger learns nothing of what is valid, and
 * the body comes last, so that nobody sends one that is refused by its head.
 */
import { Readable } from "node:stream";
import { OdoorwayError, parseWithLongIntegers } from "@odoorway/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { authorise, type Grant, type TokenStore } from "../tokens.js";
import { acceptedType } from "./accept.js";
import { type BodyLimits, checkBodyHead, hasBody, openUpload, readBody } from "./body.js";
import { jsonText, parseJson } from "./json-body.js";
import { parseQuery } from "./query.js";
import type { GatewayRequest, Reply, Route, Upload } from "./route.js";

export interface ExchangeParts {
  readonly tokens: Pick<TokenStore, "findTokenByHash">;
  readonly adminToken: string | undefined;
  readonly limits: BodyLimits;
}

/** Longest address that is read, in characters. */
const longestAddress = 8192;

export async function exchange(
  route: Route,
  parts: ExchangeParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const grant = await authoriseRequest(route, parts, request);
  const parsed = await parseRequest(route, parts, request, reply, grant);
  try {
    const answer = await route.handle(parsed);
    return await sendReply(answer, request, reply);
  } finally {
    parsed.upload?.bytes.destroy();
  }
}

/** May say: unauthorized, forbidden_scope. */
async function authoriseRequest(
  route: Route,
  parts: ExchangeParts,
  request: FastifyRequest,
): Promise<Grant | undefined> {
  if (route.scope === "public") return undefined;
  return authorise(request.headers.authorization, route.scope, parts.tokens, parts.adminToken);
}

/** May say everything about a request's form: 400, 406, 408, 413, 414, 415, 422 for a body that must not be. */
async function parseRequest(
  route: Route,
  parts: ExchangeParts,
  request: FastifyRequest,
  reply: FastifyReply,
  grant: Grant | undefined,
): Promise<GatewayRequest> {
  if (request.url.length > longestAddress) throw new OdoorwayError("uri_too_long");
  const cut = request.url.indexOf("?");
  const query = parseQuery(cut < 0 ? "" : request.url.slice(cut + 1), {
    parameters: route.parameters ?? {},
    filters: route.filters ?? false,
  });
  const accepted = acceptedType(route, query, request.headers.accept);
  if (request.method !== "GET" && request.method !== "HEAD") checkBodyHead(request.raw, route.body, parts.limits);
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return {
    id: request.id,
    method: request.method,
    params: request.params as Record<string, string>,
    query,
    headers: request.headers,
    accepted,
    grant,
    body: route.body.kind === "json" ? await readJson(route.body, parts, request, reply) : undefined,
    upload: route.body.kind === "upload" ? uploadOf(route.body, parts, request, reply) : undefined,
    gone: gone.signal,
  };
}

async function readJson(
  rules: { readonly optional?: true; readonly longIntegers?: "text" },
  parts: ExchangeParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const bytes = await readBody(request.raw, reply.raw, parts.limits);
  if (rules.optional && bytes.length === 0) return undefined;
  const text = jsonText(bytes);
  const value = parseJson(text);
  return rules.longIntegers === "text" ? parseWithLongIntegers(text, value) : value;
}

function uploadOf(
  rules: { readonly optional?: true },
  parts: ExchangeParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Upload | undefined {
  return rules.optional && !hasBody(request.raw) ? undefined : openUpload(request.raw, reply.raw, parts.limits);
}

/** Streams are opened before the status goes out, so that what fails at once is still a problem. */
async function sendReply(answer: Reply, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = answer.body;
  const pieces = body !== undefined && "pieces" in body ? await opened(body.pieces) : undefined;
  reply.code(answer.status).headers({ "cache-control": "no-store", ...answer.headers });
  if (body === undefined) return reply.send();
  if ("json" in body)
    return reply.type(answer.type ?? "application/json; charset=utf-8").send(JSON.stringify(body.json));
  reply.type(answer.type ?? "text/plain; charset=utf-8");
  if ("bytes" in body) return reply.send(body.bytes);
  if ("text" in body) return reply.send(body.text);
  if (request.method === "HEAD") {
    await pieces?.return(undefined);
    return reply.send();
  }
  return reply.send(Readable.from(pieces ?? [], { objectMode: false, highWaterMark: 64 * 1024 }));
}

/** Waits for the first piece, then gives all of them. */
async function opened(pieces: AsyncIterable<string>): Promise<AsyncGenerator<string>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<string> {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return all();
}
