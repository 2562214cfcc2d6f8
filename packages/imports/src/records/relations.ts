/**
 * What a record's x2many values come to. Commands that add or remove are relative, and a call that is made
 * twice would carry them out twice; so a many2many becomes the list of ids that the field is to hold, and a
 * one2many the list of lines wanted.
 */
import type { ModelMetadata } from "@odoorway/core";
import type { LoadLines } from "./cells.js";
import { type Fault, faultOfCode, type Values } from "./wanted.js";

export interface Settled {
  /** Without the one2many fields. Each many2many is `[[6, 0, ids]]`. */
  readonly header: Values;
  readonly lines: readonly LoadLines[];
}

/** Values as `resolve` gives them; `now` is what Odoo holds of the record, undefined when it is to be made. */
export function settleRelations(
  metadata: ModelMetadata,
  lineModels: ReadonlyMap<string, ModelMetadata>,
  values: Values,
  now: Values | undefined,
): Settled | Fault {
  const header: Record<string, unknown> = {};
  const lines: LoadLines[] = [];
  for (const [name, value] of Object.entries(values)) {
    const type = metadata.fields[name]?.type;
    if (type === "many2many" && Array.isArray(value)) {
      const ids = idsAfter(value, now?.[name]);
      if (ids === undefined) return notHere(metadata, name, '{"set": [1, 2]}', "records to create or change");
      header[name] = [[6, 0, ids]];
    } else if (type === "one2many" && Array.isArray(value)) {
      const created = linesOf(metadata, lineModels.get(name), name, value);
      if (!Array.isArray(created)) return created as Fault;
      lines.push({ field: name, values: created as Values[] });
    } else header[name] = value;
  }
  return { header, lines };
}

/** Ids that the field holds once the commands are carried out; undefined when they make or change records. */
function idsAfter(commands: readonly unknown[], now: unknown): number[] | undefined {
  const ids = new Set<number>(Array.isArray(now) ? (now as number[]) : []);
  for (const command of commands) {
    if (!Array.isArray(command)) return undefined;
    const [code, id, list] = command as [unknown, number, unknown];
    if (code === 5 || code === 6) ids.clear();
    if (code === 6 && Array.isArray(list)) for (const one of list as number[]) ids.add(one);
    else if (code === 4) ids.add(id);
    else if (code === 3) ids.delete(id);
    else if (code !== 5) return undefined;
  }
  return [...ids].sort((a, b) => a - b);
}

function linesOf(
  metadata: ModelMetadata,
  lineModel: ModelMetadata | undefined,
  field: string,
  commands: readonly unknown[],
): Values[] | Fault {
  const lines: Values[] = [];
  for (const command of commands) {
    const made = Array.isArray(command) && command[0] === 0 ? (command[2] as Values) : undefined;
    const example = '{"create": [{...}]}, the lines that the record is to have';
    if (made === undefined) return notHere(metadata, field, example, "changes of lines");
    const settled = lineModel ? settleRelations(lineModel, new Map(), made, undefined) : undefined;
    if (settled && "row" in settled) return settled;
    if (settled && settled.lines.length > 0)
      return notHere(metadata, `${field}/${settled.lines[0]?.field}`, "lines of their own model", "lines of lines");
    lines.push(settled?.header ?? made);
  }
  return lines;
}

function notHere(metadata: ModelMetadata, field: string, expected: string, received: string): Fault {
  return faultOfCode("x2many_command_syntax", { model: metadata.model, field, expected, received }, field);
}
