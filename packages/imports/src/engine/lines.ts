/**
 * The lines of a record that is in Odoo already. Odoo keeps no external ids of lines, so they are matched
 * by content: first those that are equal in every field, in order; then, in order, those that name the
 * same record (the product) and differ in the rest, which are updated; what is left is added. Lines that
 * the file does not have are left alone: somebody may have added them in Odoo.
 */
import type { ModelMetadata } from "@odoorway/core";
import { changedFields } from "./diff.js";

type Values = Readonly<Record<string, unknown>>;

/** x2many commands of Odoo: `[1, id, values]` updates, `[0, 0, values]` adds. Empty: nothing differs. */
export function lineCommands(
  metadata: ModelMetadata,
  existing: readonly Values[],
  wanted: readonly Values[],
): (readonly [0 | 1, number, Values])[] {
  const free = new Set(existing);
  const open = wanted.filter((line) => {
    for (const candidate of free)
      if (changedFields(metadata, candidate, line).length === 0) {
        free.delete(candidate);
        return false;
      }
    return true;
  });
  return open.map((line) => {
    const anchor = Object.keys(line).find((name) => metadata.fields[name]?.type === "many2one");
    for (const candidate of free) {
      const changed = changedFields(metadata, candidate, line);
      if (anchor === undefined || changed.includes(anchor)) continue;
      free.delete(candidate);
      return [1, Number(candidate.id), Object.fromEntries(changed.map((name) => [name, line[name]]))] as const;
    }
    return [0, 0, line] as const;
  });
}
