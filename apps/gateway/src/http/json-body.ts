/**
 * JSON as the contract reads it: what JSON.parse lets pass in silence is refused by name. A key that
 * stands twice (RFC 8259 section 4 leaves open which one counts), `__proto__`, and nesting so deep
 * that walking it would exhaust the stack.
 */
import { OdoorwayError } from "@odoorway/core";
import { whereJsonBreaks } from "./json-position.js";

/** Levels of nesting; a sale order with lines and commands needs some 6. */
const deepest = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads one JSON value.
 * @throws OdoorwayError malformed_json (with line and column), duplicate_json_key, forbidden_json_key
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed("the bytes are not valid UTF-8");
  }
  return parseJson(text);
}

/** As parseJsonBody, of text. */
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
        if (expectsKey) {
          addKey(objects.at(-1), JSON.parse(text.slice(at, end + 1)) as string);
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
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function malformed(detail: string): OdoorwayError {
  return new OdoorwayError("malformed_json", { evidence: { detail } });
}

function whereItBreaks(text: string): string {
  const position = whereJsonBreaks(text);
  const before = text.slice(0, position).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
  if (position >= text.length) return `it ends too early, at ${place}`;
  return `${JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0))} is not expected at ${place}`;
}
