/**
 * A batch made ready to be compared: what the rows say, what they refer to in this import, and what their texts
 * are looked up to. Nothing is written here.
 */
import type { ExternalIdSource, MetadataSource, ModelMetadata, OdooCaller, OnExisting } from "@odoorway/core";
import type { Decimals } from "@odoorway/schema";
import type { Store, StoredRecord, StoredRow } from "@odoorway/store";
import type { OtherEntity } from "../group/others.js";
import type { CompiledPlan } from "../mapping/plan.js";
import { compare } from "../records/compare.js";
import type { Task, Wanted } from "../records/wanted.js";
import type { RowDiagnosis } from "../types.js";
import type { Builder, Built } from "./build.js";
import { type Dependency, fill, wantedKeys, wantedLookups } from "./fill.js";
import { type Found, type Lookups, lookupKey, wouldBeId } from "./lookups.js";
import { parentsOf } from "./parents.js";

export interface Preparing {
  readonly store: Store;
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  readonly externalIds: ExternalIdSource;
  readonly lookups: Lookups;
  readonly importId: string;
  readonly plan: CompiledPlan;
  readonly entity: number;
  readonly model: ModelMetadata;
  readonly builder: Builder;
  readonly onExisting: OnExisting;
  readonly decimals: Decimals | undefined;
  readonly dryRun: boolean;
  /** Records of the entity in all. */
  readonly many: number;
  /** Of the other files of its group. */
  readonly others: readonly OtherEntity[];
  /** Told when a record of the second pass refers to one whose file has its turn after this one. */
  readonly comesLater: () => void;
}

/** A record of the import, as it is wanted. */
export interface Item extends Wanted {
  readonly record: StoredRecord;
  readonly built: Built;
  /** JSON of the relations to records that are not there yet; undefined when there are none. */
  readonly deferred: string | undefined;
}

/** What is to be done with a record, or why nothing can be. */
export type Prepared =
  | Task<Item>
  | { readonly do: "fail"; readonly wanted: Item; readonly fault: { row: RowDiagnosis } };

/** Reads, asks and compares for a batch of records. Rejects when Odoo or the store cannot be asked. */
export async function prepare(work: Preparing, records: readonly StoredRecord[]): Promise<Prepared[]> {
  const built = await buildAll(work, records);
  const [dependencies, lookups, parents] = await Promise.all([
    dependenciesOf(work, built),
    lookedUp(work, built),
    parentsOf(work, built),
  ]);
  const tasks: Prepared[] = [];
  const items: Item[] = [];
  for (const one of built) {
    const filled = fill(one, work.plan, dependencies, lookups);
    const own = parents.of(one);
    const fault = "fault" in filled ? filled.fault : own.fault;
    const values = { ...("values" in filled ? filled.values : {}), ...own.values };
    for (const field of own.waiting) delete values[field];
    const item: Item = {
      record: one.record,
      built: one,
      externalId: one.externalId,
      values,
      intent: one.record.intent,
      only: one.record.deferred === null ? undefined : fieldsOf(one.record.deferred),
      deferred: own.waiting.length === 0 ? undefined : JSON.stringify(own.keys),
    };
    if (fault) tasks.push({ do: "fail", wanted: item, fault: { row: fault } });
    else items.push(item);
  }
  const known = new Set<string>([`${work.model.model} ${wouldBeId}`]);
  for (const { model, odooId } of dependencies.values()) known.add(`${model} ${odooId}`);
  for (const found of lookups.values()) if ("id" in found) known.add(`${found.model} ${found.id}`);
  for (const [model, ids] of parents.known) for (const id of ids) known.add(`${model} ${id}`);
  for (const { entity } of work.others) known.add(`${entity.model} ${wouldBeId}`);
  tasks.push(...(await compare({ ...work, memory: work.store, known }, items)));
  return tasks;
}

/** In a dry run what another file of the group would create, and is named by its key, stands as if it were there. */
async function lookedUp(work: Preparing, built: readonly Built[]): Promise<Map<string, Found>> {
  const wanted = wantedLookups(built);
  const found = await work.lookups.find(wanted);
  if (!work.dryRun || work.others.length === 0) return found;
  const missing = wanted.filter(({ spec, text }) => !("id" in (found.get(lookupKey(spec, text)) ?? {})));
  for (const { importId, entity, index } of work.others) {
    const column = entity.direct?.key ?? "";
    const named = missing.filter(({ spec }) => spec.model === entity.model && spec.by.includes(column));
    const kept = await work.store.recordsByKey(importId, index, [...new Set(named.map(({ text }) => text))]);
    const byKey = new Map(kept.filter(({ state }) => state !== "failed").map((record) => [record.key, record]));
    for (const { spec, text } of named) {
      const record = byKey.get(text);
      if (record) found.set(lookupKey(spec, text), { id: record.odooId ?? wouldBeId, model: spec.model });
    }
  }
  return found;
}

function fieldsOf(deferred: string): ReadonlySet<string> {
  return new Set(Object.keys(JSON.parse(deferred) as object));
}

async function buildAll(work: Preparing, records: readonly StoredRecord[]): Promise<Built[]> {
  const primary = work.entity === work.plan.primary;
  const keyOf = (record: StoredRecord) => (primary ? record.key : String(record.firstRow));
  const rows = primary
    ? await work.store.rowsByKey(work.importId, records.map(keyOf))
    : await work.store.rowsBySeq(
        work.importId,
        records.map((record) => record.firstRow),
      );
  const grouped = new Map<string, StoredRow[]>();
  for (const row of rows) {
    const key = primary ? (row.key ?? "") : String(row.seq);
    const group = grouped.get(key);
    if (group) group.push(row);
    else grouped.set(key, [row]);
  }
  return records.map((record) => work.builder.build(record, grouped.get(keyOf(record)) ?? []));
}

async function dependenciesOf(work: Preparing, built: readonly Built[]): Promise<Map<string, Dependency>> {
  const found = new Map<string, Dependency>();
  for (const [entity, keys] of wantedKeys(built))
    for (const record of await work.store.recordsByKey(work.importId, entity, [...keys])) {
      const fault = record.diagnosis === null ? undefined : (JSON.parse(record.diagnosis) as RowDiagnosis);
      const wouldBe = work.dryRun && record.state === "created" ? wouldBeId : null;
      found.set(`${entity} ${record.key}`, {
        model: work.plan.entities[entity]?.model ?? "",
        odooId: record.odooId ?? wouldBe,
        detail: fault?.cause,
      });
    }
  return found;
}
