/**
 * The HTTP server: fastify routes and writes, and everything it would answer in its own words (404 for a
 * wrong method, its errors, its parsers, 100-continue at once) is answered in the contract's instead.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { nearest, OdoorwayError } from "@odoorway/core";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { expectContinue, stillExpectsContinue } from "./body.js";
import { type ExchangeParts, exchange } from "./exchange.js";
import { OpenExchanges } from "./open-exchanges.js";
import { problemReply, problemType } from "./problem.js";
import { answerConnect, answerParserError } from "./raw-errors.js";
import type { Route } from "./route.js";
import { allowedMethods } from "./route-paths.js";

export interface ServerParts extends ExchangeParts {
  readonly routes: readonly Route[];
  readonly logger: Logger;
  /** Whether new requests are to be turned away. */
  stopping(): boolean;
}

/** How long a client may go on sending what will not be read any more, before the connection is cut. */
const lingerMs = 5_000;

/** Every method that some address takes; others are answered with 501 (RFC 9110 section 15.6.2). */
const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export type HttpServer = FastifyInstance<Server>;

export function buildServer(parts: ServerParts): HttpServer {
  const exchanges = new OpenExchanges();
  const app = fastify({
    genReqId: (message) => requestId(message.headers["x-request-id"]),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 72_000,
    rewriteUrl: (message) => originForm(message.url ?? "/"),
    http: {
      requireHostHeader: false,
      maxHeaderSize: 32 * 1024,
      headersTimeout: 30_000,
      connectionsCheckingInterval: 5_000,
    },
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (error, request, reply) => sendProblem(parts.logger, error, request, reply),
    clientErrorHandler: (error, socket) => answerParserError(error, socket, randomUUID(), exchanges),
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
    exchanges.add(request.raw, reply.raw);
    lingerAfter(request.raw, reply.raw);
    checkHost(request.raw);
    if (parts.stopping()) throw new OdoorwayError("shutting_down");
  });
  app.addHook("onResponse", async (request, reply) => logAnswer(parts.logger, request, reply));
  app.setErrorHandler((error, request, reply) => sendProblem(parts.logger, error, request, reply));
  app.setNotFoundHandler((request, reply) => answerUnrouted(parts.routes, request, reply));
  for (const route of parts.routes) {
    app.route({
      method: route.method === "GET" ? ["GET", "HEAD"] : route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handler: (request, reply) => exchange(route, parts, request, reply),
    });
  }
  app.server.on("checkContinue", (message: IncomingMessage, response: ServerResponse) => {
    expectContinue(message);
    app.routing(message, response);
  });
  app.server.on("checkExpectation", (message: IncomingMessage, response: ServerResponse) => {
    answerExpectation(message, response);
  });
  answerConnect(app.server, randomUUID);
  return app;
}

/** The client's id when it is one that logs can hold, else a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(given) ? given : randomUUID();
}

/** A proxy's client sends the whole address (RFC 9112 section 3.2.2); what counts here is its path and query. */
function originForm(target: string): string {
  const whole = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (whole === undefined) return target;
  return whole.startsWith("/") ? whole : `/${whole}`;
}

/** RFC 9112 section 3.2: HTTP/1.1 without Host, and any request with two, is answered with 400. */
function checkHost(message: IncomingMessage): void {
  const hosts = message.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host").length;
  if (hosts === 1 || (hosts === 0 && message.httpVersion === "1.0")) return;
  throw new OdoorwayError("malformed_request", {
    evidence: { detail: hosts === 0 ? "it has no Host" : "it has more than one Host" },
  });
}

/** OPTIONS and wrong methods on paths that exist, and paths that do not. */
function answerUnrouted(routes: readonly Route[], request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!methods.includes(request.method)) throw new OdoorwayError("unknown_method");
  const path = pathOf(request);
  const allow = path === "*" ? methods : allowedMethods(routes, path);
  if (allow.length === 0) {
    const trimmed = path.replace(/\/+$/, "");
    const fixed = [...new Set(routes.map((route) => route.path))].filter((known) => !known.includes("{"));
    throw new OdoorwayError("route_not_found", {
      evidence: {
        path: path.slice(0, 200),
        nearest: allowedMethods(routes, trimmed).length > 0 ? trimmed : nearest(path, fixed),
      },
    });
  }
  if (request.method === "OPTIONS") return reply.code(204).header("allow", allow.join(", ")).send();
  throw new OdoorwayError("method_not_allowed", {
    evidence: { method: request.method, path: path.slice(0, 200), allow: allow.join(", ") },
  });
}

function sendProblem(logger: Logger, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = problemReply(thrown, { instance: pathOf(request), requestId: request.id });
  if (answer.defect) logger.error({ err: below(thrown), request_id: request.id }, "a defect of ours");
  if (reply.raw.headersSent) {
    request.raw.destroy();
    return;
  }
  if (stillExpectsContinue(request.raw)) reply.header("connection", "close");
  reply.code(answer.status).headers({ "x-request-id": request.id, ...answer.headers });
  reply.type(problemType).serializer(String).send(JSON.stringify(answer.problem));
}

function below(thrown: unknown): unknown {
  return thrown instanceof OdoorwayError ? (thrown.below ?? thrown) : thrown;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

/**
 * A reply may go out before the body has come in whole. Cutting the connection at once would lose the
 * reply on its way, so the rest is read and thrown away for a while, then the connection is cut. A client
 * that still waits for 100-continue will send nothing, so its connection is closed with the reply.
 */
function lingerAfter(message: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    if (message.complete !== false || message.socket === null) return;
    message.resume();
    const timer = setTimeout(() => message.socket?.destroy(), lingerMs);
    timer.unref();
    message.once("close", () => clearTimeout(timer));
    message.once("end", () => clearTimeout(timer));
  });
}

function answerExpectation(message: IncomingMessage, response: ServerResponse): void {
  const id = requestId(message.headers["x-request-id"]);
  const error = new OdoorwayError("expectation_failed", {
    evidence: { received: String(message.headers.expect).slice(0, 100) },
  });
  const answer = problemReply(error, { instance: message.url?.split("?", 1)[0] ?? "", requestId: id });
  const body = JSON.stringify(answer.problem);
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": Buffer.byteLength(body),
    "content-type": problemType,
    "x-request-id": id,
    connection: "close",
  });
  response.end(body);
}

function logAnswer(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  logger.info(
    {
      request_id: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    },
    "request",
  );
}
