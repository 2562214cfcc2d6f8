/** What is taken as a payload: JSON, not too deep, not too large, and without keys that programs are tricked by. */
import { OdoorwayError } from "@odoorway/core";
import { limits } from "../expressions/limits.js";

function refused(detail: string): OdoorwayError {
  return new OdoorwayError("flow_payload_refused", { evidence: { detail } });
}

/** Throws `flow_payload_refused`. Walks without recursion, since the depth is what is in question. */
export function checkPayload(payload: unknown): void {
  let values = 0;
  let text = 0;
  let level: unknown[] = [payload];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.payloadDepth) throw refused(`nests deeper than ${limits.payloadDepth} levels`);
    const below: unknown[] = [];
    for (const value of level) {
      if (++values > limits.payloadValues) throw refused(`holds more than ${limits.payloadValues} values`);
      if (typeof value === "string") text += value.length;
      else if (typeof value === "object" && value !== null) text += children(value, below);
      else checkScalar(value);
      if (text > limits.payloadText) throw refused(`is longer than ${limits.payloadText} characters`);
      if (below.length > limits.payloadValues) throw refused(`holds more than ${limits.payloadValues} values`);
    }
    level = below;
  }
}

/** Adds the values of a list or object to `below`; answers the length of its keys. */
function children(value: object, below: unknown[]): number {
  if (Array.isArray(value)) {
    for (const inner of value) below.push(inner);
    return 0;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refused("is no JSON: it holds an object of a program");
  let text = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") throw refused("holds the key __proto__, which programs have been tricked by");
    text += key.length;
    below.push(inner);
  }
  return text;
}

function checkScalar(value: unknown): void {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return;
    throw refused("holds a number out of range");
  }
  throw refused(`is no JSON: it holds a value of the type ${typeof value}`);
}
