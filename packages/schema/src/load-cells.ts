/**
 * Values as cells of Odoo's load() (seen on 18.0 and 19.0): booleans are the words True and False, "" empties,
 * and relations by database id have a column of their own, several ids with commas.
 */
import type { FieldMetadata } from "@odoorway/core";

/** The column of a field: relations by database id are `field/.id`. */
export function loadColumn(field: FieldMetadata | undefined, name: string): string {
  return field?.type === "many2one" || field?.type === "many2many" ? `${name}/.id` : name;
}

/** A value as create and write take it, as a cell; of a many2many's commands the ids that they set or add. */
export function loadCell(value: unknown): string {
  if (value === true) return "True";
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return idsOfCommands(value).join(",");
  return JSON.stringify(value);
}

/** Ids that the commands of a many2many leave in an empty one, each once: `[[6, 0, ids]]`, `[[4, id, 0]]`; plain ids too. */
export function idsOfCommands(commands: readonly unknown[]): number[] {
  const ids = new Set<number>();
  for (const command of commands) {
    if (typeof command === "number") ids.add(command);
    if (!Array.isArray(command)) continue;
    const [code, id, list] = command as unknown[];
    // In order, as Odoo does: what is set or emptied behind an addition takes it back.
    if (code === 5 || code === 6) ids.clear();
    if (code === 6 && Array.isArray(list)) for (const one of list) if (typeof one === "number") ids.add(one);
    if (code === 4 && typeof id === "number") ids.add(id);
  }
  return [...ids];
}
