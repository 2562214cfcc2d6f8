/** Any error text to its explanation: what a client, a proxy, a log or an Odoo said. Nothing of it is kept. */
import { nearest, OdoorwayError } from "@odoorway/core";
import { type CallFacts, explainText } from "@odoorway/diagnose";
import { type GatewayRequest, json, type Reply, type Route, type Upload } from "../http/route.js";

/** Bytes of a text; more says no more. */
const largest = 16 * 1024 * 1024;
const about = ["model", "method", "database", "login", "url"] as const;

export function explainRoutes(): Route[] {
  return [
    {
      method: "POST",
      path: "/v1/explain",
      operation: "explain",
      summary: "Any error text to its diagnosis: code, cause, fix, evidence",
      tag: "service",
      scope: "models:read",
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
        200: "The explanation; not_recognised where nothing names a failure. The text is the body as it is, or the member text of a JSON object, beside which model, method, database, login and url may say what was called.",
      },
      handle: explain,
    },
  ];
}

async function explain({ upload }: GatewayRequest): Promise<Reply> {
  if (upload === undefined)
    throw new OdoorwayError("invalid_body", { evidence: { received: "empty", expected: "a text" } });
  const { text, call } = asked(await textOf(upload), upload.type);
  const explanation = explainText(text, call);
  return { status: 200, body: { json: { ...explanation, documentation: `/errors/${explanation.code}` } } };
}

async function textOf({ bytes }: Upload): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += (piece as Buffer).length;
    if (size > largest) throw new OdoorwayError("payload_too_large", { evidence: { limit: `${largest} bytes` } });
    pieces.push(piece as Buffer);
  }
  // What is no UTF-8 in a log is replaced and read on.
  return new TextDecoder().decode(Buffer.concat(pieces));
}

/** JSON whose member `text` is a text is a question; any other JSON is itself the text, as an Odoo answered it. */
function asked(body: string, type: string): { text: string; call: CallFacts } {
  const question = type === "application/json" ? objectIn(body) : undefined;
  if (question === undefined || typeof question.text !== "string") return { text: body, call: {} };
  const call: Record<string, string> = {};
  for (const [name, value] of Object.entries(question)) {
    if (name === "text") continue;
    if (!(about as readonly string[]).includes(name))
      throw new OdoorwayError("unknown_parameter", {
        evidence: {
          parameter: name.slice(0, 100),
          nearest: nearest(name, about),
          known: ["text", ...about].join(", "),
        },
      });
    if (typeof value === "string") call[name] = value;
  }
  return { text: question.text, call };
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
