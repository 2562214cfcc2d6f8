/**
 * What Node's HTTP parser refuses before there is a request: answered on the bare socket, as the same
 * problem that every other error is. Node's own answers are bare status lines.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { OdoorwayError } from "@odoorway/core";
import type { OpenExchanges } from "./open-exchanges.js";
import { problemReply, problemType } from "./problem.js";

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
};

/** What `clientError` hands over; fastify's type has the packet's JSON instead of its bytes. */
type ParserError = Error & { readonly code?: string; readonly rawPacket?: unknown; readonly bytesParsed?: number };

/**
 * Answers a parser's error on its socket and closes it: after the answers to the good requests that came
 * before, and not at all when the broken request's own answer is already under way.
 */
export function answerParserError(error: ParserError, socket: Duplex, id: string, exchanges: OpenExchanges): void {
  const { whole, begun } = exchanges.before(socket);
  if (error.code === "ECONNRESET" || error.code === "EPIPE" || !socket.writable || begun) {
    socket.destroy();
    return;
  }
  let left = whole.length;
  const refuse = () => {
    if (left-- <= 0 && socket.writable) socket.end(rawAnswer(refusalOf(error), id));
  };
  for (const response of whole) response.once("close", refuse);
  refuse();
}

/** CONNECT asks for a tunnel, which arrives apart from requests. */
export function answerConnect(server: Server, makeId: () => string): void {
  server.on("connect", (_request, socket) => {
    socket.end(rawAnswer(new OdoorwayError("unknown_method"), makeId()));
  });
}

/** Codes: https://nodejs.org/docs/latest-v20.x/api/errors.html and llhttp's HPE_ names. */
function refusalOf(error: ParserError): OdoorwayError {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return new OdoorwayError(lineIsTooLong(error.rawPacket) ? "uri_too_long" : "headers_too_large");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new OdoorwayError("payload_too_large", { evidence: { limit: "16384 bytes of chunk extensions" } });
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new OdoorwayError("request_timeout");
    case "HPE_INVALID_METHOD":
      return new OdoorwayError(looksLikeMethod(error) ? "unknown_method" : "malformed_request", {
        evidence: { detail: "the request line has no method" },
      });
    default:
      return new OdoorwayError("malformed_request", {
        evidence: { detail: error.code?.startsWith("HPE_") ? describe(error.code) : undefined },
      });
  }
}

/** HPE_INVALID_CHUNK_SIZE -> "invalid chunk size". */
function describe(code: string): string {
  return code.slice(4).toLowerCase().replaceAll("_", " ");
}

function lineIsTooLong(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet)) return false;
  const end = packet.indexOf("\r\n");
  return end < 0 || end > 8192;
}

/** Requests before the refused one may stand in the same packet: its line is the one that holds the byte refused. */
function looksLikeMethod({ rawPacket: packet, bytesParsed = 0 }: ParserError): boolean {
  if (!Buffer.isBuffer(packet)) return false;
  const start = packet.lastIndexOf("\n", bytesParsed - 1) + 1;
  const line = packet.subarray(bytesParsed === 0 ? 0 : start, start + 4096).toString("latin1");
  return /^[A-Za-z-]{1,30} \S+ HTTP\/\d/.test(line);
}

function rawAnswer(error: OdoorwayError, id: string): string {
  const { status, headers, problem } = problemReply(error, { instance: "", requestId: id });
  const { instance: _none, ...rest } = problem;
  const body = JSON.stringify(rest);
  const head = {
    ...headers,
    "content-type": problemType,
    "content-length": String(Buffer.byteLength(body)),
    "x-request-id": id,
    connection: "close",
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\n${lines.join("")}\r\n${body}`;
}
