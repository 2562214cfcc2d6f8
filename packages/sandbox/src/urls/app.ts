/** The HTTP layer: bodies stay raw, for the bytes are what an Odoo judges; one table of routes for each version. */
import fastify, { type FastifyInstance } from "fastify";
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
export function createApp(
  doors: Doors,
  control: Control,
  routes: readonly Route[],
  bodyLimit: number,
): FastifyInstance {
  const app = fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: false });
  const routers = new Map(
    odooVersions.map((version) => {
      const all = [...routes, ...builtIn].filter(({ only }) => only === undefined || only === version);
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
