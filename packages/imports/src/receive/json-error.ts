/** Where and why a text is no JSON. V8's own messages do not always say where. */

const deepest = 32;

/** Where the text stops being JSON (RFC 8259), counted in characters from 0; undefined when it is JSON. */
export function jsonError(text: string): { offset: number; detail: string } | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.whole();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return { offset: [...text.slice(0, scanner.at)].length, detail: error.message };
    throw error;
  }
}

/** Whether a value is nested deeper than rows need, which later recursion must not meet. */
export function tooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth >= deepest) return true;
  return Object.values(value).some((inner) => tooDeep(inner, depth + 1));
}

class Stop extends Error {}

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value(0);
    this.#space();
    if (this.at < this.#text.length) throw new Stop("there is text behind the value.");
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.at] ?? "x")) this.at += 1;
  }

  #value(depth: number): void {
    this.#space();
    if (depth > 1000) throw new Stop("the value is nested too deeply.");
    const character = this.#text[this.at];
    if (character === undefined) throw new Stop("the text ends too early.");
    if (character === '"') this.#string();
    else if (character === "{") this.#list("}", depth, true);
    else if (character === "[") this.#list("]", depth, false);
    else this.#literal(character);
  }

  #literal(character: string): void {
    const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/.exec(
      this.#text.slice(this.at, this.at + 400),
    );
    if (!literal) throw new Stop(`${JSON.stringify(character)} cannot start a value.`);
    this.at += literal[0].length;
  }

  #list(close: string, depth: number, keys: boolean): void {
    this.at += 1;
    this.#space();
    if (this.#text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      if (keys) {
        this.#space();
        if (this.#text[this.at] !== '"') throw new Stop("a key in quotes is expected.");
        this.#string();
        this.#space();
        if (this.#text[this.at] !== ":") throw new Stop("a colon is expected.");
        this.at += 1;
      }
      this.#value(depth + 1);
      this.#space();
      const next = this.#text[this.at];
      if (next === undefined) throw new Stop("the text ends too early.");
      if (next !== "," && next !== close) throw new Stop(`a comma or ${close} is expected.`);
      this.at += 1;
      if (next === close) return;
    }
  }

  #string(): void {
    const start = this.at;
    for (this.at += 1; ; this.at += 1) {
      const character = this.#text[this.at];
      if (character === undefined) {
        this.at = start;
        throw new Stop("a text is opened here and never closed.");
      }
      if (character === '"') break;
      if (character < " ") throw new Stop("a control character must be escaped.");
      if (character !== "\\") continue;
      if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.#text.slice(this.at, this.at + 6)))
        throw new Stop("the escape is not one of JSON.");
      this.at += 1;
    }
    this.at += 1;
  }
}
