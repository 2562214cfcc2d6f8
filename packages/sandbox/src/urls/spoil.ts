/** An answer as a bad network or a proxy in between leaves it. */
import type { FastifyReply } from "fastify";
import type { Strike } from "../control/faults.js";
import { page, type RouteAnswer } from "./answer.js";

const titles = { 429: "Too Many Requests", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out" };

/** Whether an answer that is ordered comes without the work: a proxy's page does, unless told otherwise. */
export function isBeforeWork({ answer, committed }: Strike): boolean {
  return typeof answer === "number" && committed !== true;
}

/** What is sent in place of Odoo's answer. */
export function replacement(strike: Strike, told: RouteAnswer): RouteAnswer {
  if (strike.answer === "garbage") return { ...told, status: 200, body: Buffer.from("1f8bff007b3cc328", "hex") };
  return proxyPage(strike) ?? told;
}

/** The page of a proxy, where one is ordered. */
export function proxyPage({ answer, retryAfter = 1 }: Strike): RouteAnswer | undefined {
  if (typeof answer !== "number") return undefined;
  const retry: Record<string, string> = answer === 429 || answer === 503 ? { "Retry-After": String(retryAfter) } : {};
  const { headers, body } = page(`<center><h1>${answer} ${titles[answer]}</h1></center>`, retry);
  return { status: answer, headers, body };
}

/** Closes the connection without a byte of answer. */
export function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

/** Promises the whole answer, sends the first half and closes the connection. */
export function truncate(reply: FastifyReply, { status, headers, body }: RouteAnswer): FastifyReply {
  const bytes = Buffer.from(body);
  reply.hijack();
  reply.raw.writeHead(status, { ...headers, "Content-Length": bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => reply.raw.destroy());
  return reply;
}

const pieces = 10;

/** Sends the answer in pieces over this time; a client that goes away ends it. */
export async function trickle(
  reply: FastifyReply,
  { status, headers, body }: RouteAnswer,
  milliseconds: number,
  wait: (milliseconds: number) => Promise<void>,
): Promise<FastifyReply> {
  const bytes = Buffer.from(body);
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  reply.hijack();
  reply.raw.writeHead(status, { ...headers, "Content-Length": bytes.length });
  for (let at = 0; at < bytes.length && !reply.raw.destroyed; at += size) {
    await wait(milliseconds / pieces);
    reply.raw.write(bytes.subarray(at, at + size));
  }
  reply.raw.end();
  return reply;
}
