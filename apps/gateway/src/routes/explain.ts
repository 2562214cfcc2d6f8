/** Any error text to its explanation: what a client, a proxy, a log or an Odoo said. Nothing of it is kept. */
import { nearest, OdoorwayError } from "@odoorway/core";
import { type CallFacts, explainText, type Given } from "@odoorway/diagnose";
import { type Connection, lookFurther } from "../explain/further.js";
import { bytesOf } from "../http/body.js";
import { invalidParameter } from "../http/query.js";
import { type GatewayRequest, json, type Reply, type Route, type Upload } from "../http/route.js";

/** Bytes of a text; more says no more. */
const largest = 16 * 1024 * 1024;
const called = ["model", "method", "database", "login", "url"] as const;
const about = [...called, "field", "ids"] as const;

export function explainRoutes(connection: Connection): Route[] {
  return [
    {
      method: "POST",
      path: "/v1/explain",
      operation: "explain",
      summary: "Any error text to its diagnosis: code, cause, fix, evidence",
      tag: "service",
      scope: "models:read",
      parameters: {
        connect: {
          description:
            "Whether the connected Odoo is asked too; it is only read. The answer has the member findings then.",
          schema: { type: "boolean", default: false },
        },
      },
      body: {
        kind: "upload",
        types: [
          "text/plain",
          "application/json",
          "text/html",
          "text/xml",
          "application/xml",
          "application/octet-stream",
        ],
      },
      produces: json,
      answers: {
        200: "The explanation; not_recognised where nothing names a failure. The text is the body as it is, or the member text of a JSON object, beside which model, method, field, ids, database, login and url may say what was called.",
      },
      handle: (request) => explain(request, connection),
    },
  ];
}

async function explain({ upload, query }: GatewayRequest, connection: Connection): Promise<Reply> {
  const connect = query.parameters.get("connect") ?? "false";
  if (connect !== "true" && connect !== "false") throw invalidParameter("connect", "it is neither true nor false");
  if (upload === undefined)
    throw new OdoorwayError("invalid_body", { evidence: { received: "empty", expected: "a text" } });
  const { text, call, given } = asked(await textOf(upload), upload.type);
  const offline = explainText(text, call);
  const explanation = connect === "true" ? await lookFurther(connection, offline, text, given) : offline;
  return { status: 200, body: { json: { ...explanation, documentation: `/errors/${explanation.code}` } } };
}

async function textOf(upload: Upload): Promise<string> {
  // What is no UTF-8 in a log is replaced and read on.
  return new TextDecoder().decode(await bytesOf(upload, largest));
}

/** JSON whose member `text` is a text is a question; any other JSON is itself the text, as an Odoo answered it. */
function asked(body: string, type: string): { text: string; call: CallFacts; given: Given } {
  const question = type === "application/json" ? objectIn(body) : undefined;
  if (question === undefined || typeof question.text !== "string") return { text: body, call: {}, given: {} };
  const call: Record<string, string> = {};
  for (const name of Object.keys(question)) {
    if (name === "text" || (about as readonly string[]).includes(name)) continue;
    throw new OdoorwayError("unknown_parameter", {
      evidence: {
        parameter: name.slice(0, 100),
        nearest: nearest(name, about),
        known: ["text", ...about].join(", "),
      },
    });
  }
  for (const name of called) if (typeof question[name] === "string") call[name] = question[name];
  const { model, method } = call;
  const { field, ids } = question;
  if (field !== undefined && !(typeof field === "string" && /^\w{1,60}$/.test(field)))
    throw invalidParameter("field", "it is no name of a field");
  if (ids !== undefined && !isIds(ids)) throw invalidParameter("ids", "it is no list of ids of records", "[42]");
  const given = {
    ...(model === undefined ? {} : { model }),
    ...(method === undefined ? {} : { method }),
    ...(field === undefined ? {} : { field }),
    ...(ids === undefined ? {} : { ids }),
  };
  return { text: question.text, call, given };
}

function isIds(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id > 0);
}

function objectIn(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
