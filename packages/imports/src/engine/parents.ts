/**
 * Relations between rows of one file, or of the files of one group: a company before its contacts, a category before its
 * children, in whatever order they stand. A field names the other row by its external id, or by its key alone.
 *
 *   the other record is in Odoo (this import brought it)   its id is taken.
 *   it is still to come                                    the field waits: the record is sent without it and is
 *                                                          `deferred`; the second pass, when all are there,
 *                                                          writes the field. So circles come right too.
 *                                                          Of a file whose turn comes later, likewise: the whole
 *                                                          file goes behind that one then (yieldImport of the
 *                                                          store). Only what is required cannot wait: the record
 *                                                          fails, and goes through when it is sent again.
 *   it failed                                              this record fails, naming it.
 *   it is not in the files, or its file was cancelled      Odoo is asked for the external id; unknown there
 *                                                          too, the record fails, naming it.
 *
 * In a dry run nothing waits: what is to come stands as if it were there.
 */
import { decodeKey, isExternalId } from "@odoorway/core";
import type { StoredRecord } from "@odoorway/store";
import { rowFault } from "../diagnosis.js";
import { type Standing, standings } from "../group/others.js";
import type { PlannedEntity } from "../mapping/plan.js";
import type { RowDiagnosis } from "../types.js";
import type { Built } from "./build.js";
import { wouldBeId } from "./lookups.js";
import type { Preparing } from "./prepare.js";

export interface Parents {
  of(built: Built): Relations;
  /** Ids of records that this import or its group brought, by model. */
  readonly known: ReadonlyMap<string, ReadonlySet<number>>;
}

/** What a record's relations to rows of its own file or group have come to. */
interface Relations {
  /** Fields that can be filled now. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Fields that wait for the second pass. */
  readonly waiting: readonly string[];
  /** What they wait for, by field. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly fault: RowDiagnosis | undefined;
}

interface Mention {
  readonly field: string;
  /** The model. */
  readonly relation: string;
  readonly required: boolean;
  readonly list: boolean;
  /** External ids or keys, in order. */
  readonly targets: readonly string[];
}

const nothing: Relations = { values: {}, waiting: [], keys: {}, fault: undefined };

/** Where records of the import stand that others may refer to: an entity of this file, or of another of the same group. */
interface Source {
  readonly importId: string;
  readonly entity: PlannedEntity;
  readonly index: number;
  readonly own: boolean;
  /** By external id. */
  readonly records: Map<string, StoredRecord>;
}

/** Looks up which of the records that a batch mentions are rows of the same file or group, and where those stand. */
export async function parentsOf(work: Preparing, batch: readonly Built[]): Promise<Parents> {
  const sources = sourcesOf(work);
  const mentions = new Map(batch.map((built) => [built, mentionsOf(work, sources, built)]));
  const all = [...mentions.values()].flat();
  const known = new Map<string, Set<number>>();
  for (const source of sources) {
    const { model, externalId } = source.entity;
    const texts = all.flatMap(({ relation, targets }) => (relation === model ? targets : []));
    if (texts.length === 0) continue;
    const keys = [...new Set(texts.flatMap((target) => keysOf(target, externalId(""))))];
    const ids = known.get(model) ?? new Set();
    for (const record of await work.store.recordsByKey(source.importId, source.index, keys)) {
      source.records.set(externalId(record.key), record);
      if (record.odooId !== null) ids.add(record.odooId);
    }
    known.set(model, ids);
  }
  const standing = standings(work.store, work.importId, work.others);
  const relations = new Map<Built, Relations>();
  for (const [built, own] of mentions)
    if (own.length > 0) relations.set(built, await relationsOf(work, built, own, sources, standing));
  return { known, of: (built) => relations.get(built) ?? nothing };
}

function sourcesOf(work: Preparing): Source[] {
  const own = work.plan.entities[work.entity];
  const first = own ? [{ importId: work.importId, entity: own, index: work.entity, own: true }] : [];
  return [...first, ...work.others.map((other) => ({ ...other, own: false }))].map((source) => ({
    ...source,
    records: new Map<string, StoredRecord>(),
  }));
}

