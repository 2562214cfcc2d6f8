/** JSON as Python's json module reads it: the same texts are refused, in its words and at its place. */

export class JsonError extends Error {}

/** The value, or JsonError with what Python says: `Expecting value: line 1 column 13 (char 12)`. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError(complaint(text));
  }
}

class Fault extends Error {
  readonly at: number;
  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}

function complaint(text: string): string {
  try {
    const end = blank(text, value(text, blank(text, 0), 0));
    return told(text, "Extra data", end);
  } catch (error) {
    if (error instanceof Fault) return told(text, error.message, error.at);
    throw error;
  }
}

function told(text: string, what: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return `${what}: line ${line} column ${at - before.lastIndexOf("\n")} (char ${at})`;
}

function blank(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
}

const deepest = 900;

/** Where the value that starts here ends. */
function value(text: string, at: number, depth: number): number {
  if (depth > deepest) throw new Fault("Expecting value", at);
  const first = text[at];
  if (first === '"') return string(text, at);
  if (first === "[") return list(text, at, depth);
  if (first === "{") return object(text, at, depth);
  const literal = /(?:null|true|false|NaN|Infinity|-Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
  literal.lastIndex = at;
  if (!literal.test(text)) throw new Fault("Expecting value", at);
  return literal.lastIndex;
}

function list(text: string, start: number, depth: number): number {
  let at = blank(text, start + 1);
  if (text[at] === "]") return at + 1;
  for (;;) {
    at = blank(text, value(text, at, depth + 1));
    if (text[at] === "]") return at + 1;
    if (text[at] !== ",") throw new Fault("Expecting ',' delimiter", at);
    at = blank(text, at + 1);
  }
}

function object(text: string, start: number, depth: number): number {
  const named = "Expecting property name enclosed in double quotes";
  let at = blank(text, start + 1);
  if (text[at] === "}") return at + 1;
  for (;;) {
    if (text[at] !== '"') throw new Fault(named, at);
    at = blank(text, string(text, at));
    if (text[at] !== ":") throw new Fault("Expecting ':' delimiter", at);
    at = blank(text, value(text, blank(text, at + 1), depth + 1));
    if (text[at] === "}") return at + 1;
    if (text[at] !== ",") throw new Fault("Expecting ',' delimiter", at);
    at = blank(text, at + 1);
  }
}

function string(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') return at + 1;
    if (character < " ") throw new Fault("Invalid control character at", at);
    if (character !== "\\") continue;
    at += 1;
    if (text[at] === "u" && !/^[0-9a-f]{4}$/i.test(text.slice(at + 1, at + 5)))
      throw new Fault("Invalid \\uXXXX escape", at);
    if (!'"\\/bfnrtu'.includes(text[at] ?? "x")) throw new Fault("Invalid \\escape", at - 1);
  }
  throw new Fault("Unterminated string starting at", start);
}
