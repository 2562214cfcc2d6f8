/**
 * Reads a request's body within its limits. Nothing of it is asked for (100-continue, RFC 9110 section
 * 10.1.1) before the head was found good, and a sender that falls silent is not waited for.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Readable, Transform } from "node:stream";
import { OdoorwayError } from "@odoorway/core";
import { type BodyRules, type ContentEncoding, contentEncodings, type Upload } from "./route.js";

export interface BodyLimits {
  /** Bytes of a JSON body. */
  readonly json: number;
  /** Bytes of an upload. */
  readonly upload: number;
  /** Milliseconds without a byte after which the sender is given up. */
  readonly idle: number;
}

/** Messages whose sender waits for 100-continue; see `expectContinue`. */
const awaiting = new WeakSet<IncomingMessage>();

/** Marks a message that came with Expect: 100-continue, so that reading its body answers it first. */
export function expectContinue(message: IncomingMessage): void {
  awaiting.add(message);
}

/** Whether the sender was not told to go on, so that its body will never come. */
export function stillExpectsContinue(message: IncomingMessage): boolean {
  return awaiting.has(message);
}

/**
 * Checks what the head says of the body, before any of it is asked for.
 * @throws OdoorwayError unsupported_media_type, payload_too_large, invalid_body
 */
export function checkBodyHead(message: IncomingMessage, rules: BodyRules, limits: BodyLimits): void {
  const length = message.headers["content-length"];
  const present = hasBody(message);
  if (rules.kind === "none") {
    if (present) throw new OdoorwayError("invalid_body", { evidence: { received: "not empty", expected: "no body" } });
    return;
  }
  const encoded = rules.kind === "upload" && rules.encoded === true;
  const encoding = message.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity" && !(encoded && encodingOf(message) !== undefined))
    throw unsupported(
      `Content-Encoding ${encoding.slice(0, 50)}`,
      encoded ? [...contentEncodings] : ["bodies without Content-Encoding"],
    );
  if (!present && (rules.kind === "json" || rules.optional)) return;
  const types = rules.kind === "json" ? ["application/json"] : rules.types;
  const type = mediaType(message);
  const isJson = rules.kind === "json" && /^application\/[a-z0-9.!#$&^_-]+\+json$/.test(type);
  if (!types.includes(type) && !isJson) throw unsupported(type === "" ? "a body without Content-Type" : type, types);
  const charset = charsetOf(message);
  if (!encoded && charset !== undefined && !["utf-8", "utf8", "us-ascii"].includes(charset))
    throw unsupported(`charset ${charset.slice(0, 50)}`, ["charset=utf-8"]);
  const limit = rules.kind === "json" ? limits.json : limits.upload;
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
}

/** Whether a body comes with the head (RFC 9112 section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** `x-gzip` is the same (RFC 9110 section 8.4.1.3). */
function encodingOf({ headers }: IncomingMessage): ContentEncoding | undefined {
  const encoding = headers["content-encoding"]?.trim().toLowerCase().replace(/^x-/, "");
  return contentEncodings.find((known) => known === encoding);
}

function charsetOf({ headers }: IncomingMessage): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers["content-type"] ?? "")?.[1]?.toLowerCase();
}

/** The whole body, for JSON. @throws OdoorwayError payload_too_large, request_timeout, import_upload_broken */
export async function readBody(
  message: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of arriving(message, response, limits.json, limits.idle)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The body as it arrives; it fails with payload_too_large, request_timeout or import_upload_broken. */
export function openUpload(message: IncomingMessage, response: ServerResponse, limits: BodyLimits): Upload {
  return {
    type: mediaType(message),
    contentType: message.headers["content-type"] ?? "",
    encoding: encodingOf(message),
    charset: charsetOf(message),
    bytes: arriving(message, response, limits.upload, limits.idle),
  };
}

/**
 * All bytes of an upload that a route takes as a whole, and that has to be there within so many milliseconds, if said.
 * @throws OdoorwayError payload_too_large, request_timeout, and what `bytes` fails with
 */
export async function bytesOf({ bytes }: Upload, limit: number, withinMs?: number): Promise<Buffer> {
  const tooLate = () => bytes.destroy(new OdoorwayError("request_timeout"));
  const late = withinMs === undefined ? undefined : setTimeout(tooLate, withinMs);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of bytes) {
      size += (piece as Buffer).length;
      if (size > limit) throw tooLarge(limit);
      pieces.push(piece as Buffer);
    }
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(pieces);
}

function mediaType(message: IncomingMessage): string {
  return (message.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/**
 * The message's bytes through a counter. The reader's pace is the sender's pace: the counter buffers no
 * more than a stream's high-water mark, and silence counts only while the reader waits.
 */
function arriving(message: IncomingMessage, response: ServerResponse, limit: number, idle: number): Readable {
  if (awaiting.delete(message)) response.writeContinue();
  let received = 0;
  let timer: NodeJS.Timeout | undefined;
  const counter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      received += piece.length;
      timer?.refresh();
      done(received > limit ? tooLarge(limit) : null, piece);
    },
  });
  const silence = () => {
    if (counter.readableLength > 0) timer?.refresh();
    else counter.destroy(new OdoorwayError("request_timeout"));
  };
  timer = setTimeout(silence, idle);
  // Whoever reads sees the error there; without a listener it would end the process when nobody reads.
  counter.on("error", () => {});
  const broken = () => {
    if (!message.complete && !counter.writableEnded) counter.destroy(new OdoorwayError("import_upload_broken"));
  };
  message.once("error", broken);
  message.once("close", broken);
  counter.once("close", () => {
    clearTimeout(timer);
    message.unpipe(counter);
    message.resume();
  });
  return message.pipe(counter);
}

function tooLarge(limit: number): OdoorwayError {
  return new OdoorwayError("payload_too_large", { evidence: { limit: `${limit} bytes` } });
}

function unsupported(received: string, expected: readonly string[]): OdoorwayError {
  return new OdoorwayError("unsupported_media_type", { evidence: { received, expected } });
}
