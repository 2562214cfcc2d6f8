/**
 * Odoo's datetimes are UTC, written `2026-01-31 09:00:00`, whole seconds, years 1 to 9999; its dates are
 * `2026-01-31`, a day of no zone. People's clocks have zones, and twice a year an hour that does not exist or
 * exists twice: what that means is asked, not guessed.
 */
import { badArgument } from "../bad-argument.js";
import { atWallClock, type Disambiguation, wallClock } from "./zones.js";

export interface ToOdooOptions {
  /** IANA name (`Europe/Brussels`) of the zone of a text that names none, or of the day of an instant. */
  readonly timeZone?: string;
  /** Which instant a wall clock means when it shows the time twice, or never (as in Temporal; default `reject`). */
  readonly disambiguation?: Disambiguation;
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * An instant as Odoo takes it. A text is ISO 8601 with `Z` or an offset, or without when `timeZone` is given.
 * Fractions of a second are cut off, as Odoo has none. Throws `bad_arguments`.
 */
export function toOdooDatetime(value: Date | string, options: ToOdooOptions = {}): string {
  return written(value instanceof Date ? value.getTime() : instantOf(value, options), 19);
}

/** The instant of a datetime of Odoo's. Throws `bad_arguments`. */
export function fromOdooDatetime(text: string): Date {
  const match = isoPattern.exec(text);
  if (match === null || match[6] === undefined || match[7] !== undefined || text[10] !== " ")
    throw badArgument("a datetime of Odoo's reads 2026-01-31 09:00:00");
  return new Date(wallOf(match));
}

/** A datetime of Odoo's as a clock of the zone shows it, with its offset: `2026-01-31T10:00:00+01:00`. Throws `bad_arguments`. */
export function inTimeZone(text: string, timeZone: string): string {
  const instant = Math.floor(fromOdooDatetime(text).getTime() / 1000) * 1000;
  const wall = wallClock(instant, timeZone);
  const minutes = Math.round((wall - instant) / 60_000);
  const offset = `${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${written(wall, 19).replace(" ", "T")}${minutes < 0 ? "-" : "+"}${offset}`;
}

/**
 * A day as Odoo takes it. A text is that day, `2026-01-31`; an instant (a Date, or a text with a time) is a day
 * only in a zone, so it needs `timeZone`. Throws `bad_arguments`.
 */
export function toOdooDate(value: Date | string, options: ToOdooOptions = {}): string {
  const day = typeof value === "string" ? isoPattern.exec(value) : null;
  if (day !== null && day[4] === undefined) return written(wallOf(day), 10);
  if (options.timeZone === undefined) throw badArgument("an instant is a day only in a time zone: say timeZone");
  const instant = value instanceof Date ? value.getTime() : instantOf(value, options);
  if (Number.isNaN(instant)) throw badArgument("the Date is invalid");
  return written(wallClock(instant, options.timeZone), 10);
}

function instantOf(text: string, { timeZone, disambiguation = "reject" }: ToOdooOptions): number {
  const match = isoPattern.exec(text.trim());
  if (match === null || match[4] === undefined)
    throw badArgument("a datetime reads 2026-01-31T09:00:00Z, or with an offset");
  const wall = wallOf(match);
  const zone = match[7];
  if (zone === undefined) {
    if (timeZone === undefined) throw badArgument("the text names no time zone: add Z or an offset, or say timeZone");
    return atWallClock(wall, timeZone, disambiguation);
  }
  if (/^z$/i.test(zone)) return wall;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) throw badArgument("the offset is none");
  return wall - (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** What the text says, as if it were UTC; refuses days and times that no calendar has. */
function wallOf([, ...parts]: RegExpExecArray): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0;
  if (!isDay || hour > 23 || minute > 59 || second > 59) throw badArgument("there is no such day or time");
  return date.setUTCHours(hour, minute, second);
}

function written(milliseconds: number, length: number): string {
  if (Number.isNaN(milliseconds)) throw badArgument("the Date is invalid");
  // Rounding down holds for times before 1970 too.
  const iso = new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
  if (!/^\d{4}-/.test(iso) || iso.startsWith("0000")) throw badArgument("Odoo has the years 1 to 9999");
  return iso.slice(0, length).replace("T", " ");
}

const two = (value: number): string => String(value).padStart(2, "0");
