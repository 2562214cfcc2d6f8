/** What both codecs agree on about the values that a caller hands over. */

/** Whether the object is made of its own properties alone: `{}` or without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Names what a value is, for people; never the value itself. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "undefined (use null for an empty value)";
  if (value instanceof Date) return "a Date (send text as Odoo writes it: 2026-01-31 09:00:00, in UTC)";
  if (typeof value === "object" && value !== null) return `an instance of ${value.constructor?.name ?? "a class"}`;
  return `a ${typeof value}`;
}

/** Sets an own property, also when it is called `__proto__`. */
export function setMember(struct: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(struct, name, { value, writable: true, enumerable: true, configurable: true });
  else struct[name] = value;
}
