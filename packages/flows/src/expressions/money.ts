/** Decimal numbers without the errors of binary ones: amounts of money come as text, and are added to the cent. */
import { Refused } from "./failure.js";

/** A decimal number: its digits as one integer, and how many of them stand behind the point. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** A decimal from text ("-12.50") or a number; refuses anything else, and more than 30 digits. */
export function readDecimal(value: unknown): Decimal {
  const text = typeof value === "number" ? numberText(value) : value;
  const match = typeof text === "string" ? /^\s*([+-]?)(\d{1,30})(?:\.(\d{0,30}))?\s*$/.exec(text) : null;
  if (match === null) throw new Refused('an amount is a number or a text such as "-12.50"', value);
  const [, sign, whole = "", behind = ""] = match;
  const fraction = behind.replace(/0+$/, "");
  const digits = BigInt(whole + fraction);
  return { digits: sign === "-" ? -digits : digits, scale: fraction.length };
}

/** The number's own decimal text, without an exponent. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return "";
  const text = String(value);
  return text.includes("e") ? value.toFixed(20) : text;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: scaled(a, scale) + scaled(b, scale), scale };
}

/** Rounded half away from zero to `scale` decimals, as Odoo rounds amounts. */
export function roundDecimal(value: Decimal, scale: number): Decimal {
  if (value.scale <= scale) return value;
  const unit = 10n ** BigInt(value.scale - scale);
  const half = value.digits < 0n ? -unit / 2n : unit / 2n;
  return { digits: (value.digits + half) / unit, scale };
}

/** The digits of a decimal as if it had `scale` decimals; `scale` is not less than its own. */
function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

/** The nearest number, which prints as the decimal does up to 15 digits. */
export function toNumber({ digits, scale }: Decimal): number {
  if (scale === 0) return Number(digits);
  const negative = digits < 0n;
  const text = String(negative ? -digits : digits).padStart(scale + 1, "0");
  return Number(`${negative ? "-" : ""}${text.slice(0, -scale)}.${text.slice(-scale)}`);
}
