/**
 * One line of an Odoo server log (12.0 to 19.0): `2026-11-21 02:10:07,436 18265 ERROR shop odoo.http: text`.
 * What carried it in front (colours of a terminal, the name of a container, journald's stamp) is taken off.
 */

export type LogLevel = "DEBUG" | "RUNBOT" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

export interface LogLine {
  /** As written, in the server's own time zone (Odoo writes UTC): `2026-11-21 02:10:07,436`. */
  readonly time: string;
  readonly pid: number;
  readonly level: LogLevel;
  /** Undefined where the server writes `?`. */
  readonly database: string | undefined;
  readonly logger: string;
  readonly message: string;
}

const start =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (\d+) (DEBUG|RUNBOT|INFO|WARNING|ERROR|CRITICAL) (\S+) ([\w.]+): ?(.*)$/s;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that Odoo writes to a terminal begin with one
const colours = /\u001b\[[0-9;]*m/g;
const container = /^[\w.-]{1,64}\s+\| ?/;
const journal = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w.@-]+\[\d+\]: ?/;

/** The line without what carried it. */
export function bare(line: string): string {
  const plain = line.includes("\u001b") ? line.replace(colours, "") : line;
  const first = plain.charCodeAt(0);
  // Most lines begin with a year or with the indent of a traceback.
  if ((first >= 48 && first <= 57) || first === 32) return plain;
  return plain.replace(container, "").replace(journal, "");
}

/** The beginning of an entry; undefined for a line that goes on with the one before. */
export function parseLine(line: string): LogLine | undefined {
  const first = line.charCodeAt(0);
  if (first < 48 || first > 57) return undefined;
  const match = start.exec(line);
  if (match === null) return undefined;
  const [, time = "", pid, level, database = "?", logger = "", message = ""] = match;
  return {
    time,
    pid: Number(pid),
    level: level as LogLevel,
    database: database === "?" ? undefined : database,
    logger,
    message: message.trimEnd(),
  };
}
