/**
 * The exceptions of 12.0 and 13.0 have two arguments, the text and a value that is mostly None. So their message
 * comes as Python writes a tuple, `('text', None)`, or, where the arguments were joined, with a last line `None`.
 */

const tuple = /^\(u?(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"), (?:None|u?''|u?"")\)$/;

/** The text alone; any other message as it is. */
export function withoutTuple(message: string): string {
  const [whole, single, double] = tuple.exec(message) ?? [];
  return whole === undefined ? message.replace(/\nNone$/, "") : unescaped(single ?? double ?? "");
}

const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Python's escapes in the text of a literal. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([\s\S]))/g, (_all, byte, unit, one) => {
    const code = byte ?? unit;
    return code === undefined ? (letters[one] ?? one) : String.fromCharCode(Number.parseInt(code, 16));
  });
}
