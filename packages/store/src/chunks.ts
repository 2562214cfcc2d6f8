/** Lists cut to what one statement may carry (SQLite takes 32,766 parameters, PostgreSQL 65,535). */

const rowsPerStatement = 500;

export function* chunks<T>(items: readonly T[], size = rowsPerStatement): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
