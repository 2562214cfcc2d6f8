/** Planned values with the records of the same run put in: what is left to look up stands on its own. */
import type {
  FlowPlan,
  PlannedFind,
  PlannedRecord,
  PlannedReference,
  PlannedTerms,
  PlannedValue,
  PlannedValues,
} from "../types.js";

/** The id of a record of the run; undefined when it was not made (0 in a dry run, when it would be). */
export type References = (name: string, item: number | undefined) => number | undefined;

export function isPlannedFind(value: unknown): value is PlannedFind {
  return typeof value === "object" && value !== null && "$find" in value;
}

export function isReference(value: unknown): value is PlannedReference {
  return typeof value === "object" && value !== null && "$record" in value;
}

/** The find with ids for references. A try that needs a record which was not made is left out. */
export function groundFind({ $find }: PlannedFind, references: References): PlannedFind {
  const { by, or, create, ...rest } = $find;
  const [first, ...others] = groundAll(
    [by, ...(or ?? [])].filter((terms) => terms !== undefined),
    references,
  );
  return {
    $find: {
      ...rest,
      ...(first === undefined ? {} : { by: first }),
      ...(others.length === 0 ? {} : { or: others }),
      ...(create === undefined ? {} : { create: groundValues(create, references) }),
    },
  };
}

/** Keys with ids for references; one that needs a record which was not made is left out. */
export function groundAll(keys: readonly PlannedTerms[], references: References): PlannedTerms[] {
  return keys.map((terms) => groundTerms(terms, references)).filter((terms) => terms !== undefined);
}

function groundValues(values: PlannedValues, references: References): PlannedValues {
  const made: Record<string, PlannedValue> = {};
  for (const [field, value] of Object.entries(values)) {
    const ground = groundValue(value, references);
    if (ground !== undefined) made[field] = ground as PlannedValue;
  }
  return made;
}

function groundTerms(terms: PlannedTerms, references: References): PlannedTerms | undefined {
  const made: Record<string, PlannedTerms[string]> = {};
  for (const [field, value] of Object.entries(terms)) {
    const ground = groundValue(value, references);
    // 0: a record that a dry run does not make is told by no key.
    if (ground === undefined || (isReference(value) && ground === 0)) return undefined;
    made[field] = ground as PlannedTerms[string];
  }
  return made;
}

function groundValue(value: unknown, references: References): unknown {
  if (isReference(value)) return references(value.$record, value.item);
  if (isPlannedFind(value)) return groundFind(value, references);
  if (Array.isArray(value))
    return value.map((inner) => groundValue(inner, references)).filter((inner) => inner !== undefined);
  return value;
}

/** Whether the find can be resolved before any record is written. */
export function needsRecords(value: unknown): boolean {
  if (isReference(value)) return true;
  if (Array.isArray(value)) return value.some(needsRecords);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(needsRecords);
}

/** Whether the find, or one within it, makes what it does not find. */
export function mayCreate({ $find: { missing, by, or, create } }: PlannedFind): boolean {
  return missing === "create" || findsIn([by, or, create]).some(mayCreate);
}

/**
 * The plan with the ids of look-ups and records beside them, where they are known: what a dry run shows. `idOf` answers
 * for a ground find; 0 stands for what is yet to be made.
 */
export function resolvedIn(
  plan: FlowPlan,
  references: References,
  idOf: (find: PlannedFind) => number | undefined,
): FlowPlan {
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== "object" || value === null) return value;
    const id = isPlannedFind(value)
      ? idOf(groundFind(value, references))
      : isReference(value)
        ? references(value.$record, value.item)
        : undefined;
    const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
    return id === undefined || id === 0 ? inner : { ...inner, id };
  };
  return { ...plan, records: plan.records.map((record) => resolved(record) as PlannedRecord) };
}

/** The finds within planned values: of fields, of lists, not those within other finds. */
export function findsIn(value: unknown): PlannedFind[] {
  if (isPlannedFind(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(findsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(findsIn);
}
