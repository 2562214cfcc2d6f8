/** Text of a cell to a value of the contract, by type. Undefined: the text is not one of that type. */
import type { Cell } from "./language.js";

export type CellType = NonNullable<Cell["type"]>;

/** What a type takes, for people. */
export const typeWords: Readonly<Record<CellType, string>> = {
  text: "a text",
  number: "a number such as 12.50",
  integer: "a whole number",
  boolean: "true or false, yes or no, 1 or 0",
  date: "a date such as 2026-01-31",
  datetime: "a date and time such as 2026-01-31T18:00:00Z",
};

export interface Reading {
  readonly decimal: "." | ",";
  readonly parseDate: ((text: string) => DateParts | undefined) | undefined;
  readonly zone: string | undefined;
}

export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC, when the text says so. */
  readonly offset?: number;
}

export function convert(text: string, type: CellType, reading: Reading): string | number | boolean | undefined {
  switch (type) {
    case "text":
      return text;
    case "number":
      return readNumber(text, reading.decimal);
    case "integer": {
      const value = readNumber(text, reading.decimal);
      return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
    }
    case "boolean":
      if (/^(?:true|yes|y|t|1)$/i.test(text)) return true;
      return /^(?:false|no|n|f|0)$/i.test(text) ? false : undefined;
    case "date": {
      const parts = (reading.parseDate ?? parseIso)(text);
      return parts && dateText(parts);
    }
    case "datetime": {
      const parts = (reading.parseDate ?? parseIso)(text);
      return parts && new Date(toUtc(parts, reading.zone)).toISOString().replace(".000Z", "Z");
    }
  }
}

function readNumber(text: string, decimal: "." | ","): number | undefined {
  // Points part thousands then, and nothing else: 12.50 is no 1250.
  if (decimal === "," && text.includes(".") && !/^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/.test(text)) return undefined;
  const plain = decimal === "," ? text.replaceAll(".", "").replace(",", ".") : text;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function dateText({ year, month, day }: DateParts): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

const isoPattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** ISO 8601 as RFC 3339 has it; the time, its seconds and the zone may be missing, and a space stand for T. */
function parseIso(text: string): DateParts | undefined {
  const match = isoPattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", zone] = match;
  const parts = checked([year, month, day, hour, minute, second].map(Number));
  if (!parts || zone === undefined) return parts;
  return { ...parts, offset: zoneOffset(zone) };
}

function zoneOffset(zone: string): number {
  if (zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
}

/** Parts that are a real day and time; undefined for a 31st of February. */
function checked(numbers: readonly number[]): DateParts | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return { year, month, day, hour, minute, second };
}

const tokens: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<year2>\\d{2})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{2})",
  H: "(?<hour>\\d{1,2})",
  hh: "(?<hour12>\\d{2})",
  h: "(?<hour12>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  m: "(?<minute>\\d{1,2})",
  ss: "(?<second>\\d{2})",
  A: "(?<half>[AaPp][Mm])",
};

/** A reader of dates written in a format of YYYY YY MM M DD D HH H hh h mm m ss A. Throws a SyntaxError when one comes twice. */
export function dateReader(format: string): (text: string) => DateParts | undefined {
  const source = format.replace(/YYYY|YY|MM|M|DD|D|HH|H|hh|h|mm|m|ss|A|[^A-Za-z0-9\s]/g, (part) => {
    return tokens[part] ?? `\\${part}`;
  });
  const pattern = new RegExp(`^${source}$`);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    if (!groups) return undefined;
    const number = (name: string) => Number(groups[name] ?? 0);
    // Two digits: 1970 to 2069, as POSIX strptime's users mostly mean it.
    const year = groups.year2 === undefined ? number("year") : number("year2") + (number("year2") < 70 ? 2000 : 1900);
    const afternoon = groups.half?.toLowerCase() === "pm" ? 12 : 0;
    const hour = groups.hour12 === undefined ? number("hour") : (number("hour12") % 12) + afternoon;
    return checked([year, number("month"), number("day"), hour, number("minute"), number("second")]);
  };
}

/** Milliseconds since the epoch of a local time in a zone; a time that a change of clocks doubles is the earlier one. */
function toUtc(parts: DateParts, zone: string | undefined): number {
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  if (parts.offset !== undefined) return local - parts.offset * 60_000;
  if (zone === undefined || zone === "UTC") return local;
  const first = local - offsetAt(zone, local);
  return local - offsetAt(zone, first);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a zone is ahead of UTC at a moment. */
function offsetAt(zone: string, moment: number): number {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formatters.set(zone, formatter);
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
