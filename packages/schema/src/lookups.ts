/**
 * The calls that a batch of checked records needs before it can be written: one a model, whatever the number of
 * mentions, and one for all external ids. The records that are written themselves, as far as something has to be known of
 * them, are part of their model's call. Archived records count: they exist.
 */
import { companyReads } from "./companies.js";
import { needsReading, readsOf } from "./documents/target.js";
import type { Checked, KeyValue, Lookup, Reference } from "./types.js";

/** Archived records are found too. */
const kwargs = { context: { active_test: false } };

/**
 * Plans the look-ups of a whole batch, each mention once. `externalIds: "each"` makes one call an external id
 * that needs no special rights (see Lookup).
 */
export function planLookups(
  checked: readonly Checked[],
  options: { readonly externalIds?: "search" | "each" } = {},
): Lookup[] {
  const models = new Map<string, ModelPlan>();
  const externalIds = new Set<string>();
  for (const { references, targets, properties, companies } of checked) {
    for (const check of companies)
      for (const read of companyReads(check)) {
        const plan = planOf(models, read.model);
        for (const id of read.ids) plan.ids.add(id);
        plan.wanted.add(read.field);
      }
    for (const target of targets)
      for (const read of readsOf(target)) {
        if (!needsReading(target, read)) continue;
        const plan = planOf(models, read.model);
        if (read.id !== undefined) plan.ids.add(read.id);
        if (read.hasLine !== undefined) plan.lines(read.hasLine.field).add(read.hasLine.id);
        for (const name of read.fields) plan.wanted.add(name);
      }
    for (const { holder } of properties) {
      const plan = planOf(models, holder.model);
      plan.ids.add(holder.id);
      plan.wanted.add(holder.field);
    }
    for (const reference of references) {
      if (reference.target.kind === "external_id") externalIds.add(reference.target.externalId);
      else note(models, reference);
    }
  }
  const lookups: Lookup[] = [];
  for (const [model, plan] of models)
    lookups.push({ purpose: "records", model, method: "search_read", args: [plan.domain(), plan.fields()], kwargs });
  if (options.externalIds === "each") for (const id of externalIds) lookups.push(lookUpOne(id));
  else if (externalIds.size > 0) lookups.push(lookUpAll(externalIds));
  return lookups;
}

/** What two mentions of the same natural key share: the names and values, in order. */
export function keyText(key: readonly (readonly [string, KeyValue])[]): string {
  return JSON.stringify(key);
}

/** Module and name of an external id: Odoo splits at the first dot. */
function splitExternalId(externalId: string): [module: string, name: string] {
  const dot = externalId.indexOf(".");
  return [externalId.slice(0, dot), externalId.slice(dot + 1)];
}

class ModelPlan {
  readonly ids = new Set<number>();
  /** Keys by the names of their fields, each once. */
  readonly keys = new Map<string, Map<string, readonly (readonly [string, KeyValue])[]>>();
  archivable = false;
  /** Fields to read besides. */
  readonly wanted = new Set<string>();
  private readonly withLines = new Map<string, Set<number>>();

  /** Lines whose documents are looked for, by the document's field that holds them. */
  lines(field: string): Set<number> {
    const known = this.withLines.get(field) ?? new Set();
    this.withLines.set(field, known);
    return known;
  }

  domain(): unknown[] {
    const parts: unknown[][] = [];
    if (this.ids.size > 0) parts.push([["id", "in", [...this.ids]]]);
    for (const [field, lines] of this.withLines) parts.push([[field, "in", [...lines]]]);
    for (const keys of this.keys.values()) {
      const list = [...keys.values()];
      const name = list[0]?.length === 1 ? list[0][0]?.[0] : undefined;
      // Keys of one field are one list: a thousand names cost one scan of the table.
      if (name !== undefined) parts.push([[name, "in", list.flatMap((key) => key.map(([, value]) => value))]]);
      else
        for (const key of list)
          parts.push([...Array(key.length - 1).fill("&"), ...key.map(([field, value]) => [field, "=", value])]);
    }
    return [...Array(Math.max(0, parts.length - 1)).fill("|"), ...parts.flat()];
  }

  fields(): string[] {
    const names = new Set(["id", ...this.wanted]);
    for (const keys of this.keys.values()) for (const key of keys.values()) for (const [name] of key) names.add(name);
    if (this.archivable) names.add("active");
    return [...names];
  }
}

function planOf(models: Map<string, ModelPlan>, model: string): ModelPlan {
  const known = models.get(model) ?? new ModelPlan();
  models.set(model, known);
  return known;
}

function note(models: Map<string, ModelPlan>, { relation, target, archivable }: Reference): void {
  const plan = planOf(models, relation);
  if (target.kind === "id") plan.ids.add(target.id);
  else if (target.kind === "key") {
    const shape = target.key.map(([name]) => name).join(",");
    const keys = plan.keys.get(shape) ?? new Map();
    keys.set(keyText(target.key), target.key);
    plan.keys.set(shape, keys);
    plan.archivable ||= archivable;
  }
}

function lookUpAll(externalIds: Iterable<string>): Lookup {
  const modules = new Map<string, string[]>();
  for (const externalId of externalIds) {
    const [module, name] = splitExternalId(externalId);
    const names = modules.get(module);
    if (names) names.push(name);
    else modules.set(module, [name]);
  }
  const parts = [...modules].map(([module, names]) => ["&", ["module", "=", module], ["name", "in", names]]);
  const domain = [...Array(parts.length - 1).fill("|"), ...parts.flat()];
  const args = [domain, ["module", "name", "model", "res_id"]] as const;
  return { purpose: "external_ids", model: "ir.model.data", method: "search_read", args, kwargs: {} };
}

function lookUpOne(externalId: string): Lookup {
  const [module, name] = splitExternalId(externalId);
  return {
    purpose: "external_id",
    model: "ir.model.data",
    method: "check_object_reference",
    args: [module, name, true],
    kwargs: {},
  };
}
