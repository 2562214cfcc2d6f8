/** What of Odoo's words may be shown: no traceback, no path, no SQL, nothing of the server's insides. */

const longest = 1000;

/** The message without what must not leave; at most 1000 characters. */
export function clean(message: string): string {
  const text = withoutTraceback(message)
    .replace(/^connection to server .*? failed: /gm, "")
    .split("\n")
    .filter((line) => !isInside(line))
    .join("\n")
    .replace(/(?<![\w:/.])(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){2,}[\\/]?/g, "(path)")
    .replace(/ at 0x[0-9a-f]{6,}/g, "")
    .replace(/\b(?:SELECT\b[^\n]*\bFROM|INSERT INTO|UPDATE\b[^\n]*\bSET|DELETE FROM)\b[^\n]*/g, "(SQL)")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

/** After a traceback only its last exception's message is for people. */
function withoutTraceback(message: string): string {
  const start = message.lastIndexOf("Traceback (most recent call last)");
  if (start < 0) return message;
  const lines = message.slice(start).split("\n").slice(1);
  const at = lines.findIndex((line) => /^\S/.test(line) && !line.startsWith("<frames"));
  const after =
    at < 0
      ? ""
      : lines
          .slice(at)
          .join("\n")
          .replace(/^[\w.]+: ?/, "");
  return after === "" ? message.slice(0, start) : after;
}

/** PostgreSQL's excerpts of a statement and of a row, and a traceback's frames. */
function isInside(line: string): boolean {
  return /^\s*(?:LINE \d+:|\^\s*$|DETAIL:\s+Failing row|CONTEXT:|HINT:\s+See server|QUERY:|STATEMENT:|File "|<frames )/.test(
    line,
  );
}
