/**
 * Names of fields in a plan, as the connected Odoo has them. A flow may write `a|b`, the first that the model has,
 * and `a?`, left out where it has none, as versions and modules of Odoo differ.
 */
import type { MetadataSource, ModelMetadata } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import type {
  FlowPlan,
  PlannedAction,
  PlannedFind,
  PlannedRecord,
  PlannedTerms,
  PlannedValue,
  PlannedValues,
} from "../types.js";
import { isPlannedFind } from "./ground.js";

/** A key, or the field of a verification, that names several fields or may be left out. */
const mayChoose = /"[A-Za-z0-9_]+(?:\|[A-Za-z0-9_|]+\??|\?)"[:,]/;

/** The plan with the fields that there are. Rejects when the models cannot be asked for. */
export async function settleFields(plan: FlowPlan, metadata: MetadataSource): Promise<FlowPlan> {
  if (!mayChoose.test(JSON.stringify([plan.records, plan.verify]))) return plan;
  const settle = new Settle(metadata);
  const records: PlannedRecord[] = [];
  for (const record of plan.records) records.push(await settle.record(record));
  const verify = [];
  for (const one of plan.verify) {
    const model = plan.records.find(({ name }) => name === one.record)?.model;
    const field = model === undefined ? one.field : await settle.field(model, one.field);
    if (field !== undefined) verify.push({ ...one, field });
  }
  return { ...plan, records, verify };
}

/** The one of `a|b` that the model has; undefined for `a?` where it has none; else the first, for Odoo's check to name. */
export function fieldOf(metadata: ModelMetadata | undefined, text: string): string | undefined {
  const optional = text.endsWith("?");
  const names = (optional ? text.slice(0, -1) : text).split("|");
  const there = names.find((name) => metadata !== undefined && Object.hasOwn(metadata.fields, name));
  return there ?? (optional && metadata !== undefined ? undefined : names[0]);
}

class Settle {
  constructor(private readonly metadata: MetadataSource) {}

  async record(record: PlannedRecord): Promise<PlannedRecord> {
    const { model } = record;
    const { lines, then, match, ...rest } = record;
    const made: PlannedTerms[] = [];
    for (const terms of match) made.push(...(await this.terms(model, terms)));
    const settled = [];
    for (const { field, values, others } of lines ?? []) {
      const name = await this.field(model, field);
      const relation = name && (await this.model(model))?.fields[name]?.relation;
      if (name === undefined) continue;
      const list = [];
      for (const line of values) list.push(relation === undefined ? line : await this.values(relation, line));
      settled.push({ field: name, values: list, ...(others === undefined ? {} : { others }) });
    }
    const actions: PlannedAction[] = [];
    for (const action of then ?? []) actions.push({ ...action, only_if: await this.names(model, action.only_if) });
    return {
      ...rest,
      match: made,
      values: await this.values(model, record.values),
      ...(lines === undefined ? {} : { lines: settled }),
      // biome-ignore lint/suspicious/noThenProperty: a key of the language; a list, so never awaited as a promise.
      ...(then === undefined ? {} : { then: actions }),
    };
  }

  async field(model: string, text: string): Promise<string | undefined> {
    return /[|?]/.test(text) ? fieldOf(await this.model(model), text) : text;
  }

  /** Undefined for a model that this Odoo lacks: what is sent to it will say so. */
  private async model(name: string): Promise<ModelMetadata | undefined> {
    try {
      return await this.metadata.model(name);
    } catch (error) {
      if (error instanceof OdoorwayError && error.code === "model_not_found") return undefined;
      throw error;
    }
  }

  private async names<T>(model: string, values: Readonly<Record<string, T>>): Promise<Record<string, T>> {
    const made: Record<string, T> = {};
    for (const [text, value] of Object.entries(values)) {
      const name = await this.field(model, text);
      if (name !== undefined) made[name] = value;
    }
    return made;
  }

  private async values(model: string, values: PlannedValues): Promise<PlannedValues> {
    const made: Record<string, PlannedValue> = {};
    for (const [name, value] of Object.entries(await this.names(model, values))) made[name] = await this.value(value);
    return made;
  }

  private async value(value: PlannedValue): Promise<PlannedValue> {
    if (isPlannedFind(value)) return this.find(value);
    if (!Array.isArray(value) || !value.some(isPlannedFind)) return value;
    const list = [];
    for (const inner of value) list.push(isPlannedFind(inner) ? await this.find(inner) : inner);
    return list as PlannedValue;
  }

  /** A key that keeps none of its fields tells nothing. */
  private async terms(model: string, terms: PlannedTerms): Promise<PlannedTerms[]> {
    const made: Record<string, PlannedTerms[string]> = {};
    for (const [name, value] of Object.entries(await this.names(model, terms)))
      made[name] = isPlannedFind(value) ? await this.find(value) : value;
    return Object.keys(made).length === 0 ? [] : [made];
  }

  private async find({ $find: { by, or, create, ...rest } }: PlannedFind): Promise<PlannedFind> {
    const tries: PlannedTerms[] = [];
    for (const terms of [by, ...(or ?? [])])
      if (terms !== undefined) tries.push(...(await this.terms(rest.model, terms)));
    const [first, ...others] = tries;
    return {
      $find: {
        ...rest,
        ...(first === undefined ? {} : { by: first }),
        ...(others.length === 0 ? {} : { or: others }),
        ...(create === undefined ? {} : { create: await this.values(rest.model, create) }),
      },
    };
  }
}
