/** Who may come in: passwords and API keys of the seed's users, kept apart from the records. */
import type { Clock } from "@odoorway/core";
import type { Database } from "../orm/env.js";

export interface Credential {
  readonly uid: number;
  readonly password: string | undefined;
  readonly keys: readonly { readonly key: string; readonly expires: string | null }[];
  /** Two-factor login: the password alone is refused for RPC. */
  readonly totp: boolean;
}

export interface Credentials {
  /** The user's id, or undefined: unknown, archived, wrong secret, expired key. */
  authenticate(login: unknown, secret: unknown): number | undefined;
  check(uid: unknown, secret: unknown): boolean;
}

export function credentialsOf(database: Database, list: readonly Credential[], clock: Clock): Credentials {
  const byUid = new Map(list.map((credential) => [credential.uid, credential]));
  const users = database.models.get("res.users")?.table;
  const check = (uid: unknown, secret: unknown): boolean => {
    const credential = typeof uid === "number" ? byUid.get(uid) : undefined;
    if (!credential || users?.rows.get(credential.uid)?.active !== true) return false;
    if (typeof secret !== "string" || secret === "") return false;
    if (credential.password === secret && !credential.totp) return true;
    return credential.keys.some(
      ({ key, expires }) => key === secret && (expires === null || Date.parse(expires) > clock.now()),
    );
  };
  return {
    check,
    authenticate(login, secret) {
      const [uid] = typeof login === "string" ? (users?.find("login", login) ?? []) : [];
      return uid !== undefined && check(uid, secret) ? uid : undefined;
    },
  };
}
