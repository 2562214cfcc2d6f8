/**
 * Dates and times between the contract (RFC 3339 with a zone) and Odoo ("YYYY-MM-DD HH:MM:SS", always
 * UTC, years 1 to 9999, whole seconds).
 */

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const zonedPattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const odooPattern = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** Whether the text is a day of the calendar, "YYYY-MM-DD". */
export function isDate(text: string): boolean {
  const match = datePattern.exec(text);
  return match !== null && isDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/**
 * The moment as Odoo stores it, or undefined when the text is none. Takes RFC 3339 with a zone (fractions of a
 * second are dropped, as Odoo has none) and Odoo's own "YYYY-MM-DD HH:MM:SS", which is UTC by definition.
 */
export function toOdooDatetime(text: string): string | undefined {
  const match = odooPattern.exec(text) ?? zonedPattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // RFC 3339 allows a leap second, :60, which becomes the next minute's first.
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetHours = Number(match[8] ?? 0);
  const offsetMinutes = Number(match[9] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  if (match[7] === undefined && second < 60) return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  const shift = (offsetHours * 60 + offsetMinutes) * (match[7] === "-" ? 1 : -1);
  moment.setUTCHours(hour, minute + shift, second);
  const inUtc = moment.getUTCFullYear();
  if (inUtc < 1 || inUtc > 9999) return undefined;
  return moment.toISOString().slice(0, 19).replace("T", " ");
}

/** Odoo's UTC text as RFC 3339; undefined when it is not such a text. */
export function toRfc3339(text: string): string | undefined {
  return odooPattern.test(text) ? `${text.slice(0, 10)}T${text.slice(11)}Z` : undefined;
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
