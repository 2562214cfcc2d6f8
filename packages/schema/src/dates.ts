/**
 * Dates and times between the contract (RFC 3339 with a zone) and Odoo ("YYYY-MM-DD HH:MM:SS", always
 * UTC, years 1 to 9999, whole seconds).
 */

const datePattern = /^\d{4}-\d\d-\d\d$/;
const zonedPattern = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const odooPattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** Whether the text is a day of the calendar, "YYYY-MM-DD". */
export function isDate(text: string): boolean {
  return text.length === 10 && datePattern.test(text) && startsWithDay(text);
}

/**
 * The moment as Odoo stores it, or undefined when the text is none. Takes RFC 3339 with a zone (fractions of a
 * second are dropped, as Odoo has none) and Odoo's own "YYYY-MM-DD HH:MM:SS", which is UTC by definition.
 */
export function toOdooDatetime(text: string): string | undefined {
  if (!zonedPattern.test(text) && !odooPattern.test(text)) return undefined;
  if (!startsWithDay(text)) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // RFC 3339 allows a leap second, :60, which becomes the next minute's first.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const sign = text.at(-6);
  let offset = 0;
  if (text.length > 19 && (sign === "+" || sign === "-")) {
    const hours = twoDigits(text, text.length - 5);
    const minutes = twoDigits(text, text.length - 2);
    if (hours > 23 || minutes > 59) return undefined;
    offset = (hours * 60 + minutes) * (sign === "-" ? -1 : 1);
  }
  const day = text.slice(0, 10);
  const ofDay = hour * 60 + minute - offset;
  // Most moments stay on their day; only the others need a calendar (which is ten times slower).
  if (second < 60 && ofDay >= 0 && ofDay < 1440)
    return `${day} ${pad(Math.floor(ofDay / 60))}:${pad(ofDay % 60)}${text.slice(16, 19)}`;
  const moment = new Date(Date.parse(`${day}T00:00:00Z`) + (ofDay * 60 + second) * 1000);
  const inUtc = moment.getUTCFullYear();
  if (inUtc < 1 || inUtc > 9999) return undefined;
  const iso = moment.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Odoo's UTC text as RFC 3339; undefined when it is not such a text. */
export function toRfc3339(text: string): string | undefined {
  return odooPattern.test(text) ? `${text.slice(0, 10)}T${text.slice(11)}Z` : undefined;
}

/** Whether the text starts with a day that exists; its form is known to be right. */
function startsWithDay(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

function pad(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
