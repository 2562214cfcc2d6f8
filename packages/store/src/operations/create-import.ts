/** Opens an import in state "receiving"; it does not count as there until finishReceiving. */
import type { Db } from "../schema.js";
import type { NewImport } from "../types.js";

export async function createImport(db: Db, created: NewImport): Promise<void> {
  await db.sql.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("imports")
      .values({
        id: created.id,
        state: "receiving",
        model: created.model,
        mapping: created.mapping,
        file_name: created.fileName,
        plan: created.plan,
        entities: JSON.stringify(created.entities),
        primary_entity: created.primary,
        created_at: db.now(),
        started_at: null,
        finished_at: null,
        rows_read: 0,
        rows_created: 0,
        rows_updated: 0,
        rows_unchanged: 0,
        rows_failed: 0,
        batch_size: 0,
        last_error: null,
        priority: created.priority ?? 0,
        not_before: created.notBefore ?? null,
        on_existing: created.onExisting ?? "update-changed",
        dry_run: created.dryRun ? 1 : 0,
        paused_by: null,
        probe_at: null,
        group_id: null,
        place: 0,
      })
      .execute();
    await transaction
      .insertInto("import_counts")
      .values(
        created.entities.map((_model, entity) => ({
          import_id: created.id,
          entity,
          total: 0,
          created: 0,
          updated: 0,
          unchanged: 0,
          failed: 0,
        })),
      )
      .execute();
  });
}
