/** Keeps a new token. */
import type { Db } from "../schema.js";
import type { NewToken, Token } from "../types.js";

export async function createToken(db: Db, token: NewToken): Promise<Token> {
  const createdAt = db.now();
  const { id, name, hash, scopes } = token;
  await db.sql
    .insertInto("tokens")
    .values({
      id,
      name,
      hash,
      scopes: JSON.stringify(scopes),
      created_at: createdAt,
      revoked_at: null,
      last_used_at: null,
    })
    .execute();
  return { id, name, scopes, createdAt, revokedAt: null, lastUsedAt: null };
}
