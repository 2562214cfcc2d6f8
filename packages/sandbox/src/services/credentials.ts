/**
 * Who may come in: API keys of the seed's users, kept apart from the records, which only tell that they are
 * there; and passwords, which stand with the users.
 *
 * Five failed logins from one address lock it out for a minute, counted from the last; a login that
 * succeeds before that forgives the failures. The parameters base.login_cooldown_after (0: never) and
 * base.login_cooldown_duration (seconds) say otherwise, as in Odoo. Only logins count and wait: a call
 * that brings its secret, and a bearer of JSON-2, are judged by the secret alone.
 */
import type { Clock } from "@odoorway/core";
import type { Database } from "../orm/env.js";
import { stored } from "../orm/timezone.js";

interface Key {
  readonly key: string;
  /** When it ends (RFC 3339), or null: never. */
  readonly expires: string | null;
  /** What it is good for: `rpc` is what every door of the API asks for, null is anything. */
  readonly scope: string | null;
}

export interface Credential {
  readonly uid: number;
  readonly password: string | undefined;
  readonly keys: readonly Key[];
  /** Two-factor login: the password alone is refused for RPC. */
  readonly totp: boolean;
}

/** A user's id; undefined: unknown, archived, wrong secret, expired key; or the address has to wait. */
type Admission = number | undefined | "cooldown";

/** What Odoo says to an address that has to wait. */
export const tooManyFailures = "Too many login failures, please wait a bit before trying again.";

export interface Credentials {
  /** For RPC: a key, or a password where two-factor login is off. */
  authenticate(login: unknown, secret: unknown, address?: string): Admission;
  check(uid: unknown, secret: unknown): boolean;
  /** For a browser session: a password and no key. */
  byPassword(login: unknown, password: unknown, address?: string): Admission;
  /** For a bearer: the owner of a key. */
  byKey(key: string): number | undefined;
  hasTotp(uid: number): boolean;
  /** Ends a key now; false where there is none. */
  expireKey(key: string): boolean;
  /** Ends all keys of a user now. */
  expireKeysOf(uid: number): void;
}

/** Addresses that are remembered; the oldest goes first. */
const mostAddresses = 10_000;

export function credentialsOf(database: Database, list: readonly Credential[], clock: Clock): Credentials {
  const byUid = new Map(list.map((credential) => [credential.uid, credential]));
  const failures = new Map<string, { count: number; last: number }>();
  const users = database.models.get("res.users")?.table;
  const parameters = database.models.get("ir.config_parameter")?.table;
  const parameter = (key: string, usual: number): number => {
    const value = Number(parameters?.rows.get(parameters.find("key", key)[0] ?? 0)?.value ?? usual);
    return Number.isFinite(value) ? value : usual;
  };
  // Passwords stand with the users, where the administrator and their owners change them.
  for (const { uid, password } of list) {
    const row = users?.rows.get(uid);
    if (users && row && password !== undefined) users.put(uid, { ...row, password });
  }
  const keyIds = describeKeys(database, list);
  const end = (key: string) => {
    ended.add(key);
    const table = database.models.get("res.users.apikeys")?.table;
    const id = keyIds.get(key) ?? 0;
    const row = table?.rows.get(id);
    if (table && row) table.put(id, { ...row, expiration_date: database.now() });
  };
  const passwordOf = (uid: number): string | undefined => users?.rows.get(uid)?.password?.toString();
  /** A user made since the start has a password and no keys. */
  const made = (uid: number): Credential => ({ uid, password: undefined, keys: [], totp: false });
  const active = (uid: number) => (users?.rows.get(uid)?.active === true ? (byUid.get(uid) ?? made(uid)) : undefined);

  const attempt = (address: string | undefined, uid: number | undefined, proven: (own: Credential) => boolean) => {
    const past = address === undefined ? undefined : failures.get(address);
    const most = parameter("base.login_cooldown_after", 5);
    const wait = parameter("base.login_cooldown_duration", 60) * 1000;
    if (past && most > 0 && past.count >= most && clock.now() - past.last < wait) return "cooldown";
    const own = uid === undefined ? undefined : active(uid);
    if (own && proven(own)) {
      if (address !== undefined) failures.delete(address);
      return own.uid;
    }
    if (address === undefined) return undefined;
    failures.delete(address);
    failures.set(address, { count: (past?.count ?? 0) + 1, last: clock.now() });
    const [oldest] = failures.keys();
    if (failures.size > mostAddresses && oldest !== undefined) failures.delete(oldest);
    return undefined;
  };
  const ended = new Set<string>();
  const isKey = (own: Credential, secret: string) =>
    own.keys.some(
      ({ key, expires, scope }) =>
        key === secret &&
        !ended.has(key) &&
        (scope === null || scope === "rpc") &&
        (expires === null || Date.parse(expires) > clock.now()),
    );
  const provenBy = (secret: unknown) => (own: Credential) =>
    typeof secret === "string" &&
    secret !== "" &&
    ((passwordOf(own.uid) === secret && !own.totp) || isKey(own, secret));
  const uidOf = (login: unknown) => (typeof login === "string" ? users?.find("login", login)[0] : undefined);

  return {
    authenticate: (login, secret, address) => attempt(address, uidOf(login), provenBy(secret)),
    check: (uid, secret) => {
      const own = typeof uid === "number" ? active(uid) : undefined;
      return own !== undefined && provenBy(secret)(own);
    },
    byPassword: (login, password, address) =>
      attempt(
        address,
        uidOf(login),
        (own) => typeof password === "string" && password !== "" && passwordOf(own.uid) === password,
      ),
    byKey: (key) => list.find((own) => users?.rows.get(own.uid)?.active === true && isKey(own, key))?.uid,
    hasTotp: (uid) => byUid.get(uid)?.totp === true,
    expireKey(key) {
      if (!list.some(({ keys }) => keys.some((one) => one.key === key))) return false;
      end(key);
      return true;
    },
    expireKeysOf(uid) {
      for (const { key } of byUid.get(uid)?.keys ?? []) end(key);
    },
  };
}

/** Puts what a client may know of the keys into res.users.apikeys; the id of each. */
function describeKeys(database: Database, list: readonly Credential[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const table = database.models.get("res.users.apikeys")?.table;
  table?.replace([], 0);
  const users = database.models.get("res.users")?.table;
  for (const { uid, keys } of list)
    for (const { key, expires, scope } of keys) {
      const id = ids.size + 1;
      ids.set(key, id);
      table?.put(id, {
        name: `key of ${users?.rows.get(uid)?.login}`,
        user_id: uid,
        create_date: users?.rows.get(uid)?.create_date ?? database.now(),
        ...(scope === null ? {} : { scope }),
        ...(expires === null ? {} : { expiration_date: stored(Date.parse(expires)) }),
      });
    }
  return ids;
}
