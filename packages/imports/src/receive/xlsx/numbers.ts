/** Numbers of a sheet as the text that a person sees: days and times by their format, zeros that lead, no crumbs. */

export type NumberKind =
  | { readonly kind: "number" }
  | { readonly kind: "date" | "time" | "datetime" }
  /** A number of so many digits at least, such as a postcode formatted 00000. */
  | { readonly kind: "digits"; readonly digits: number };

const plain: NumberKind = { kind: "number" };

/** What a number format means: by its number where it is built in (ECMA-376 part 1, section 18.8.30), else by its code. */
export function formatKind(id: number, code: string | undefined): NumberKind {
  if (code === undefined) {
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58))
      return { kind: "date" };
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return { kind: "time" };
    return id === 22 ? { kind: "datetime" } : plain;
  }
  const [positive = ""] = code.split(";");
  const letters = positive
    .replace(/"[^"]*"/g, "")
    .replace(/\\.|_.|\*./g, "")
    .replace(/\[[^\]]*\]/g, "");
  // [h], [mm] and [ss] count on beyond a day: a duration, and a number as it is.
  if (/\[(?:h+|m+|s+)\]/i.test(positive)) return plain;
  if (/^0{2,}$/.test(letters)) return { kind: "digits", digits: letters.length };
  if (/[#?]|0(?!0*$)/.test(letters) && !/[ymdhs]/i.test(letters)) return plain;
  if (/^general$/i.test(letters)) return plain;
  const day = /[yd]/i.test(letters) || (/m/i.test(letters) && !/[hs]/i.test(letters));
  const time = /[hs]/i.test(letters);
  if (day && time) return { kind: "datetime" };
  if (day) return { kind: "date" };
  return time ? { kind: "time" } : plain;
}

/**
 * @param value as the sheet holds it: digits, or with an exponent
 * @returns undefined when it is no number
 */
export function numberText(value: string, kind: NumberKind, from1904: boolean): string | undefined {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return undefined;
  if (kind.kind === "digits" && Number.isInteger(number)) {
    const digits = String(Math.abs(number)).padStart(kind.digits, "0");
    return number < 0 ? `-${digits}` : digits;
  }
  if (kind.kind === "date" || kind.kind === "time" || kind.kind === "datetime") {
    const moment = momentOf(number, from1904);
    if (moment !== undefined) return momentText(moment, number, kind.kind);
  }
  // Excel shows 15 digits; the binary crumbs behind them (0.1 + 0.2) are nobody's.
  return String(Number(number.toPrecision(15)));
}

const dayMs = 86_400_000;
/** Days from 1970 to the day 0 of Excel; to 1904 it is 1462 days more. */
const dayZero = -25_569;

/** The moment of a serial number, to the second; undefined beyond the years 1900 to 9999. */
function momentOf(serial: number, from1904: boolean): Date | undefined {
  if (serial < 0 || serial >= 2_958_466) return undefined;
  // Excel counts a 29th of February 1900, which there was not.
  const days = from1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  return new Date(Math.round((days + dayZero) * 86_400) * 1000);
}

function momentText(moment: Date, serial: number, kind: "date" | "time" | "datetime"): string {
  const iso = moment.toISOString();
  const [day = "", time = ""] = iso.slice(0, 19).split("T");
  if (kind === "time" && serial < 1) return time;
  // A day that is shown without its time keeps the time that it has, and a moment at midnight is told as one.
  return kind === "date" && moment.getTime() % dayMs === 0 ? day : `${day}T${time}`;
}
