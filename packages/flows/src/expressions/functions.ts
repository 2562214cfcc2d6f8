/**
 * The functions that flows have besides JSONata's own: few, for what foreign payloads are full of. None sees
 * anything but its arguments. Of an argument that is not there each gives nothing, as JSONata's do.
 */
import { createHash } from "node:crypto";
import { Refused } from "./failure.js";
import { limits } from "./limits.js";
import { addDecimals, type Decimal, readDecimal, roundDecimal, toNumber } from "./money.js";

export interface FlowFunction {
  /** How it is called, and what it gives: for the reference. */
  readonly use: string;
  readonly says: string;
  readonly run: (...args: unknown[]) => unknown;
}

/** Currencies whose smallest unit is not a hundredth (ISO 4217, and Stripe's list of zero-decimal currencies). */
const decimalsOf: Readonly<Record<string, number>> = Object.assign(
  Object.fromEntries(
    [
      "BIF",
      "CLP",
      "DJF",
      "GNF",
      "JPY",
      "KMF",
      "KRW",
      "MGA",
      "PYG",
      "RWF",
      "UGX",
      "VND",
      "VUV",
      "XAF",
      "XOF",
      "XPF",
    ].map((code) => [code, 0]),
  ),
  Object.fromEntries(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((code) => [code, 3])),
);

export const flowFunctions = {
  money: {
    use: "$money(amount, decimals?)",
    says: 'The number of a decimal text such as "12.50" (or of a number). With `decimals`, rounded half away from zero.',
    run: (amount, decimals) => {
      if (isNothing(amount)) return undefined;
      const exact = readDecimal(amount);
      return toNumber(decimals === undefined ? exact : roundDecimal(exact, count(decimals)));
    },
  },
  cents: {
    use: "$cents(amount)",
    says: 'The amount in hundredths, a whole number, rounded half away from zero: $cents("12.50") is 1250.',
    run: (amount) => {
      if (isNothing(amount)) return undefined;
      const { digits, scale } = readDecimal(amount);
      return toNumber(roundDecimal({ digits: digits * 100n, scale }, 0));
    },
  },
  total: {
    use: "$total(amounts)",
    says: 'The exact sum of decimal texts and numbers: $total(["0.1", "0.2"]) is 0.3. Of nothing, 0.',
    run: (amounts) => {
      const list = isNothing(amounts) ? [] : [amounts].flat();
      const none: Decimal = { digits: 0n, scale: 0 };
      return toNumber(
        list
          .filter((one) => !isNothing(one))
          .map(readDecimal)
          .reduce(addDecimals, none),
      );
    },
  },
  minor: {
    use: "$minor(amount, currency)",
    says: 'An amount in the smallest unit of its currency, as payment services send it: $minor(1250, "eur") is 12.5, $minor(1250, "jpy") is 1250.',
    run: (amount, currency) => {
      if (isNothing(amount)) return undefined;
      const exact = readDecimal(amount);
      const code = text(currency, "currency").toUpperCase();
      const decimals = Object.hasOwn(decimalsOf, code) ? (decimalsOf[code] ?? 2) : 2;
      return toNumber({ digits: exact.digits, scale: exact.scale + decimals });
    },
  },
  blank: {
    use: "$blank(value)",
    says: "Whether there is nothing to use: no value, null, or a text of blanks alone.",
    run: (value) => isNothing(value) || (typeof value === "string" && value.trim() === ""),
  },
  stripHtml: {
    use: "$stripHtml(text)",
    says: "The text of HTML: tags left out, a line for each block, the usual entities read.",
    run: (html) => (isNothing(html) ? undefined : stripHtml(text(html, "text"))),
  },
  slug: {
    use: "$slug(text)",
    says: "Lower-case letters a to z, digits and single hyphens, accents left out: for keys and references.",
    run: (value) =>
      isNothing(value)
        ? undefined
        : text(value, "text")
            .normalize("NFKD")
            .replace(/\p{M}/gu, "")
            .toLowerCase()
            .replace(/[^a-z0-9]+/g, "-")
            .replace(/^-|-$/g, ""),
  },
  hash: {
    use: "$hash(value)",
    says: "16 hexadecimal digits made of any value (SHA-256 of its JSON): a key for what has none, such as an address.",
    run: (value) => {
      if (value === undefined) return undefined;
      return createHash("sha256").update(stable(value)).digest("hex").slice(0, 16);
    },
  },
} as const satisfies Readonly<Record<string, FlowFunction>>;

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new Refused(`${name} must be text`, value);
}

function count(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 10) return value;
  throw new Refused("decimals is a whole number from 0 to 10", value);
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " },
  // What shops write into names.
  ...{ ndash: "–", mdash: "—", hellip: "…", times: "×", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”" },
  ...{ laquo: "«", raquo: "»", bull: "•", middot: "·", deg: "°", copy: "©", reg: "®", trade: "™" },
  ...{ euro: "€", pound: "£", yen: "¥", cent: "¢" },
};

/** By hand and in one pass over the text: what is between `<` and the next `>` goes, and comments whole. */
function stripHtml(html: string): string {
  let plain = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open === -1) break;
    plain += html.slice(at, open);
    const comment = html.startsWith("<!--", open);
    const close = html.indexOf(comment ? "-->" : ">", open);
    // A "<" that no tag begins with is text.
    if (!comment && !/[a-zA-Z/!?]/.test(html[open + 1] ?? "")) {
      plain += "<";
      at = open + 1;
      continue;
    }
    if (close === -1) {
      at = html.length;
      break;
    }
    if (/^<\/?(?:br|p|div|li|ul|ol|tr|h[1-6])[\s/>]/i.test(html.slice(open, open + 8))) plain += "\n";
    at = close + (comment ? 3 : 1);
  }
  plain += html.slice(at);
  return plain
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
      return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
        ? String.fromCodePoint(point)
        : whole;
    })
    .split("\n")
    .map((line) => line.replaceAll(/\s{2,}/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** JSON with the keys of objects in order, so that equal values give equal text. */
function stable(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  if (json === undefined) throw new Refused("a function has no hash");
  if (json.length > limits.text) throw new Refused("the value is too large");
  return json;
}
