/**
 * JSON-2 (19): POST /json/2/MODEL/METHOD with a bearer key and arguments by name; the value or
 * {name, message, arguments, context, debug} with a status that tells what kind of failure it is.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { NotUtf8 } from "../orm/exceptions.js";
import { truthy } from "../orm/python.js";
import { bearer } from "../services/bearer.js";
import { exceptionBody } from "../services/errors.js";
import { HttpException } from "../services/http-exceptions.js";
import { callNamed } from "../services/object.js";
import type { Server } from "../services/server.js";
import { httpPage, json, kindsFitting, noDatabase, type RouteAnswer, wrongType } from "./answer.js";
import { type Doors, type Outcome, perform, sizeOf } from "./perform.js";
import { JsonError, parsePythonJson } from "./python-json.js";
import { type OwnRoute, typeOf } from "./routes.js";
import { send } from "./send.js";
import { pythonFloat, pythonJson } from "./whole-float.js";

const badRequest = (message: string) => new HttpException(400, message);
const notFound = (message?: string) => new HttpException(404, message);
const unprocessable = (message: string) => new HttpException(422, message);

/** Statuses of Odoo's own exceptions; what is none of them is a defect, 500. */
const statuses: Readonly<Record<string, number>> = {
  "odoo.exceptions.UserError": 422,
  "odoo.exceptions.ValidationError": 422,
  "odoo.exceptions.AccessError": 403,
  "odoo.exceptions.AccessDenied": 403,
  "odoo.exceptions.MissingError": 404,
  "odoo.exceptions.LockError": 409,
  "odoo.http.SessionExpiredException": 403,
};

/** JSON-2, with the documentation that lives beside it. */
export const json2Routes: readonly OwnRoute[] = [
  {
    path: "/json/2/<__model__>/<__method__>",
    type: "own",
    since: 19,
    async respond(doors, request, reply, { __model__, __method__ }) {
      const [model, method] = [String(__model__), String(__method__)];
      return request.method === "POST"
        ? json2(doors, request, reply, this.path, (server, params) => called(server, request, model, method, params))
        : json2(doors, request, reply, "/json/2", lost);
    },
  },
  ...["/json/2", "/json/2/<path:rest>"].map(
    (path): OwnRoute => ({
      path,
      type: "own",
      since: 19,
      respond: (doors, request, reply) => json2(doors, request, reply, "/json/2", lost),
    }),
  ),
];

type Params = Readonly<Record<string, unknown>>;
interface Found {
  readonly uid: number;
  readonly model: string;
  readonly method: string;
  readonly params: Params;
}

function lost(): never {
  throw notFound("Did you mean POST /json/2/<model>/<method>?");
}

async function json2(
  doors: Doors,
  request: FastifyRequest,
  reply: FastifyReply,
  route: string,
  find: (server: Server, params: () => Params) => Found,
): Promise<FastifyReply> {
  const server = doors.server();
  const { profile, name } = server.database;
  const asked = request.headers["x-odoo-database"];
  if (asked !== undefined && asked !== name) return send(reply, noDatabase());
  const body = typeof request.body === "string" ? request.body : "";
  const fitting = kindsFitting(profile, typeOf(request), body !== "");
  if (!fitting.includes("json2")) return send(reply, wrongType(profile, route, "json2", fitting));
  const read = () => {
    const { uid, model, method, params } = find(server, () => paramsOf(body));
    const first = params.vals_list ?? params.ids;
    const size = sizeOf(method, [first, params.data]);
    return {
      called: { transport: "json2" as const, service: "object", model, method, uid, size },
      run: () => run(server, uid, model, method, params),
    };
  };
  return perform(doors, reply, read, tell);
}

/** Who calls is found before the body is read, as in Odoo. */
function called(server: Server, request: FastifyRequest, model: string, method: string, params: () => Params): Found {
  const uid = bearer(server, request.headers as Readonly<Record<string, string | undefined>>);
  return { uid, model, method, params: params() };
}

/** The arguments by name. A body that is JSON but no object counts as empty. */
function paramsOf(body: string): Params {
  if (body === "") return {};
  try {
    const value = parsePythonJson(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Params) : {};
  } catch (error) {
    if (error instanceof JsonError) throw badRequest(`could not parse the body as json: ${error.message}`);
    throw error;
  }
}

function run(server: Server, uid: number, model: string, method: string, params: Params): unknown {
  const { ids, context, ...named } = params;
  const refuse = { unknownModel: notFound, unknownMethod: notFound, arguments: unprocessable };
  return callNamed(server, { uid, model, method, ids: truthy(ids) ? ids : [], context, named }, refuse, {
    float: pythonFloat,
  });
}

/** A value, or an exception with the status of its kind. */
export function tell(outcome: Outcome): RouteAnswer {
  if ("value" in outcome) return json(pythonJson(outcome.value ?? null), 200, { "X-Content-Type-Options": "nosniff" });
  const { exception } = outcome;
  if (exception instanceof NotUtf8) return httpPage(new HttpException(500));
  if (!(exception instanceof HttpException))
    return json(JSON.stringify(exceptionBody(exception)), statuses[exception.exception] ?? 500);
  const body = { ...exceptionBody(exception), arguments: [exception.message, exception.status] };
  return json(JSON.stringify(body), exception.status, exception.headers);
}
