/** All tokens, oldest first, without their hashes. */
import type { Selectable } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { Token } from "../types.js";

export async function listTokens(db: Db): Promise<Token[]> {
  const rows = await db.sql.selectFrom("tokens").selectAll().orderBy("created_at").orderBy("id").execute();
  return rows.map(toToken);
}

export function toToken(row: Selectable<Tables["tokens"]>): Token {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as string[],
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
