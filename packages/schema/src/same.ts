/** Whether a value that was sent is the one that the record has: what was read can be sent back, and changes nothing. */
import type { FieldMetadata } from "@odoorway/core";
import { toContractValue } from "./contract.js";
import { sameJson } from "./plain.js";
import { isHumanSize } from "./scalar.js";

/** @param sent normalised, as write takes it. @param current as read answers it */
export function sameValue(field: FieldMetadata, sent: unknown, current: unknown): boolean {
  switch (field.type) {
    case "many2one":
      return (Array.isArray(current) ? current[0] : current) === sent;
    case "one2many":
    case "many2many":
      return Array.isArray(sent) && Array.isArray(current) && changesNothing(sent, current);
    case "float":
    case "monetary":
      return (
        typeof sent === "number" &&
        typeof current === "number" &&
        Math.abs(sent - current) <= Math.max(1, Math.abs(current)) * 1e-9
      );
    case "integer":
    case "boolean":
      return sent === current;
    default:
      return sameJson(sent, current) || (isEmpty(sent) && isEmpty(current));
  }
}

/**
 * As sameValue, of a value as it was sent, by the contract's form or by Odoo's own. The size that Odoo reads in place of a file
 * says nothing of the file, and is no change either.
 */
export function sameAsRead(field: FieldMetadata, sent: unknown, current: unknown): boolean {
  if ((field.type === "binary" || field.type === "image") && isHumanSize(sent)) return true;
  if (sent === null && isEmpty(current)) return true;
  if (sameJson(sent, current) || sameJson(sent, toContractValue(field, current))) return true;
  if (field.type !== "one2many" && field.type !== "many2many") return false;
  return Array.isArray(sent) && Array.isArray(current) && sameSet(sent, current);
}

const isEmpty = (value: unknown) => value === false || value === null || value === undefined || value === "";

/** Whether commands leave a list of ids as it is. */
function changesNothing(commands: readonly unknown[], current: readonly unknown[]): boolean {
  return commands.every((command) => {
    const [number, id, more] = command as [unknown, unknown, unknown];
    if (number === 6) return Array.isArray(more) && sameSet(more, current);
    if (number === 5) return current.length === 0;
    if (number === 4) return current.includes(id);
    return number === 1 && typeof more === "object" && more !== null && Object.keys(more).length === 0;
  });
}

function sameSet(left: readonly unknown[], right: readonly unknown[]): boolean {
  const ids = new Set(left);
  return ids.size === new Set(right).size && right.every((id) => ids.has(id));
}
