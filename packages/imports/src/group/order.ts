/**
 * The order of the files of a group: a model that others refer to comes before them, so that a row finds what it names.
 * What counts is what a file says: the fields that its columns fill, those of its lines too. A model that is made of
 * another (a product variant of its product) stands for that as well. Circles are cut where a relation may be
 * empty; what is left of them stays in the order of the files.
 */
import type { FieldMetadata, MetadataSource, ModelMetadata } from "@odoorway/core";
import type { CompiledPlan, PlannedEntity } from "../mapping/plan.js";

/** The models that a file writes, and those that it refers to; true for those that it cannot do without. */
interface Needs {
  readonly models: ReadonlySet<string>;
  readonly refers: Map<string, boolean>;
}

/** @returns the places of the plans, in the order of their turns */
export async function orderOf(plans: readonly CompiledPlan[], metadata: MetadataSource): Promise<number[]> {
  const needs: Needs[] = [];
  const all = new Set(plans.flatMap(({ entities }) => entities.map(({ model }) => model)));
  for (const plan of plans) needs.push(await needsOf(plan, all, metadata));
  return sortByNeeds([...plans.keys()], (one, other, strictly) => {
    const [mine, theirs] = [needs[one], needs[other]];
    if (!mine || !theirs) return false;
    return [...theirs.models].some(
      (model) => !mine.models.has(model) && mine.refers.has(model) && (!strictly || mine.refers.get(model) === true),
    );
  });
}

async function needsOf(plan: CompiledPlan, all: ReadonlySet<string>, metadata: MetadataSource): Promise<Needs> {
  const refers = new Map<string, boolean>();
  const note = (model: string, required: boolean) => refers.set(model, required || (refers.get(model) ?? false));
  for (const entity of plan.entities)
    for (const { relation, required } of await relationsOf(plan, entity, metadata)) {
      note(relation, required);
      if (all.has(relation)) continue;
      for (const field of Object.values((await metadata.model(relation)).fields))
        if (field.type === "many2one" && field.required && field.relation) note(field.relation, required);
    }
  return { models: new Set(plan.entities.map(({ model }) => model)), refers };
}

async function relationsOf(
  plan: CompiledPlan,
  entity: PlannedEntity,
  metadata: MetadataSource,
): Promise<{ relation: string; required: boolean }[]> {
  const model = await metadata.model(entity.model);
  const found: { relation: string; required: boolean }[] = [];
  for (const [name, ...more] of pathsOf(plan, entity, model)) {
    const field = fieldOf(model, name);
    if (field?.type !== "one2many") found.push(...relationOf(field));
    else if (field.relation) {
      const lines = await metadata.model(field.relation);
      // Of lines given as objects the fields are not known: those that no line can do without count.
      const named = more.length > 0 ? [fieldOf(lines, more[0])] : Object.values(lines.fields).filter(isRequired);
      found.push(...named.flatMap(relationOf));
    }
  }
  return found;
}

/** The fields that an entity is given, as paths; all of them when that is not known. */
function pathsOf(plan: CompiledPlan, { spec, direct }: PlannedEntity, model: ModelMetadata): string[][] {
  if (spec) {
    const { lines } = spec;
    const inLines = lines ? Object.keys(lines.values).map((name) => [lines.field, name]) : [];
    return [...Object.keys(spec.values).map((name) => [name]), ...inLines];
  }
  const columns = direct ? plan.plan.columns : null;
  if (columns) return columns.map((column) => column.split("/"));
  return Object.keys(model.fields).map((name) => [name]);
}

function relationOf(field: FieldMetadata | undefined): { relation: string; required: boolean }[] {
  if (!field?.relation || (field.type !== "many2one" && field.type !== "many2many")) return [];
  return [{ relation: field.relation, required: field.required }];
}

function isRequired({ required }: FieldMetadata): boolean {
  return required;
}

function fieldOf(model: ModelMetadata, name = ""): FieldMetadata | undefined {
  return Object.hasOwn(model.fields, name) ? model.fields[name] : undefined;
}

/** @param needs whether one must come after another; `strictly`: it cannot do without */
export function sortByNeeds<T>(items: readonly T[], needs: (item: T, other: T, strictly: boolean) => boolean): T[] {
  const left = [...items];
  const sorted: T[] = [];
  while (left.length > 0) {
    const free = (strictly: boolean) => left.find((item) => !left.some((other) => needs(item, other, strictly)));
    const next = free(false) ?? free(true) ?? (left[0] as T);
    sorted.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return sorted;
}
