/** Revokes a token; it stays listed. */
import type { Db } from "../schema.js";

export async function revokeToken(db: Db, id: string): Promise<boolean> {
  const result = await db.sql
    .updateTable("tokens")
    .set({ revoked_at: db.now() })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
