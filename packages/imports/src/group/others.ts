/**
 * The other files of a group, as far as the rows of one refer to theirs: by the other's external id, or by its key alone.
 * Those that had their turn are in Odoo; their ids stand in the store.
 */
import type { Store, StoredImport } from "@odoorway/store";
import { type CompiledPlan, compilePlan, type PlannedEntity, readPlan } from "../mapping/plan.js";

/** One entity of another part. */
export interface OtherEntity {
  readonly importId: string;
  readonly entity: PlannedEntity;
  readonly index: number;
}

/** The entities of the other parts; none for an import that has none. */
export async function othersOf(store: Store, { id, group }: StoredImport): Promise<OtherEntity[]> {
  if (group === null) return [];
  const parts = (await store.importsOfGroups([group])).filter((part) => part.id !== id);
  return parts.flatMap((part) => planOf(part).entities.map((entity, index) => ({ importId: part.id, entity, index })));
}

function planOf({ plan }: StoredImport): CompiledPlan {
  return compilePlan(readPlan(plan));
}

/** Whether a part is still to be done, and stands behind another. */
export type Standing = "over" | "before" | "behind";

/** Where the parts of a group stand seen from one of them, as it is now; asked of the store once, and only if need be. */
export function standings(
  store: Store,
  own: string,
  others: readonly OtherEntity[],
): (id: string) => Promise<Standing> {
  let parts: Promise<StoredImport[]> | undefined;
  const ask = async (): Promise<StoredImport[]> => {
    const stored = others.length === 0 ? undefined : await store.getImport(own);
    return stored?.group ? store.importsOfGroups([stored.group]) : [];
  };
  return async (id) => {
    parts ??= ask();
    const all = await parts;
    const part = all.find((one) => one.id === id);
    const place = all.find((one) => one.id === own)?.place ?? 0;
    if (!part || part.finishedAt !== null) return "over";
    return part.place > place ? "behind" : "before";
  };
}
