/**
 * Relations between rows of one file: a company before its contacts, a category before its children, in
 * whatever order they stand. A field names the other row by its external id, or by its key alone.
 *
 *   the other record is in Odoo (this import brought it)   its id is taken.
 *   it is still to come                                    the field waits: the record is sent without it and is
 *                                                          `deferred`; the second pass, when all are there,
 *                                                          writes the field. So circles come right too.
 *   it failed                                              this record fails, naming it.
 *   it is not in the file                                  Odoo is asked for the external id; unknown there
 *                                                          too, the record fails, naming it.
 *
 * In a dry run nothing waits: what is to come stands as if it were there.
 */
import { decodeKey, isExternalId } from "@odoorway/core";
import type { StoredRecord } from "@odoorway/store";
import { rowFault } from "../diagnosis.js";
import type { RowDiagnosis } from "../types.js";
import type { Built } from "./build.js";
import { wouldBeId } from "./lookups.js";
import type { Preparing } from "./prepare.js";

export interface Parents {
  of(built: Built): Relations;
  /** Ids of records that this import brought. */
  readonly known: ReadonlySet<number>;
}

/** What a record's relations to rows of its own file have come to. */
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
  readonly list: boolean;
  /** External ids, in order. */
  readonly targets: readonly string[];
}

const nothing: Relations = { values: {}, waiting: [], keys: {}, fault: undefined };

/** Looks up which of the records that a batch mentions are rows of the same file, and where those stand. */
export async function parentsOf(work: Preparing, batch: readonly Built[]): Promise<Parents> {
  const mentions = new Map(batch.map((built) => [built, mentionsOf(work, built)]));
  const all = [...mentions.values()].flat().flatMap(({ targets }) => targets);
  const records = new Map<string, StoredRecord>();
  if (all.length > 0) {
    const { externalId } = work.plan.entities[work.entity] ?? { externalId: String };
    const prefix = externalId("");
    const keys = [...new Set(all.flatMap((target) => keysOf(target, prefix)))];
    for (const record of await work.store.recordsByKey(work.importId, work.entity, keys))
      records.set(externalId(record.key), record);
  }
  const known = new Set<number>();
  for (const { odooId } of records.values()) if (odooId !== null) known.add(odooId);
  return {
    known,
    of: (built) => {
      const own = mentions.get(built) ?? [];
      return own.length === 0 ? nothing : relationsOf(work, built, own, records);
    },
  };
}

/** The keys that a row of this external id may have in its file. */
function keysOf(externalId: string, prefix: string): string[] {
  if (!externalId.startsWith(prefix)) return [externalId];
  const rest = externalId.slice(prefix.length);
  return [externalId, rest, decodeKey(rest)];
}

function mentionsOf(work: Preparing, built: Built): Mention[] {
  const entity = work.plan.entities[work.entity];
  const mentions: Mention[] = [];
  for (const [field, draft] of Object.entries(built.drafts)) {
    const metadata = Object.hasOwn(work.model.fields, field) ? work.model.fields[field] : undefined;
    if (draft.kind !== "value" || metadata?.relation !== work.model.model || !entity) continue;
    const list = Array.isArray(draft.value);
    const given: unknown[] = Array.isArray(draft.value) ? draft.value : [draft.value];
    const targets = given.map((one) => {
      const text = typeof one === "object" && one !== null && "external_id" in one ? one.external_id : undefined;
      if (typeof text !== "string" || text === "") return "";
      return isExternalId(text) ? text : entity.externalId(text);
    });
    if (targets.length > 0 && !targets.includes("")) mentions.push({ field, list, targets });
  }
  return mentions;
}

function relationsOf(
  work: Preparing,
  built: Built,
  mentions: readonly Mention[],
  records: ReadonlyMap<string, StoredRecord>,
): Relations {
  const values: Record<string, unknown> = {};
  const keys: Record<string, string[]> = {};
  for (const { field, list, targets } of mentions) {
    const filled: unknown[] = [];
    for (const target of targets) {
      const record = records.get(target);
      if (!record) filled.push({ external_id: target });
      else if (record.odooId !== null) filled.push(record.odooId);
      else if (work.dryRun && record.state !== "failed") filled.push(wouldBeId);
      else if (record.state === "failed" || built.record.deferred !== null)
        return { ...nothing, fault: parentFailed(work, field, record) };
      else keys[field] = [...(keys[field] ?? []), record.key];
    }
    values[field] = list ? filled : filled[0];
  }
  return { values, waiting: Object.keys(keys), keys, fault: undefined };
}

function parentFailed(work: Preparing, field: string, record: StoredRecord): RowDiagnosis {
  const cause = record.diagnosis === null ? undefined : (JSON.parse(record.diagnosis) as RowDiagnosis).cause;
  const entity = work.plan.entities[work.entity]?.name ?? "?";
  const detail = cause ?? "it was not imported.";
  return rowFault("dependency_failed", { entity, key: record.key, detail }, field);
}
