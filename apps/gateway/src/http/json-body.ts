/**
 * JSON as the contract reads it: what JSON.parse lets pass in silence is refused by name. A key that
 * stands twice (RFC 8259 section 4 leaves open which one counts), `__proto__`, nesting so deep
 * that walking it would exhaust the stack, and half a surrogate pair (section 8.2), which no UTF-8 can carry on.
 */
import { OdoorwayError } from "@odoorway/core";
import { whereJsonBreaks } from "./json-position.js";

/** Levels of nesting; a sale order with lines and commands needs some 6. */
const deepest = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The text of a body, without the byte order mark that some put before it (RFC 8259 section 8.1).
 * @throws OdoorwayError malformed_json
 */
export function jsonText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed("the bytes are not valid UTF-8");
  }
}

/**
 * Reads one JSON value.
 * @throws OdoorwayError malformed_json (with line and column), duplicate_json_key, forbidden_json_key
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(text.trim() === "" ? "it is empty" : whereItBreaks(text));
  }
  checkKeys(text);
  return value;
}

/** Walks text that JSON.parse has accepted, so it need not check the grammar again. */
function checkKeys(text: string): void {
  const objects: (Set<string> | null)[] = [];
  let expectsKey = false;
  const hasSurrogates = /\\u[dD][89a-fA-F]/.test(text);
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        expectsKey = text[at] === "{";
        objects.push(expectsKey ? new Set() : null);
        if (objects.length > deepest) throw malformed(`it is nested deeper than ${deepest} levels`);
        break;
      case "}":
      case "]":
        objects.pop();
        expectsKey = false;
        break;
      case ",":
        expectsKey = objects.at(-1) != null;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (hasSurrogates) refuseHalfPair(text, at, end);
        if (expectsKey) {
          const key = text.slice(at + 1, end);
          addKey(objects.at(-1), key.includes("\\") ? (JSON.parse(`"${key}"`) as string) : key);
          expectsKey = false;
        }
        at = end;
        break;
      }
    }
  }
}

function addKey(keys: Set<string> | null | undefined, key: string): void {
  if (key === "__proto__") throw new OdoorwayError("forbidden_json_key", { evidence: { key } });
  if (keys?.has(key)) throw new OdoorwayError("duplicate_json_key", { evidence: { key: key.slice(0, 100) } });
  keys?.add(key);
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return at;
  }
}

/** A pair comes as two escapes; bytes cannot bring half a one, since they were decoded as UTF-8. */
function refuseHalfPair(text: string, start: number, end: number): void {
  const value = JSON.parse(text.slice(start, end + 1)) as string;
  if (!value.isWellFormed()) throw malformed(`a text holds half a surrogate pair at ${placeOf(text, start)}`);
}

function malformed(detail: string): OdoorwayError {
  return new OdoorwayError("malformed_json", { evidence: { detail } });
}

function whereItBreaks(text: string): string {
  const position = whereJsonBreaks(text);
  const place = placeOf(text, position);
  if (position >= text.length) return `it ends too early, at ${place}`;
  return `${JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0))} is not expected at ${place}`;
}

function placeOf(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
