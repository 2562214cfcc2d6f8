/** The living token with a hash. Its use is noted to the minute, so that reading does not mean writing. */
import type { Db } from "../schema.js";
import type { Token } from "../types.js";
import { toToken } from "./list-tokens.js";

const noteEvery = 60_000;

export async function findTokenByHash(db: Db, hash: string): Promise<Token | undefined> {
  const row = await db.sql
    .selectFrom("tokens")
    .selectAll()
    .where("hash", "=", hash)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (!row) return undefined;
  const now = db.now();
  if (row.last_used_at === null || now - row.last_used_at >= noteEvery) {
    await db.sql.updateTable("tokens").set({ last_used_at: now }).where("id", "=", row.id).execute();
    row.last_used_at = now;
  }
  return toToken(row);
}
