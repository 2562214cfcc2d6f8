/** The HTTP layer: bodies stay raw, for the bytes are what an Odoo judges; no limit below Odoo's 128 MiB. */
import fastify, { type FastifyInstance } from "fastify";
import { addControlRoutes, type Control } from "../control/routes.js";
import { addPages } from "./pages.js";
import { addRpcRoutes, type Doors } from "./rpc.js";

const bodyLimit = 128 * 1024 * 1024;

export function createApp(doors: Doors, control: Control): FastifyInstance {
  const app = fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: false });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    addRpcRoutes(scope, doors);
    addPages(scope, () => doors.server());
  });
  app.register(async (scope) => addControlRoutes(scope, control));
  return app;
}
