/** For tests: a server with routes of controllers besides the login, and the answers that Odoo has for them. */
import type { ServerResponse } from "node:http";
import { clientFor } from "./harness.js";
import { routes, rpc } from "./routes.js";

export const login = "/web/session/authenticate";
type Route = Parameters<typeof routes>[0][string];

/** A server with these routes besides the login, whose sessions are s1, s2, ... */
export async function server(table: Record<string, Route>) {
  let logins = 0;
  const made = await routes({
    [login]: ({ body }, response) => {
      response.setHeader("set-cookie", `session_id=s${++logins}; Path=/; HttpOnly`);
      return rpc({ result: { uid: 7 } }, body);
    },
    ...table,
  });
  const client = clientFor(made.url);
  const requestsTo = (path: string) => made.requests.filter((request) => request.path.split("?")[0] === path);
  return { ...made, client, requestsTo, logins: () => logins };
}

export const page = (response: ServerResponse, status: number, html: string, headers = {}) =>
  void response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers }).end(html);
export const werkzeug = (title: string, text: string) =>
  `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>${title.slice(4)}</h1>\n<p>${text}</p>\n`;
