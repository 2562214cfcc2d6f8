/**
 * External ids (ir.model.data): `module.name`. Odoo refuses spaces in the name and splits at the
 * first dot, so a key from outside is written so that two different keys never become one.
 */

/** Module under which Odoorway files the records that it creates. */
export const defaultNamespace = "odoorway";

/** `module.name` with a module of letters, digits and underscores. */
export function isExternalId(text: string): boolean {
  return /^[A-Za-z0-9_]+\.[^\s.][^\s]*$/.test(text);
}

/**
 * The external id of a record: `namespace.entity_key`. Letters, digits, `-` and single `_` stay;
 * every other character becomes `~` and its code point in hexadecimal between tildes, which is
 * reversible and so never makes two keys one. Long keys are refused by the caller (128 characters are safe).
 */
export function externalIdFor(namespace: string, entity: string, key: string): string {
  return `${namespace}.${entity.replaceAll(".", "_")}_${encodeKey(key)}`;
}

function encodeKey(key: string): string {
  return key.replace(/[^A-Za-z0-9_-]/gu, (character) => `~${(character.codePointAt(0) ?? 0).toString(16)}~`);
}

/** The key that `externalIdFor` wrote behind `namespace.entity_`. */
export function decodeKey(encoded: string): string {
  return encoded.replace(/~([0-9a-f]{1,6})~/g, (whole, code: string) => {
    const point = Number.parseInt(code, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
