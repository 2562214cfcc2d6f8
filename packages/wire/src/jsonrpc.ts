/**
 * JSON-RPC 2.0 as Odoo speaks it. Every failure is `error` in an HTTP 200, with code 200 up to 18 and 0 from
 * 19; from 19 a method that returns None leaves `result` out.
 */
import { WireError } from "./errors.js";
import { parseJson } from "./json-read.js";
import { writeJson } from "./json-write.js";
import { isPlainObject } from "./values.js";

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

/** Writes a call. Throws MarshallingError for what JSON would drop or change in silence (see `writeJson`). */
export function encodeJsonRpcCall(id: number, params: unknown): string {
  return `{"jsonrpc":"2.0","method":"call","id":${id},"params":${writeJson(params, "params")}}`;
}

/** Reads the answer to the call `id`. A missing `result` is None. Throws WireError. */
export function decodeJsonRpcResponse(
  body: string,
  id: number,
): { readonly result: unknown } | { readonly error: JsonRpcError } {
  const answer = parseJson(body);
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
