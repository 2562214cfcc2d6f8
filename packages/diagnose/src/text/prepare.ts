/** Whatever was pasted, made readable: bounded, without colours and quoting, escapes turned back into lines. */
import { mask } from "./mask.js";

/** Characters that are looked at: of a longer text its beginning, its end, and what stands around its last error. */
const headSize = 16_000;
const tailSize = 32_000;
const windowSize = 16_000;

/** Words that a failure begins with; the last of them is most likely the one that matters. */
const marks = [
  "Traceback (most recent call last)",
  "faultString",
  '"error"',
  "odoo.exceptions.",
  "openerp.exceptions.",
];

/** The text that the recognisers read: at most about 64,000 characters, secrets masked. */
export function prepare(text: string): string {
  const plain = bounded(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of terminals begin with one
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "")
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no text holds says nothing
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, " ")
    .replace(/[\u00a0\u2007\u202f]/g, " ");
  return mask(unescaped(unquoted(plain))).trim();
}

function bounded(text: string): string {
  if (text.length <= headSize + tailSize + windowSize) return text;
  const last = Math.max(...marks.map((mark) => text.lastIndexOf(mark)));
  const window = last > headSize && last < text.length - tailSize ? `${text.slice(last, last + windowSize)}\n` : "";
  return `${text.slice(0, headSize)}\n${window}${text.slice(-tailSize)}`;
}

/** Without the `> ` that mail and forums put before each line of somebody else's. */
function unquoted(text: string): string {
  const lines = text.split("\n");
  const quoted = lines.filter((line) => /^\s?>/.test(line)).length;
  return quoted * 2 > lines.length ? lines.map((line) => line.replace(/^\s?> ?/, "")).join("\n") : text;
}

/** A traceback that travelled inside a string of JSON, Python or PHP holds `\n` where its lines end. */
function unescaped(text: string): string {
  const escapes = text.match(/\\n/g)?.length ?? 0;
  const lines = text.split("\n").length;
  if (escapes < 2 || escapes < lines / 4) return text;
  return text
    .replace(/\\+r?\\+n|\\+n/g, "\n")
    .replace(/\\+t/g, "\t")
    .replace(/\\+"/g, '"')
    .replace(/\\+'/g, "'")
    .replace(/\\u([0-9a-f]{4})/gi, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
