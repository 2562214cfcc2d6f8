/** The API key goes out with every call, so what comes back in errors may repeat it: Odoo's arguments, a proxy's page. */

/** Shorter ones (a password like "admin") are words of ordinary sentences too. */
const shortest = 8;

/** The value with every occurrence of the secret in its texts, at any depth, put out. */
export function withoutSecret<T>(value: T, secret: string): T {
  return (secret.length < shortest ? value : cleaned(value, secret)) as T;
}

function cleaned(value: unknown, secret: string): unknown {
  if (typeof value === "string") return value.replaceAll(secret, "(secret)");
  if (Array.isArray(value)) return value.map((inner) => cleaned(inner, secret));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(inner, secret)]));
}
