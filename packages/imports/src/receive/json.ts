/** NDJSON and JSON arrays, read a chunk at a time: objects with the line that each starts at. */
import { OdoorwayError, parseWithLongIntegers } from "@odoorway/core";
import { jsonError, tooDeep } from "./json-error.js";
import type { ObjectRow } from "./rows.js";

/** One object a line (NDJSON); blank lines are skipped. Throws `import_not_json_line`. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<ObjectRow[]> {
  /** Pieces of the line under way; joined when it ends. */
  let waiting: string[] = [];
  let line = 1;
  for await (const chunk of text) {
    waiting.push(chunk);
    if (!chunk.includes("\n")) continue;
    const lines = waiting.join("").split("\n");
    waiting = [lines.pop() ?? ""];
    const rows: ObjectRow[] = [];
    for (const one of lines) {
      if (one.trim() !== "") rows.push({ line, object: parseObject(one, line, 1) });
      line += 1;
    }
    if (rows.length > 0) yield rows;
  }
  const rest = waiting.join("");
  if (rest.trim() !== "") yield [{ line, object: parseObject(rest, line, 1) }];
}

/**
 * The objects of one JSON array, each parsed when its end has come. `limit`: most characters of one.
 * Throws `import_not_json_line` and `import_line_too_long`.
 */
export async function* readJsonArray(text: AsyncIterable<string>, limit: number): AsyncGenerator<ObjectRow[]> {
  const reader = new ArrayReader(limit);
  for await (const chunk of text) {
    const rows = reader.feed(chunk);
    if (rows.length > 0) yield rows;
  }
  reader.end();
}

/** What must come next, outside of an element. */
type Expecting = "open" | "first" | "element" | "comma" | "nothing";

class ArrayReader {
  readonly #limit: number;
  #expecting: Expecting = "open";
  #line = 1;
  #column = 0;
  /** Text of the element under way, with where it started. */
  #element:
    | { text: string; line: number; column: number; depth: number; string: boolean; escaped: boolean }
    | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  feed(chunk: string): ObjectRow[] {
    const rows: ObjectRow[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk[at] ?? "";
      if (character === "\n") {
        this.#line += 1;
        this.#column = 0;
      } else this.#column += 1;
      const element = this.#element;
      if (!element) {
        if (this.#between(character)) from = at;
        continue;
      }
      if (element.string) {
        if (element.escaped) element.escaped = false;
        else if (character === "\\") element.escaped = true;
        else if (character === '"') element.string = false;
      } else if (character === '"') element.string = true;
      else if (character === "{" || character === "[") element.depth += 1;
      else if (character === "}" || character === "]") {
        element.depth -= 1;
        if (element.depth === 0) {
          const text = element.text + chunk.slice(from, at + 1);
          rows.push({ line: element.line, object: parseObject(text, element.line, element.column) });
          this.#element = undefined;
        }
      }
    }
    if (this.#element) {
      this.#element.text += chunk.slice(from);
      if (this.#element.text.length > this.#limit)
        throw new OdoorwayError("import_line_too_long", {
          evidence: { line: this.#element.line, limit: `${this.#limit} characters` },
        });
    }
    return rows;
  }

  end(): void {
    if (this.#element || this.#expecting !== "nothing") throw this.#wrong("the array is not closed.");
  }

  /** Takes a character outside of elements; true when an element starts with it. */
  #between(character: string): boolean {
    if (character === " " || character === "\t" || character === "\r" || character === "\n") return false;
    if (this.#expecting === "open" && character === "[") this.#expecting = "first";
    else if (this.#expecting === "comma" && character === ",") this.#expecting = "element";
    else if ((this.#expecting === "comma" || this.#expecting === "first") && character === "]")
      this.#expecting = "nothing";
    else if ((this.#expecting === "element" || this.#expecting === "first") && character === "{") {
      this.#expecting = "comma";
      const { line, column } = { line: this.#line, column: this.#column };
      this.#element = { text: "", line, column, depth: 1, string: false, escaped: false };
      return true;
    } else throw this.#wrong(this.#said());
    return false;
  }

  #said(): string {
    if (this.#expecting === "open") return "an array, starting with [, is expected.";
    if (this.#expecting === "nothing") return "there is text behind the array.";
    if (this.#expecting === "comma") return "a comma or ] is expected.";
    return "an object, starting with {, is expected.";
  }

  #wrong(detail: string): OdoorwayError {
    return new OdoorwayError("import_not_json_line", {
      evidence: { line: this.#line, column: Math.max(1, this.#column), detail },
    });
  }
}

function parseObject(text: string, line: number, column: number): Record<string, unknown> {
  let value: unknown;
  try {
    // As text where JavaScript would round: two keys must not become one.
    value = parseWithLongIntegers(text);
  } catch {
    const error = jsonError(text) ?? { offset: 0, detail: "the value cannot be read." };
    throw notObject(text, line, column, error.offset, error.detail);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw notObject(text, line, column, 0, "an object, starting with {, is expected.");
  if (tooDeep(value)) throw notObject(text, line, column, 0, "the object is nested too deeply.");
  return value as Record<string, unknown>;
}

function notObject(text: string, line: number, column: number, offset: number, detail: string): OdoorwayError {
  const before = [...text].slice(0, offset).join("");
  const breaks = before.split("\n").length - 1;
  const last = before.slice(before.lastIndexOf("\n") + 1);
  return new OdoorwayError("import_not_json_line", {
    evidence: { line: line + breaks, column: (breaks === 0 ? column : 1) + [...last].length, detail },
  });
}
