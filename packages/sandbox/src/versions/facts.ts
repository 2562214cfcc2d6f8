/**
 * Reads the generated facts of a version, each model's once a process and when it is first needed: a client
 * that looks at five models does not wait for ninety. What is shared is never written.
 */
import type { FieldType } from "@odoorway/core";
import { models18 } from "../generated/models-18.js";
import { models19 } from "../generated/models-19.js";
import { records18 } from "../generated/records-18.js";
import { records19 } from "../generated/records-19.js";
import type { Field, ModelFacts } from "../orm/fields.js";
import { apiKeyFacts } from "./api-keys.js";
import { moduleFacts } from "./modules.js";
import { reportFacts } from "./reports.js";

/** The versions that the sandbox can be; each has its facts and its profile. */
export const odooVersions = [18, 19] as const;
export type OdooVersion = (typeof odooVersions)[number];

export function isOdooVersion(value: unknown): value is OdooVersion {
  return (odooVersions as readonly unknown[]).includes(value);
}

/** Rights of one line of ir.model.access, as bits. */
export const rights = { read: 1, write: 2, create: 4, unlink: 8 } as const;
export type Right = keyof typeof rights;

interface AccessLine {
  readonly model: string;
  /** Id of the group; 0 for everybody. */
  readonly group: number;
  readonly rights: number;
}

/** Master data of a model: rows of values in the order of `fields`, the id first. */
export interface RecordFacts {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface Facts {
  readonly models: ReadonlyMap<string, ModelFacts>;
  readonly records: readonly { readonly model: string; readonly read: () => RecordFacts }[];
  readonly access: readonly AccessLine[];
  /** External ids of the master data, by model: module, name, id. */
  readonly externalIds: () => readonly { model: string; data: readonly (readonly [string, string, number])[] }[];
}

/** Lines of JSON, as scripts/record.mjs writes them. */
const generated: Readonly<
  Record<OdooVersion, { readonly models: readonly string[]; readonly records: readonly string[] }>
> = {
  18: { models: models18, records: records18 },
  19: { models: models19, records: records19 },
};
const read = new Map<OdooVersion, Facts>();

export function factsOf(version: OdooVersion): Facts {
  const known = read.get(version);
  if (known) return known;
  const { models, records } = generated[version];
  const facts = parse(version, models, records);
  read.set(version, facts);
  return facts;
}

type Attributes = Record<string, unknown>;
interface RawHead {
  id: number;
  model: string;
  label: string;
  order: string;
  defaultGetTakesIds?: boolean;
  defaults: Attributes;
}
type RawField = [string, FieldType, Attributes];

function parse(version: OdooVersion, modelLines: readonly string[], recordLines: readonly string[]): Facts {
  const [head, ...lines] = modelLines;
  const { common } = JSON.parse(head ?? "{}") as { common: Record<string, Attributes> };
  const written = [moduleFacts(version), reportFacts(version), apiKeyFacts(version)];
  const models = [
    ...lines.map((line) => modelOf(line, common)),
    ...written.map(({ model: { fields, ...head } }) => modelFacts(head, common, () => fields as RawField[])),
  ];
  const records: Facts["records"][number][] = [];
  const externalIds: string[] = [];
  let access: AccessLine[] = [];
  for (const line of recordLines) {
    if (line.startsWith('{"access":'))
      access = (JSON.parse(line).access as [string, number, number][]).map(([model, group, bits]) => ({
        model,
        group,
        rights: bits,
      }));
    else if (line.startsWith('{"xids":')) externalIds.push(line);
    else records.push({ model: /^\{"model":"([^"]+)"/.exec(line)?.[1] ?? "", read: once(() => JSON.parse(line)) });
  }
  for (const { records: own, access: lines } of written) {
    records.push({ model: own.model, read: () => own });
    for (const [group, bits] of lines) access.push({ model: own.model, group, rights: bits });
  }
  return {
    models: new Map(models.map((model) => [model.model, model])),
    records,
    access,
    externalIds: once(() =>
      externalIds.map((line) => {
        const { xids: model, data } = JSON.parse(line);
        return { model, data };
      }),
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A line of the generated models: its fields stand last and are read when they are asked for. */
function modelOf(line: string, common: Record<string, Attributes>): ModelFacts {
  const at = line.indexOf(',"fields":[');
  const head = JSON.parse(`${line.slice(0, at)}}`) as RawHead;
  return modelFacts(head, common, () => JSON.parse(line.slice(at + ',"fields":'.length, -1)));
}

function modelFacts(head: RawHead, common: Record<string, Attributes>, read: () => RawField[]): ModelFacts {
  const { id, model, label, order, defaults, defaultGetTakesIds = false } = head;
  const fields = once(
    () => new Map(read().map(([name, type, own]) => [name, fieldOf(name, type, { ...common[type], ...own })])),
  );
  return {
    id,
    model,
    label,
    order,
    defaults,
    defaultGetTakesIds,
    get fields() {
      return fields();
    },
  };
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
