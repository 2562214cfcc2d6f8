/**
 * The form of the tables: one line a case, written as a request to the gateway. In texts and paths `@name` stands for
 * the id of a record of the shelf, so that the same case is sent to any Odoo, and `@gone` for an id that nothing has.
 */
import type { OdooClient } from "@odoorway/client";
import type { Shelf } from "./shelf.js";

/** `POST model`, `PATCH model/id`, `PUT model` (by a key of its own), `DELETE model/id`, `ACTION model/id/method`, `GET model[/id][?query]`. */
export type RequestLine = `${"POST" | "PATCH" | "PUT" | "DELETE" | "ACTION" | "GET"} ${string}`;

export interface WrongCase {
  /** What is wrong, in a few words; unique together with the request. */
  readonly says: string;
  readonly request: RequestLine;
  readonly body: unknown;
  /** `pointer code: words of the fix`, one a problem; without a pointer when the request as a whole is refused. */
  readonly refused: readonly string[];
  /** The Odoo that has the field, where only one of the two has it. */
  readonly only?: 18 | 19;
}

/** Cases as a file of the table lists them: what is wrong, the request, the body, the refusals. */
export type WrongRow = readonly [says: string, request: RequestLine, body: unknown, ...refused: string[]];

export function wrongCases(rows: readonly WrongRow[], only?: 18 | 19): WrongCase[] {
  return rows.map(([says, request, body, ...refused]) => ({
    says,
    request,
    body,
    refused,
    ...(only === undefined ? {} : { only }),
  }));
}

/** The name under which a case is remembered. */
export function nameOf({ request, says, only }: Pick<WrongCase, "request" | "says" | "only">): string {
  return `${request}: ${says}${only === undefined ? "" : ` (${only})`}`;
}

/** A value with the ids of the shelf in it. */
export function filled(value: unknown, shelf: Shelf): unknown {
  if (typeof value === "string") return /^@\w+$/.test(value) ? idOf(value.slice(1), shelf) : value;
  if (Array.isArray(value)) return value.map((inner) => filled(inner, shelf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner, shelf)]));
}

function idOf(name: string, shelf: Shelf): number {
  const id = shelf[name];
  if (id === undefined) throw new Error(`the shelf has no @${name}`);
  return id;
}

export interface Line {
  readonly method: "POST" | "PATCH" | "PUT" | "DELETE" | "ACTION" | "GET";
  readonly model: string;
  readonly id: string | undefined;
  readonly action: string;
  readonly query: string;
}

export function lineOf(request: string, shelf: Shelf): Line {
  const text = request.replace(/@(\w+)/g, (_all, name: string) => String(idOf(name, shelf)));
  const match = /^([A-Z]+) ([^/?]+)(?:\/([^/?]+))?(?:\/([^?]+))?(?:\?(.*))?$/.exec(text);
  if (match === null) throw new Error(`${request} is no request of a table`);
  const [, method, model = "", id, action = "", query = ""] = match;
  return { method: method as Line["method"], model, id, action, query };
}

/** Method and path of the gateway; `key` is the external id of a PUT. */
export function gatewayRequest(line: Line, key: string): { readonly method: string; readonly path: string } {
  const { method, model, id, action, query } = line;
  const path = `/v1/records/${model}`;
  const asked = query === "" ? "" : `?${query}`;
  if (method === "ACTION") return { method: "POST", path: `${path}/${id}/actions/${action}` };
  if (method === "PUT") return { method, path: `${path}/by-key/${key}` };
  return { method, path: `${path}${id === undefined ? "" : `/${id}`}${asked}` };
}

/** The same sent straight to Odoo, as a program without a gateway would: resolves with what Odoo answers. */
export async function sendStraight(odoo: OdooClient, line: Line, body: unknown): Promise<unknown> {
  const { model, id } = line;
  const ids = [asNumber(id)];
  switch (line.method) {
    case "POST":
    case "PUT":
      return odoo.call(model, "create", [body]);
    case "PATCH":
      return odoo.call(model, "write", [ids, body]);
    case "DELETE":
      return odoo.call(model, "unlink", [ids]);
    case "ACTION":
      return odoo.call(model, line.action, [ids]);
    case "GET":
      return id === undefined
        ? searchStraight(odoo, model, line.query)
        : odoo.call(model, "read", [ids, ["display_name", "create_date"]]);
  }
}

async function searchStraight(odoo: OdooClient, model: string, query: string): Promise<unknown> {
  const asked = new URLSearchParams(query);
  const options: Record<string, unknown> = { limit: asNumber(asked.get("limit") ?? "3") };
  const fields = asked.get("fields");
  const order = asked.get("order");
  options.fields = fields === null ? ["id"] : fields.split(",");
  if (order !== null) options.order = order;
  if (asked.has("offset")) options.offset = asNumber(asked.get("offset") ?? "");
  const domain = asked.get("domain");
  const conditions = domain === null ? filtersAsConditions(asked) : readJson(domain);
  return odoo.call(model, "search_read", [conditions], options);
}

function filtersAsConditions(asked: URLSearchParams): unknown[] {
  const own = ["fields", "order", "limit", "offset", "cursor"];
  return [...asked].filter(([name]) => !own.includes(name)).map(([name, value]) => [name, "=", value]);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function asNumber(text: string | undefined): unknown {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
