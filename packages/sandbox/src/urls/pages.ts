/** The few pages around the API: health, versions, and the HTML of errors as werkzeug writes it. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { versionInfo } from "../services/common.js";
import type { Server } from "../services/server.js";
import type { Profile } from "../versions/profile.js";

export function badRequest(reply: FastifyReply, message: string): FastifyReply {
  return errorPage(reply, 400, "Bad Request", message);
}

/** /jsonrpc without a JSON content type: the route exists, but not for this kind of request. */
export function wrongType(reply: FastifyReply, { wrongType: { status, title }, version }: Profile): FastifyReply {
  const kind = version === 18 ? "json" : "jsonrpc";
  const message = `Request inferred type is compatible with ['http'] but '/jsonrpc' is type='${kind}'.`;
  return errorPage(reply, status, title, message);
}

function errorPage(reply: FastifyReply, status: number, title: string, message: string): FastifyReply {
  const text = message
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", "&#39;");
  return reply
    .code(status)
    .header("Content-Type", "text/html; charset=utf-8")
    .send(`<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`);
}

export function addPages(app: FastifyInstance, server: () => Server): void {
  app.get("/web/health", async (_request, reply) =>
    reply.header("Content-Type", "application/json").header("Cache-Control", "no-store").send('{"status": "pass"}'),
  );
  const answers = (path: string, answer: () => unknown) =>
    app.post(path, async (_request, reply) =>
      reply
        .header("Content-Type", "application/json; charset=utf-8")
        .send(JSON.stringify({ jsonrpc: "2.0", id: null, result: answer() })),
    );
  answers("/web/webclient/version_info", () => versionInfo(server()));
  answers("/web/database/list", () => [server().database.name]);
  app.setNotFoundHandler(async (request, reply) => {
    if (request.url.startsWith("/xmlrpc/")) {
      reply.header("Allow", "POST, OPTIONS");
      return errorPage(reply, 405, "Method Not Allowed", "The method is not allowed for the requested URL.");
    }
    return reply
      .code(404)
      .header("Content-Type", "text/html;charset=utf-8")
      .send("<!DOCTYPE html><html><head><title>Odoo</title></head><body><h1>404: Page not found</h1></body></html>\n");
  });
}
