/** Snapshots: the records of a moment under a name. Rows are never changed in place, so lists of them are enough. */
import type { Database } from "../orm/env.js";
import type { Row } from "../orm/fields.js";
import type { OdooVersion } from "../versions/facts.js";

export interface Snapshot {
  readonly version: OdooVersion;
  readonly tables: readonly {
    readonly model: string;
    readonly lastId: number;
    readonly rows: readonly (readonly [number, Row])[];
  }[];
  readonly sequences: readonly (readonly [string, number])[];
}

export function takeSnapshot(database: Database): Snapshot {
  const tables = [...database.models.values()].map(({ name, table }) => ({
    model: name,
    lastId: table.lastId,
    rows: [...table.rows],
  }));
  return { version: database.profile.version, tables, sequences: database.sequences() };
}

/** Puts the records into a database of the same version that was just opened. */
export function putSnapshot(database: Database, { tables, sequences }: Snapshot): void {
  for (const { model, lastId, rows } of tables) database.models.get(model)?.table.replace(rows, lastId);
  database.restoreSequences(sequences);
}
