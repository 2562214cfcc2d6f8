/**
 * Writes down that claimed records are about to be sent, before the call goes out; see the life of a record in
 * claim-records.ts. `intent` says what the call is to do, and survives a release after a call of unknown end: a
 * record that was to be created and is found in Odoo was created by this import, and is counted so.
 */
import { isOneOf } from "../keys.js";
import type { Db } from "../schema.js";
import type { Intent } from "../types.js";

/** False, with nothing noted, when the node holds one of the records no more. */
export async function journalSending(
  db: Db,
  importId: string,
  node: string,
  entity: number,
  keys: readonly string[],
  intent: Intent,
): Promise<boolean> {
  try {
    await db.sql.transaction().execute(async (transaction) => {
      const result = await transaction
        .updateTable("import_records")
        .set({ state: "sending", intent })
        .where("import_id", "=", importId)
        .where("entity", "=", entity)
        .where(isOneOf(db, "record_key", keys))
        .where("claimed_by", "=", node)
        .executeTakeFirst();
      if (Number(result.numUpdatedRows) !== new Set(keys).size) throw new Lost();
    });
    return true;
  } catch (error) {
    if (error instanceof Lost) return false;
    throw error;
  }
}

class Lost extends Error {}
