/** Reads the generated facts of a version, once a process; what is shared is never written. */
import type { FieldType } from "@odoorway/core";
import { models18 } from "../generated/models-18.js";
import { models19 } from "../generated/models-19.js";
import { records18 } from "../generated/records-18.js";
import { records19 } from "../generated/records-19.js";
import type { Field, ModelFacts } from "../orm/fields.js";
import { moduleFacts } from "./modules.js";

export type OdooVersion = 18 | 19;

/** Rights of one line of ir.model.access, as bits. */
export const rights = { read: 1, write: 2, create: 4, unlink: 8 } as const;
export type Right = keyof typeof rights;

interface AccessLine {
  readonly model: string;
  /** Id of the group; 0 for everybody. */
  readonly group: number;
  readonly rights: number;
}

export interface Facts {
  readonly models: ReadonlyMap<string, ModelFacts>;
  /** Master data: rows of values in the order of `fields`, the id first. */
  readonly records: readonly { model: string; fields: readonly string[]; rows: readonly (readonly unknown[])[] }[];
  readonly access: readonly AccessLine[];
  /** External ids of the master data: module, name, id. */
  readonly externalIds: readonly { model: string; data: readonly (readonly [string, string, number])[] }[];
}

const read = new Map<OdooVersion, Facts>();

export function factsOf(version: OdooVersion): Facts {
  const known = read.get(version);
  if (known) return known;
  const facts = version === 18 ? parse(18, models18, records18) : parse(19, models19, records19);
  read.set(version, facts);
  return facts;
}

type Attributes = Record<string, unknown>;
interface RawModel {
  id: number;
  model: string;
  label: string;
  order: string;
  defaultGetTakesIds?: boolean;
  defaults: Attributes;
  fields: [string, FieldType, Attributes][];
}

function parse(version: OdooVersion, modelLines: readonly string[], recordLines: readonly string[]): Facts {
  const [head, ...lines] = modelLines;
  const { common } = JSON.parse(head ?? "{}") as { common: Record<string, Attributes> };
  const models = new Map<string, ModelFacts>();
  const modules = moduleFacts(version);
  for (const raw of [...lines.map((line) => JSON.parse(line) as RawModel), modules.model as RawModel]) {
    const fields = new Map(
      raw.fields.map(([name, type, own]) => [name, fieldOf(name, type, { ...common[type], ...own })]),
    );
    const { id, model, label, order, defaults } = raw;
    models.set(model, {
      id,
      model,
      label,
      order,
      defaults,
      fields,
      defaultGetTakesIds: raw.defaultGetTakesIds ?? false,
    });
  }
  const records: Facts["records"][number][] = [];
  const externalIds: Facts["externalIds"][number][] = [];
  let access: AccessLine[] = [];
  for (const line of recordLines) {
    const raw = JSON.parse(line);
    if (raw.access)
      access = raw.access.map(([model, group, bits]: [string, number, number]) => ({ model, group, rights: bits }));
    else if (raw.xids) externalIds.push({ model: raw.xids, data: raw.data });
    else records.push(raw);
  }
  records.push(modules.records);
  for (const [group, bits] of modules.access) access.push({ model: modules.records.model, group, rights: bits });
  return { models, records, access, externalIds };
}

function fieldOf(name: string, type: FieldType, attributes: Attributes): Field {
  const { ondelete, ...shown } = attributes;
  const text = (key: string) => attributes[key] as string | undefined;
  const related = text("related");
  return {
    name,
    type,
    string: text("string") ?? name,
    required: attributes.required === true,
    readonly: attributes.readonly === true,
    store: attributes.store === true,
    depends: Array.isArray(attributes.depends) ? (attributes.depends as string[]) : [],
    description: { ...shown, name, type },
    ...(text("relation") ? { relation: text("relation") as string } : {}),
    ...(text("relation_field") ? { relationField: text("relation_field") as string } : {}),
    ...(attributes.selection ? { selection: attributes.selection as [string, string][] } : {}),
    ...(related ? { related: related.split(".") } : {}),
    ...(Array.isArray(attributes.digits) ? { digits: attributes.digits as [number, number] } : {}),
    ...(typeof attributes.size === "number" ? { size: attributes.size } : {}),
    ...(text("groups") ? { groups: text("groups") as string } : {}),
    ...(ondelete ? { ondelete: ondelete as "cascade" | "restrict" | "set null" } : {}),
  };
}
