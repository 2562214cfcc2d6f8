/** Drafts to values of the contract: what other entities and look-ups gave is put in its place. */
import { rowFault } from "../diagnosis.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { Draft } from "../mapping/values.js";
import type { RowDiagnosis } from "../types.js";
import type { Built } from "./build.js";
import { type Found, lookupKey, type Wanted } from "./lookups.js";

/** Where a record of another entity stands. */
export interface Dependency {
  readonly model: string;
  readonly odooId: number | null;
  /** Why it failed, when it did. */
  readonly detail: string | undefined;
}

export type Filled = { readonly values: Record<string, unknown> } | { readonly fault: RowDiagnosis };

/** Every draft of a record, its lines' too. */
function draftsOf(built: Built): Draft[] {
  return [
    ...Object.values(built.drafts),
    ...built.lines.flatMap(({ drafts }) => drafts.flatMap((line) => Object.values(line))),
  ];
}

export function wantedLookups(batch: readonly Built[]): Wanted[] {
  return batch
    .flatMap(draftsOf)
    .flatMap((draft) =>
      draft.kind === "lookup" ? draft.texts.map((text) => ({ spec: draft.spec, text, column: draft.column })) : [],
    );
}

/** Keys of other entities that a batch refers to, by entity. */
export function wantedKeys(batch: readonly Built[]): Map<number, Set<string>> {
  const wanted = new Map<number, Set<string>>();
  for (const draft of batch.flatMap(draftsOf)) {
    if (draft.kind !== "entity" || draft.key === "") continue;
    const keys = wanted.get(draft.entity) ?? new Set();
    keys.add(draft.key);
    wanted.set(draft.entity, keys);
  }
  return wanted;
}

/** The values of a record, its lines as `{create: [...]}`; or the first thing that is wrong. */
export function fill(
  built: Built,
  plan: CompiledPlan,
  dependencies: ReadonlyMap<string, Dependency>,
  lookups: ReadonlyMap<string, Found>,
): Filled {
  const header = fillDrafts(built.drafts, plan, dependencies, lookups);
  if ("fault" in header) return header;
  const values = header.values;
  for (const { field, drafts } of built.lines) {
    const create: Record<string, unknown>[] = [];
    for (const one of drafts) {
      const line = fillDrafts(one, plan, dependencies, lookups);
      if ("fault" in line) return line;
      create.push(line.values);
    }
    if (create.length > 0) values[field] = { create };
  }
  return { values };
}

function fillDrafts(
  drafts: Readonly<Record<string, Draft>>,
  plan: CompiledPlan,
  dependencies: ReadonlyMap<string, Dependency>,
  lookups: ReadonlyMap<string, Found>,
): Filled {
  const values: Record<string, unknown> = {};
  for (const [field, draft] of Object.entries(drafts)) {
    switch (draft.kind) {
      case "omit":
        break;
      case "value":
        values[field] = draft.value;
        break;
      case "fault":
        return draft;
      case "entity": {
        const filled = fillEntity(draft, plan, dependencies);
        if (typeof filled === "object") return filled;
        if (filled !== undefined) values[field] = filled;
        break;
      }
      case "lookup": {
        const ids: number[] = [];
        for (const text of draft.texts) {
          const found = lookups.get(lookupKey(draft.spec, text));
          if (found && "id" in found) ids.push(found.id);
          else if (draft.missing === "fail") return found ?? { fault: rowFault("internal_error", {}) };
        }
        if (draft.list) values[field] = ids;
        else if (ids[0] !== undefined) values[field] = ids[0];
      }
    }
  }
  return { values };
}

function fillEntity(
  draft: Extract<Draft, { kind: "entity" }>,
  plan: CompiledPlan,
  dependencies: ReadonlyMap<string, Dependency>,
): number | undefined | { fault: RowDiagnosis } {
  const entity = plan.entities[draft.entity]?.name ?? "?";
  const found = dependencies.get(`${draft.entity} ${draft.key}`);
  if (found && found.odooId !== null) return found.odooId;
  if (draft.missing === "empty" && draft.key === "") return undefined;
  const detail = draft.key === "" ? "the row names none." : (found?.detail ?? "it was not imported.");
  return { fault: rowFault("dependency_failed", { entity, key: draft.key, detail }, entity) };
}
