/**
 * JSON-RPC 2.0 as Odoo speaks it. Every failure is `error` in an HTTP 200, with code 200 up to 18 and 0 from
 * 19; from 19 a method that returns None leaves `result` out.
 */
import { MarshallingError, WireError } from "./errors.js";
import { maxDepth, maxLength } from "./limits.js";
import { isPlainObject, kindOf } from "./values.js";

/** `error` of an answer; `data` holds the Python exception (its traceback is `debug`). */
export interface JsonRpcError {
  readonly code?: number;
  readonly message?: string;
  readonly data?: {
    readonly name?: string;
    readonly message?: string;
    readonly debug?: string;
    readonly arguments?: readonly unknown[];
  };
}

/**
 * Writes a call. Uint8Array becomes base64 text, as Odoo's binary fields take it. Throws MarshallingError for
 * what JSON would drop or change in silence: undefined, NaN and infinities, dates, instances of classes,
 * integers outside of 53 bits, lone surrogates, cycles.
 */
export function encodeJsonRpcCall(id: number, params: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "call", id, params: writable(params, "params", 0) });
}

/** Reads the answer to the call `id`. A missing `result` is None. Throws WireError. */
export function decodeJsonRpcResponse(
  body: string,
  id: number,
): { readonly result: unknown } | { readonly error: JsonRpcError } {
  if (body.length > maxLength) throw new WireError("the message is too long", maxLength);
  const answer = parse(body);
  if (!isPlainObject(answer) || answer.jsonrpc !== "2.0") throw new WireError("not a JSON-RPC 2.0 answer", 0);
  const error = answer.error;
  const failed = error !== undefined && error !== null;
  // A request that could not even be read is answered with the id null.
  if (answer.id !== id && !(failed && (answer.id ?? null) === null))
    throw new WireError("the answer belongs to another call", 0);
  if (!failed) return { result: answer.result ?? null };
  if (!isPlainObject(error)) throw new WireError("error is not an object", 0);
  return { error: readError(error) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    // V8 names the place in some of its messages only; the end stands for the others.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new WireError("not JSON", position === undefined ? body.length : Number(position));
  }
}

function readError(error: Record<string, unknown>): JsonRpcError {
  const data = error.data;
  return {
    ...(typeof error.code === "number" ? { code: error.code } : {}),
    ...(typeof error.message === "string" ? { message: error.message } : {}),
    ...(isPlainObject(data) ? { data: readData(data) } : {}),
  };
}

function readData(data: Record<string, unknown>): NonNullable<JsonRpcError["data"]> {
  return {
    ...(typeof data.name === "string" ? { name: data.name } : {}),
    ...(typeof data.message === "string" ? { message: data.message } : {}),
    ...(typeof data.debug === "string" ? { debug: data.debug } : {}),
    ...(Array.isArray(data.arguments) ? { arguments: data.arguments } : {}),
  };
}

function writable(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (/\p{Cs}/u.test(value)) throw new MarshallingError("a lone surrogate cannot be sent", path);
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new MarshallingError(`${value} is not a number that can be sent`, path);
    return value;
  }
  if (typeof value === "bigint") {
    if (!Number.isSafeInteger(Number(value))) throw new MarshallingError("an integer outside of 53 bits", path);
    return Number(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (depth > maxDepth) throw new MarshallingError("the values are nested too deeply, or in a circle", path);
  if (Array.isArray(value)) return Array.from(value, (item, index) => writable(item, `${path}[${index}]`, depth + 1));
  if (!isPlainObject(value)) throw new MarshallingError(`${kindOf(value)} cannot be sent`, path);
  const entries = Object.entries(value).map(([name, item]) => [name, writable(item, `${path}.${name}`, depth + 1)]);
  return Object.fromEntries(entries);
}
