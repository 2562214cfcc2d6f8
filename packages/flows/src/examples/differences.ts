/** Where two JSON values differ, by path: what a person has to look at when an example no longer holds. */
import { describeReceived } from "@odoorway/schema";

export interface Difference {
  /** `records[0].values.email`; "" for the whole. */
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/** Differences told at most; more say nothing new. */
const most = 50;

/**
 * The differences, in the order of the expected value. An absent key and an empty list at the top of a record or
 * plan are the same (`match: []`), so that an example need not name what is not there.
 */
export function differences(expected: unknown, received: unknown): Difference[] {
  const found: Difference[] = [];
  compare(expected, received, "", found);
  return found;
}

function compare(expected: unknown, received: unknown, path: string, found: Difference[]): void {
  if (found.length >= most || isEmpty(expected, received)) return;
  if (Array.isArray(expected) && Array.isArray(received)) {
    const length = Math.max(expected.length, received.length);
    for (let index = 0; index < length; index++) compare(expected[index], received[index], `${path}[${index}]`, found);
    return;
  }
  if (isObject(expected) && isObject(received)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(received)]);
    for (const key of keys)
      compare(own(expected, key), own(received, key), path === "" ? key : `${path}.${key}`, found);
    return;
  }
  if (!Object.is(expected, received)) found.push({ path, expected: say(expected), received: say(received) });
}

function isEmpty(a: unknown, b: unknown): boolean {
  const none = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
  return none(a) && none(b);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function say(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "object" || value === null) return describeReceived(value);
  const text = JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
