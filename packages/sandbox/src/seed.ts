/** Seeds: the database's name and users, checked whole before anything starts. */
import { nearest, OdoorwayError } from "@odoorway/core";

export interface SeedKey {
  readonly key: string;
  /** When it ends (RFC 3339), or null: never. */
  readonly expires?: string | null;
  /** What it is good for; `rpc`, which the API wants, where left out. */
  readonly scope?: string | null;
}

export interface SeedUser {
  readonly login: string;
  /** The login where left out. */
  readonly name?: string;
  readonly password?: string;
  readonly keys?: readonly SeedKey[];
  /** External ids, e.g. `base.group_user`. Those that a version does not have are an error. */
  readonly groups?: readonly string[];
  /** Two-factor login: RPC refuses the password. */
  readonly totp?: boolean;
  readonly active?: boolean;
}

export interface SandboxSeed {
  /** Name of the database (default `demo`). */
  readonly db?: string;
  /** Users beside admin. A user `admin` gives the administrator keys or another password. */
  readonly users?: readonly SeedUser[];
}

/** admin/admin, and demo with the key demo-key: what an integration is usually given, and no settings. */
export const defaultSeed: SandboxSeed = {
  db: "demo",
  users: [
    {
      login: "demo",
      name: "Demo",
      password: "demo",
      keys: [{ key: "demo-key", expires: null }],
      groups: [
        "base.group_user",
        "base.group_partner_manager",
        "base.group_allow_export",
        "sales_team.group_sale_manager",
        "product.group_product_manager",
        "stock.group_stock_manager",
        "purchase.group_purchase_manager",
      ],
    },
  ],
};

/** Throws configuration_error naming the place and, for an unknown key, the nearest known one. */
export function checkedSeed(seed: unknown): SandboxSeed {
  const root = objectAt(seed, "seed", ["db", "users"]);
  textAt(root.db, "seed.db");
  for (const [at, user] of arrayAt(root.users, "seed.users").entries()) {
    const place = `seed.users[${at}]`;
    const given = objectAt(user, place, ["login", "name", "password", "keys", "groups", "totp", "active"]);
    if (typeof given.login !== "string" || given.login === "") throw wrong(`${place}.login`, "must be a text");
    textAt(given.name, `${place}.name`);
    textAt(given.password, `${place}.password`);
    for (const flag of ["totp", "active"])
      if (given[flag] !== undefined && typeof given[flag] !== "boolean")
        throw wrong(`${place}.${flag}`, "must be true or false");
    for (const [number, group] of arrayAt(given.groups, `${place}.groups`).entries())
      if (typeof group !== "string") throw wrong(`${place}.groups[${number}]`, "must be an external id");
    for (const [number, key] of arrayAt(given.keys, `${place}.keys`).entries()) {
      const entry = objectAt(key, `${place}.keys[${number}]`, ["key", "expires", "scope"]);
      if (typeof entry.key !== "string" || entry.key === "")
        throw wrong(`${place}.keys[${number}].key`, "must be a text");
      const { expires, scope } = entry;
      if (scope !== undefined && scope !== null && typeof scope !== "string")
        throw wrong(`${place}.keys[${number}].scope`, "must be a text or null");
      if (
        expires !== undefined &&
        expires !== null &&
        (typeof expires !== "string" || Number.isNaN(Date.parse(expires)))
      )
        throw wrong(`${place}.keys[${number}].expires`, "must be a date and time (RFC 3339) or null");
    }
  }
  return root as SandboxSeed;
}

/** A plain object whose keys are all known. */
export function objectAt(value: unknown, place: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(place, "must be an object");
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new OdoorwayError("configuration_error", {
      evidence: {
        detail: `${place}.${key} is unknown.`,
        ...(near ? { nearest: near } : { expected: `Known: ${known.join(", ")}.` }),
      },
    });
  }
  return value as Record<string, unknown>;
}

function arrayAt(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(place, "must be a list");
  return value;
}

function textAt(value: unknown, place: string): void {
  if (value !== undefined && (typeof value !== "string" || value === "")) throw wrong(place, "must be a text");
}

export function wrong(place: string, why: string): OdoorwayError {
  return new OdoorwayError("configuration_error", { evidence: { detail: `${place} ${why}.` } });
}
