/** What a JSON object is: neither null, nor a list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Levels that a JSON value may nest; deeper ones exist only to break parsers (Odoo's, PostgreSQL's). */
const deepest = 100;

/** Whether the value nests too deep. Iterative, so that the check itself cannot overflow the stack. */
export function isTooDeep(value: unknown): boolean {
  const open: { value: object; depth: number }[] = [];
  const look = (inner: unknown, depth: number) => {
    if (typeof inner === "object" && inner !== null) open.push({ value: inner, depth });
  };
  look(value, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > deepest) return true;
    for (const inner of Object.values(next.value)) look(inner, next.depth + 1);
  }
  return false;
}

/** Whether two JSON values are the same, keys of objects in any order. Bounded by the depth that a check lets pass. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => sameJson(item, right[index]))
    );
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  );
}
