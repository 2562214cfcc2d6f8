/**
 * JSON-2 (19): POST /json/2/MODEL/METHOD with a bearer key and arguments by name; the value or
 * {name, message, arguments, context, debug} with a status that tells what kind of failure it is.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OdooException } from "../orm/exceptions.js";
import { truthy } from "../orm/python.js";
import { exceptionBody } from "../services/errors.js";
import { callNamed } from "../services/object.js";
import type { Server } from "../services/server.js";
import { json, kindsFitting, noDatabase, type RouteAnswer, wrongType } from "./answer.js";
import { type Doors, type Outcome, perform, sizeOf } from "./perform.js";
import { JsonError, parsePythonJson } from "./python-json.js";
import { send, typeOf } from "./routes.js";
import { pythonFloat, pythonJson } from "./whole-float.js";

/** A refusal of HTTP's kind, named as werkzeug names it. */
class HttpException extends OdooException {
  readonly status: number;
  constructor(status: number, name: string, message: string) {
    super(`werkzeug.exceptions.${name}`, message);
    this.status = status;
  }
}
const badRequest = (message: string) => new HttpException(400, "BadRequest", message);
const unauthorized = (message: string) => new HttpException(401, "Unauthorized", message);
const notFound = (message: string) => new HttpException(404, "NotFound", message);
const unprocessable = (message: string) => new HttpException(422, "UnprocessableEntity", message);

/** Statuses of Odoo's own exceptions; what is none of them is a defect, 500. */
const statuses: Readonly<Record<string, number>> = {
  "odoo.exceptions.UserError": 422,
  "odoo.exceptions.ValidationError": 422,
  "odoo.exceptions.AccessError": 403,
  "odoo.exceptions.AccessDenied": 403,
  "odoo.exceptions.MissingError": 404,
  "odoo.exceptions.LockError": 409,
};

export function addJson2(app: FastifyInstance, doors: Doors): void {
  app.all("/json/2/:model/:method", async (request, reply) => {
    const { model, method } = request.params as { model: string; method: string };
    const route = "/json/2/<__model__>/<__method__>";
    return request.method === "POST"
      ? json2(doors, request, reply, route, (server, params) => called(server, request, model, method, params))
      : json2(doors, request, reply, "/json/2", lost);
  });
  for (const path of ["/json/2", "/json/2/*"])
    app.all(path, async (request, reply) => json2(doors, request, reply, "/json/2", lost));
}

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
  const [, key] = /^bearer\s+(.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (key === undefined)
    throw unauthorized("User not authenticated, use an API Key with a Bearer Authorization header.");
  const uid = server.credentials.byKey(key);
  if (uid === undefined) throw unauthorized("Invalid apikey");
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

function tell(outcome: Outcome): RouteAnswer {
  if ("value" in outcome) return json(pythonJson(outcome.value ?? null), 200, { "X-Content-Type-Options": "nosniff" });
  const { exception } = outcome;
  if (!(exception instanceof HttpException))
    return json(JSON.stringify(exceptionBody(exception)), statuses[exception.exception] ?? 500);
  const body = { ...exceptionBody(exception), arguments: [exception.message, exception.status] };
  const challenge: Record<string, string> = exception.status === 401 ? { "WWW-Authenticate": "Bearer " } : {};
  return json(JSON.stringify(body), exception.status, challenge);
}
