/** What an expression gives, as plain JSON of our own: nothing of JSONata's sequences and functions is left. */
import { Refused } from "./failure.js";
import { limits } from "./limits.js";

/**
 * A copy as plain JSON; undefined for nothing. Keys that begin with `$` are refused, since the plan means
 * look-ups by them: a payload must not be able to smuggle one in.
 */
export function toJson(value: unknown): unknown {
  return copy(value, { values: 0 }, 0);
}

function copy(value: unknown, count: { values: number }, depth: number): unknown {
  if (++count.values > limits.payloadValues) throw new Refused("it gives too large a value");
  if (depth > limits.payloadDepth) throw new Refused("it gives a value that nests too deep");
  switch (typeof value) {
    case "string":
      if (value.length > limits.text) throw new Refused("it makes too long a text");
      return value;
    case "boolean":
    case "undefined":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new Refused("it gives a number out of range");
      return value + 0;
    case "object":
      break;
    default:
      throw new Refused("it gives a function, not a value");
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((inner) => copy(inner, count, depth + 1) ?? null);
  if ("_jsonata_function" in value || "_jsonata_lambda" in value)
    throw new Refused("it gives a function, not a value: are the parentheses of a call missing?");
  const object: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__" || key.startsWith("$")) throw new Refused(`it gives an object with the key ${key}`);
    const made = copy(inner, count, depth + 1);
    if (made !== undefined) object[key] = made;
  }
  return object;
}
