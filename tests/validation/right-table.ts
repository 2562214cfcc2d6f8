/**
 * The form of the right inputs, and what a record must hold afterwards: what was sent, unless the case says
 * otherwise. A number or `@name` where a related record stands means its id, a list the ids in any order, `{length}`
 * so many records, `{any}` whatever it was before.
 */
import type { RequestLine } from "./table.js";

export interface RightCase {
  readonly says: string;
  readonly request: RequestLine;
  readonly body: Readonly<Record<string, unknown>>;
  /** Fields that hold something else than what was sent. */
  readonly holds: Readonly<Record<string, unknown>>;
  readonly only?: 18 | 19;
}

export type RightRow = readonly [
  says: string,
  request: RequestLine,
  body: Readonly<Record<string, unknown>>,
  holds?: Readonly<Record<string, unknown>>,
];

export function rightCases(rows: readonly RightRow[], only?: 18 | 19): RightCase[] {
  return rows.map(([says, request, body, holds = {}]) => ({
    says,
    request,
    body,
    holds,
    ...(only === undefined ? {} : { only }),
  }));
}

/** Fields of the record that do not hold what they should, as `field: wanted, held`. */
export function differences(
  wanted: Readonly<Record<string, unknown>>,
  held: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => !isHeld(value, held[name]))
    .map(([name, value]) => `${name}: ${short(value)}, but holds ${short(held[name])}`);
}

function isHeld(wanted: unknown, held: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(held) && sorted(wanted) === sorted(held);
  if (isAny(wanted)) return held !== undefined;
  if (isLength(wanted)) return Array.isArray(held) && held.length === wanted.length;
  if (typeof wanted === "number" && typeof held === "object" && held !== null && "id" in held)
    return held.id === wanted;
  return wanted === held;
}

function isAny(value: unknown): boolean {
  return typeof value === "object" && value !== null && "any" in value;
}

function isLength(value: unknown): value is { readonly length: number } {
  return typeof value === "object" && value !== null && "length" in value && !Array.isArray(value);
}

const sorted = (list: readonly unknown[]) => JSON.stringify([...list].sort());

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
