/** Gathers the records that received rows belong to, so that a chunk of rows is one statement or two. */
import type { NewRecord } from "@odoorway/store";

/** How many keys of an entity are remembered as written; memory stays flat whatever the file. */
const remembered = 20_000;

export class RecordTally {
  readonly #primary: number;
  readonly #written = new Map<number, Set<string>>();
  #gathered = new Map<string, { entity: number; key: string; firstRow: number; rows: number }>();

  constructor(primary: number) {
    this.#primary = primary;
  }

  add(keys: readonly string[], seq: number): void {
    for (const [entity, key] of keys.entries()) {
      if (key === "" || (entity !== this.#primary && this.#isWritten(entity, key))) continue;
      const id = `${entity} ${key}`;
      const known = this.#gathered.get(id);
      if (known) known.rows += 1;
      else this.#gathered.set(id, { entity, key, firstRow: seq, rows: 1 });
    }
  }

  /** What was gathered since the last time. */
  take(): NewRecord[] {
    const records = [...this.#gathered.values()];
    this.#gathered = new Map();
    return records;
  }

  /** Records besides the primary one take their first row alone, so a key that was written needs no more writing. */
  #isWritten(entity: number, key: string): boolean {
    const keys = this.#written.get(entity) ?? new Set();
    this.#written.set(entity, keys);
    if (keys.has(key)) return true;
    if (keys.size >= remembered) keys.clear();
    keys.add(key);
    return false;
  }
}
