/** The HTTP layer: bodies stay raw, for the bytes are what an Odoo judges; no limit below Odoo's 128 MiB. */
import fastify, { type FastifyInstance } from "fastify";
import { addControlRoutes, type Control } from "../control/routes.js";
import { unknownPage } from "./answer.js";
import { addJson2 } from "./json2.js";
import type { Doors } from "./perform.js";
import { addRoutes, send } from "./routes.js";
import { addRpcRoutes } from "./rpc.js";
import { sessionRoutes } from "./session-routes.js";
import { webRoutes } from "./web.js";

const bodyLimit = 128 * 1024 * 1024;

/** No route has a schema, so that the compilers of schemas, half of the time of a start, are never loaded. */
const none = () => () => {
  throw new Error("the sandbox has no schemas");
};
const schemaController = { compilersFactory: { buildValidator: none, buildSerializer: none } };

export function createApp(doors: Doors, control: Control): FastifyInstance {
  const app = fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: false, schemaController });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    addRpcRoutes(scope, doors);
    // Only a version that has JSON-2 registers it: elsewhere its addresses are those of /json/*.
    if (doors.server().database.profile.hasJson2) addJson2(scope, doors);
    addRoutes(scope, doors, [...webRoutes, ...sessionRoutes]);
    scope.setNotFoundHandler(async (_request, reply) => send(reply, unknownPage()));
  });
  app.register(async (scope) => addControlRoutes(scope, control));
  return app;
}
