/** Sends an answer with its headers as Odoo writes them, in capitals: some clients keep them in a plain map. */
import type { FastifyReply } from "fastify";
import type { RouteAnswer } from "./answer.js";

export function send(reply: FastifyReply, { status, headers, body }: RouteAnswer): FastifyReply {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const set = Object.entries(reply.getHeaders()).map(([name, value]) => [capitals(name), value]);
  const hasBody = status >= 200 && status !== 204 && status !== 304;
  reply.hijack();
  reply.raw.writeHead(status, {
    ...Object.fromEntries(set),
    ...headers,
    ...(hasBody ? { "Content-Length": bytes.length } : {}),
  });
  reply.raw.end(hasBody && reply.request.method !== "HEAD" ? bytes : undefined);
  return reply;
}

/** `set-cookie` as `Set-Cookie`. */
function capitals(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
