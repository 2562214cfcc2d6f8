/**
 * The lines of a record that is in Odoo already. Lines that a load() created with their record have no
 * external ids, so lines are matched by content: first those that are equal in every field, in order; then,
 * in order, those that name the same record (the product) and differ in the rest, which are updated; what is
 * left is added. Lines that are not wanted are left alone (somebody may have added them in Odoo), unless the
 * caller says what is written to them.
 *
 * An added line is created under an external id made of its record, its content and its number among the
 * wanted lines of that content: the same however often it is worked out, so that adding it again adds nothing.
 * A line that was added under that name and changed since keeps it, and the next number is taken.
 */
import { createHash } from "node:crypto";
import { defaultNamespace, type ModelMetadata } from "@odoorway/core";
import { changedFields } from "./diff.js";

type Values = Readonly<Record<string, unknown>>;

/** What becomes of the lines of one one2many field. */
export interface LinesPlan {
  readonly field: string;
  readonly updates: readonly { readonly id: number; readonly values: Values }[];
  readonly adds: readonly LineToAdd[];
  /** Ids of the lines that were there. */
  readonly present: readonly number[];
}

export interface LineToAdd {
  readonly values: Values;
  /** The external id without its number. */
  readonly name: string;
  /** Which of the wanted lines of this content it is, from 0. */
  readonly ordinal: number;
}

/**
 * `owner`: the external id of the record that the lines belong to. `others`: what is written to lines that are there
 * and not wanted.
 */
export function planLines(
  metadata: ModelMetadata,
  owner: string,
  field: string,
  existing: readonly Values[],
  wanted: readonly Values[],
  others?: Values,
): LinesPlan {
  const free = new Set(existing);
  const seen = new Map<string, number>();
  const named = wanted.map((values): LineToAdd => {
    const name = nameOf(metadata.model, owner, field, values);
    const ordinal = seen.get(name) ?? 0;
    seen.set(name, ordinal + 1);
    return { values, name, ordinal };
  });
  const open = named.filter(({ values }) => {
    for (const candidate of free)
      if (changedFields(metadata, candidate, values).length === 0) {
        free.delete(candidate);
        return false;
      }
    return true;
  });
  const updates: { id: number; values: Values }[] = [];
  const adds = open.filter(({ values }) => {
    const anchor = Object.keys(values).find((name) => metadata.fields[name]?.type === "many2one");
    for (const candidate of free) {
      const changed = changedFields(metadata, candidate, values);
      if (anchor === undefined || changed.includes(anchor)) continue;
      free.delete(candidate);
      updates.push({ id: Number(candidate.id), values: pick(values, changed) });
      return false;
    }
    return true;
  });
  if (others !== undefined)
    for (const line of free) {
      const changed = changedFields(metadata, line, others);
      if (changed.length > 0) updates.push({ id: Number(line.id), values: pick(others, changed) });
    }
  return { field, updates, adds, present: existing.map((line) => Number(line.id)) };
}

/** The external id of an added line. */
export function lineExternalId(line: LineToAdd, skip: number): string {
  return `${line.name}_${line.ordinal + skip}`;
}

function nameOf(model: string, owner: string, field: string, values: Values): string {
  const content = Object.keys(values)
    .sort()
    .map((name) => [name, values[name]]);
  const hash = createHash("sha256")
    .update(JSON.stringify([owner, field, content]))
    .digest("hex")
    .slice(0, 24);
  return `${defaultNamespace}.${model.replaceAll(".", "_")}_of_${hash}`;
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
