/** The HTTP layer: bodies stay raw, for the bytes are what an Odoo judges; one table of routes for each version. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { addControlRoutes, type Control } from "../control/routes.js";
import { HttpException } from "../services/http-exceptions.js";
import { odooVersions } from "../versions/facts.js";
import { httpPage, notAllowed, unknownPage } from "./answer.js";
import { docRoutes } from "./doc.js";
import { json2Routes } from "./json2.js";
import type { Doors } from "./perform.js";
import { createRouter } from "./router.js";
import { type Route, respond } from "./routes.js";
import { rpcRoutes } from "./rpc.js";
import { send } from "./send.js";
import { sessionRoutes } from "./session-routes.js";
import { webRoutes } from "./web.js";

const builtIn: readonly Route[] = [...rpcRoutes, ...json2Routes, ...docRoutes, ...sessionRoutes, ...webRoutes];

/** `bodyLimit` is in bytes; Odoo's own is 128 MiB. `routes` are those of further modules. */
/** No route has a schema, so that the compilers of schemas, half of the time of a start, are never loaded. */
const none = () => () => {
  throw new Error("the sandbox has no schemas");
};
const schemaController = { compilersFactory: { buildValidator: none, buildSerializer: none } };

/** What is no HTTP gets a page of werkzeug's kind and the end of the connection. */
function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const { body, headers, status } = httpPage(new HttpException(error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400));
  const lines = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${String(body)}`);
}

export function createApp(
  doors: Doors,
  control: Control,
  routes: readonly Route[],
  bodyLimit: number,
): FastifyInstance {
  const app = fastify({
    bodyLimit,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    schemaController,
    clientErrorHandler,
    // An address that cannot be decoded is one that no route has.
    frameworkErrors: (_error, _request, reply) => void send(reply as FastifyReply, unknownPage()),
  });
  const routers = new Map(
    odooVersions.map((version) => {
      const all = [...routes, ...builtIn].filter(
        ({ since = version, until = version }) => since <= version && version <= until,
      );
      return [version, createRouter(all)] as const;
    }),
  );
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: { code?: string; statusCode?: number }, _request, reply) => {
      const status = error.code === "FST_ERR_CTP_BODY_TOO_LARGE" ? 413 : (error.statusCode ?? 500);
      return send(reply, httpPage(new HttpException(status)));
    });
    scope.all("/*", async (request, reply) => {
      const [path = "/"] = request.url.split("?", 1);
      const found = routers.get(doors.server().database.profile.version)?.(path, request.method);
      if (!found) {
        // Odoo renders this page for a visitor, who gets a session.
        if (!doors.sessions.of(request.headers.cookie))
          reply.header("Set-Cookie", doors.sessions.cookie(doors.sessions.start(undefined)));
        return send(reply, unknownPage());
      }
      if ("allow" in found) return send(reply, notAllowed(found.allow));
      return respond(doors, request, reply, found.route, found.args);
    });
  });
  app.register(async (scope) => addControlRoutes(scope, control));
  return app;
}
