/**
 * JSON-2 (19.0 and later): the body of a call is its named arguments, the body of an answer its bare result.
 * A method that returns None answers null. Failures have an HTTP status of their own and are not read here.
 */
import { parseJson } from "./json-read.js";
import { writeJson } from "./json-write.js";

/** Writes the named arguments of a call. Throws MarshallingError, whose path begins with the argument's name. */
export function encodeJson2Call(args: Readonly<Record<string, unknown>>): string {
  return writeJson(args, "");
}

/** Reads the result of a call that was answered with status 200. Throws WireError. */
export function decodeJson2Response(body: string): unknown {
  return parseJson(body);
}