/** The keys that a row may have that is named so: by its external id, or by its key. */
function keysOf(text: string, prefix: string): string[] {
  if (!text.startsWith(prefix)) return [text];
  const rest = text.slice(prefix.length);
  return [text, rest, decodeKey(rest)];
}

function mentionsOf(work: Preparing, sources: readonly Source[], built: Built): Mention[] {
  const mentions: Mention[] = [];
  for (const [field, draft] of Object.entries(built.drafts)) {
    const metadata = Object.hasOwn(work.model.fields, field) ? work.model.fields[field] : undefined;
    const relation = metadata?.relation;
    if (draft.kind !== "value" || !relation || !sources.some(({ entity }) => entity.model === relation)) continue;
    const list = Array.isArray(draft.value);
    const given: unknown[] = Array.isArray(draft.value) ? draft.value : [draft.value];
    const targets = given.map((one) => {
      const text = typeof one === "object" && one !== null && "external_id" in one ? one.external_id : undefined;
      return typeof text === "string" ? text : "";
    });
    if (targets.length > 0 && !targets.includes(""))
      mentions.push({ field, relation, required: metadata.required, list, targets });
  }
  return mentions;
}

/** The record that a text names, of the first file that has it; without one, the external id that is meant. */
function target(
  sources: readonly Source[],
  relation: string,
  text: string,
): { readonly external: string } | { readonly source: Source; readonly record: StoredRecord } {
  const fitting = sources.filter(({ entity }) => entity.model === relation);
  for (const source of fitting) {
    const record = source.records.get(isExternalId(text) ? text : source.entity.externalId(text));
    if (record) return { source, record };
  }
  const own = fitting.find((source) => source.own);
  return { external: own && !isExternalId(text) ? own.entity.externalId(text) : text };
}

async function relationsOf(
  work: Preparing,
  built: Built,
  mentions: readonly Mention[],
  sources: readonly Source[],
  standing: (id: string) => Promise<Standing>,
): Promise<Relations> {
  const values: Record<string, unknown> = {};
  const keys: Record<string, string[]> = {};
  const again = built.record.deferred !== null;
  for (const { field, relation, required, list, targets } of mentions) {
    const filled: unknown[] = [];
    for (const text of targets) {
      const named = target(sources, relation, text);
      if ("external" in named) {
        filled.push({ external_id: named.external });
        continue;
      }
      const { record, source } = named;
      const stands =
        record.odooId !== null || record.state === "failed" || source.own ? "" : await standing(source.importId);
      if (record.odooId !== null) filled.push(record.odooId);
      else if (work.dryRun && record.state !== "failed") filled.push(wouldBeId);
      else if (stands === "over") filled.push({ external_id: source.entity.externalId(record.key) });
      else if (record.state === "failed") return { ...nothing, fault: parentFailed(source, field, record) };
      else if (!source.own && required) return { ...nothing, fault: parentLater(source, field, record) };
      else if (again) {
        // Also where the other file goes before by now: its record was read before it had its turn.
        if (stands === "behind" || stands === "before") work.comesLater();
        return { ...nothing, fault: parentFailed(source, field, record) };
      } else keys[field] = [...(keys[field] ?? []), record.key];
    }
    values[field] = list ? filled : filled[0];
  }
  return { values, waiting: Object.keys(keys), keys, fault: undefined };
}

function parentFailed({ entity }: Source, field: string, record: StoredRecord): RowDiagnosis {
  const cause = record.diagnosis === null ? undefined : (JSON.parse(record.diagnosis) as RowDiagnosis).cause;
  const detail = cause ?? "it was not imported.";
  return rowFault("dependency_failed", { entity: entity.name, key: record.key, detail }, field);
}

function parentLater({ entity }: Source, field: string, { key }: StoredRecord): RowDiagnosis {
  return rowFault("dependency_later", { entity: entity.name, key, field }, field);
}
