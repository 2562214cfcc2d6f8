/**
 * Where a text stops being JSON (RFC 8259). JSON.parse names the position only sometimes, and a person
 * with a body of a thousand lines needs it always. Runs only once JSON.parse has refused the text.
 */

const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a string
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/**
 * What may come next. `value` also stands for a list's first value, where `]` may stand instead, as
 * `key` does for an object's first key and `}`; after a comma neither bracket may come.
 */
type Expects = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "after-value";

/** Index of the first character that JSON does not allow; the text's length when it ends too early. */
export function whereJsonBreaks(text: string): number {
  const open: ("{" | "[")[] = [];
  let expects: Expects = "value";
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const found = token.exec(text);
    const start = at + (/^[ \t\r\n]*/.exec(text.slice(at, at + 10_000))?.[0].length ?? 0);
    if (!found) return start;
    const next = step(expects, found[1], found[2] !== undefined, open);
    if (next === undefined || (next === "after-value" && open.length === 0 && /\S/.test(text.slice(token.lastIndex))))
      return next === undefined ? start : token.lastIndex + text.slice(token.lastIndex).search(/\S/);
    expects = next;
    at = token.lastIndex;
  }
}

/** The next state, or undefined when the token must not stand here. */
function step(expects: Expects, mark: string | undefined, isText: boolean, open: string[]): Expects | undefined {
  const isValue = mark === undefined;
  switch (expects) {
    case "key":
    case "key-or-end":
      if (isText) return "colon";
      return mark === "}" && expects === "key-or-end" ? close(open) : undefined;
    case "colon":
      return mark === ":" ? "value" : undefined;
    case "value":
    case "value-or-end":
      if (isValue) return "after-value";
      if (mark === "]" && expects === "value-or-end") return close(open);
      if (mark !== "{" && mark !== "[") return undefined;
      open.push(mark);
      return mark === "{" ? "key-or-end" : "value-or-end";
    case "after-value":
      if (mark === ",") return open.at(-1) === "{" ? "key" : open.at(-1) === "[" ? "value" : undefined;
      if ((mark === "}" && open.at(-1) === "{") || (mark === "]" && open.at(-1) === "[")) return close(open);
      return undefined;
  }
}

function close(open: string[]): Expects {
  open.pop();
  return "after-value";
}
