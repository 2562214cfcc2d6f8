/**
 * A flow held against the connected Odoo before any payload comes: its models, fields, constants and relations, and
 * the required fields that nothing gives. Names of methods cannot be asked of Odoo; they are seen when first called.
 */
import {
  type FieldProblem,
  fieldProblem,
  type MetadataSource,
  type ModelMetadata,
  OdoorwayError,
} from "@odoorway/core";
import type { Find, Flow, FlowLines, FlowRecord, RecordValue, Terms, Value, Values } from "../language.js";
import { isFind, isRecordValue, linesOf } from "../names.js";
import { fieldOf } from "../run/fields.js";
import { constantOf, probeValues, relationProblem } from "./probe.js";

/**
 * Every problem, at its place in the flow (RFC 6901: `/records/0/values/email`); none when the flow fits. Rejects when
 * Odoo cannot be asked.
 */
export async function checkFlow(flow: Flow, metadata: MetadataSource): Promise<FieldProblem[]> {
  const check = new Check(flow, metadata);
  for (const [index, record] of flow.records.entries()) await check.record(record, `/records/${index}`);
  for (const [index, { record, field }] of flow.verify.entries()) {
    const model = flow.records.find(({ name }) => name === record)?.model;
    if (model !== undefined) await check.field(model, field, `/verify/${index}/field`);
  }
  return check.problems;
}

class Check {
  readonly problems: FieldProblem[] = [];
  private readonly known = new Map<string, ModelMetadata | undefined>();

  constructor(
    private readonly flow: Flow,
    private readonly metadata: MetadataSource,
  ) {}

  async record(record: FlowRecord, at: string): Promise<void> {
    const model = await this.model(record.model, `${at}/model`);
    if (model === undefined) return;
    const lines = linesOf(record.lines);
    const given = new Set(lines.map(({ field }) => fieldOf(model, field) ?? field));
    await this.values(model, record.values, `${at}/values`, record.missing === "create", given);
    for (const [index, terms] of record.match.entries()) await this.terms(model, terms, `${at}/match/${index}`);
    const single = record.lines !== undefined && !Array.isArray(record.lines);
    for (const [index, one] of lines.entries())
      await this.lines(model, one, single ? `${at}/lines` : `${at}/lines/${index}`);
    for (const [index, action] of record.then.entries())
      for (const [field, wanted] of Object.entries(action.only_if)) {
        const place = `${at}/then/${index}/only_if/${field}`;
        if (await this.field(record.model, field, place)) this.choices(model, field, [wanted].flat(), place);
      }
  }

  /** Whether the model has the field; one that may be left out counts as there. */
  async field(model: string, text: string, pointer: string): Promise<boolean> {
    const metadata = await this.model(model, pointer);
    if (metadata === undefined) return false;
    const name = fieldOf(metadata, text);
    if (name === undefined) return false;
    if (Object.hasOwn(metadata.fields, name)) return true;
    const { problems } = probeValues(
      metadata,
      { [name]: null },
      { pointer: "", complete: false, given: new Set(), metadata: () => undefined },
    );
    this.problems.push(
      ...problems.filter(({ code }) => code === "unknown_field").map((problem) => ({ ...problem, pointer })),
    );
    return false;
  }

  private async lines(model: ModelMetadata, lines: FlowLines, at: string): Promise<void> {
    if (!(await this.field(model.model, lines.field, `${at}/field`))) return;
    const name = fieldOf(model, lines.field) ?? lines.field;
    const field = model.fields[name];
    if (field?.type !== "one2many" || field.relation === undefined) {
      const evidence = { model: model.model, field: name, expected: field?.type, received: "lines" };
      this.problems.push(fieldProblem(`${at}/field`, "wrong_type", evidence));
      return;
    }
    const below = await this.model(field.relation, `${at}/field`);
    const given = new Set(field.relationField === undefined ? [] : [field.relationField]);
    if (below !== undefined) await this.values(below, lines.values, `${at}/values`, true, given);
  }

  private async values(
    model: ModelMetadata,
    values: Values,
    at: string,
    complete: boolean,
    given: ReadonlySet<string>,
  ): Promise<void> {
    const options = { pointer: at, complete, given, metadata: (name: string) => this.known.get(name) };
    let probed = probeValues(model, values, options);
    for (const missing of probed.missingModels) await this.model(missing, at);
    if (probed.missingModels.length > 0) probed = probeValues(model, values, options);
    this.problems.push(...probed.problems);
    for (const [text, value] of Object.entries(values)) await this.value(model, text, value, `${at}/${text}`);
  }

  private async terms(model: ModelMetadata, terms: Terms, at: string): Promise<void> {
    for (const [text, value] of Object.entries(terms)) {
      const there = await this.field(model.model, text, `${at}/${text}`);
      if (!there) continue;
      await this.value(model, text, value, `${at}/${text}`, true);
      const constant = constantOf(value);
      const name = fieldOf(model, text);
      if (name !== undefined && constant !== undefined && constant.value !== null)
        this.choices(model, name, [constant.value], `${at}/${text}`);
    }
  }

  private async value(model: ModelMetadata, text: string, value: Value, at: string, inKey = false): Promise<void> {
    const name = fieldOf(model, text);
    if (name === undefined) return;
    if (isRecordValue(value)) this.reference(model, name, value, at, inKey);
    if (!isFind(value)) return;
    if ((await this.model(value.find, `${at}/find`)) === undefined) return;
    const problem = relationProblem(model, name, value.find, value.each !== undefined, at, inKey);
    if (problem !== undefined) this.problems.push(problem);
    await this.find(value, at);
  }

  private reference(model: ModelMetadata, field: string, value: RecordValue, at: string, inKey: boolean): void {
    const target = this.flow.records.find(({ name }) => name === value.record)?.model;
    const problem = target && relationProblem(model, field, target, value.each !== undefined, at, inKey);
    if (problem) this.problems.push(problem);
    if (value.or !== undefined) this.reference(model, field, value.or, `${at}/or`, inKey);
  }

  private async find(find: Find, at: string): Promise<void> {
    const model = await this.model(find.find, `${at}/find`);
    if (model === undefined) return;
    if (find.by !== undefined) await this.terms(model, find.by, `${at}/by`);
    const several = Array.isArray(find.or);
    for (const [index, terms] of [find.or ?? []].flat().entries())
      await this.terms(model, terms, several ? `${at}/or/${index}` : `${at}/or`);
    if (find.missing !== "create") return;
    const given = new Set(Object.keys(find.by ?? {}).map((text) => fieldOf(model, text) ?? text));
    await this.values(model, find.create ?? {}, `${at}/create`, true, given);
  }

  /** A constant that no record can hold, since it is no key of the selection. */
  private choices(model: ModelMetadata, field: string, values: readonly unknown[], at: string): void {
    if (model.fields[field]?.selection === undefined) return;
    for (const value of values) {
      if (value !== false && typeof value !== "string") continue;
      const probe = { [field]: value === false ? null : `'${value}'` };
      const { problems } = probeValues({ ...model, fields: onlyWritable(model, field) }, probe, {
        pointer: "",
        complete: false,
        given: new Set(),
        metadata: () => undefined,
      });
      this.problems.push(
        ...problems.filter(({ code }) => code === "invalid_selection_value").map((one) => ({ ...one, pointer: at })),
      );
    }
  }

  /** The model as the connected user sees it; undefined when there is none, which is told at the first place alone. */
  private async model(name: string, pointer: string): Promise<ModelMetadata | undefined> {
    if (this.known.has(name)) return this.known.get(name);
    let found: ModelMetadata | undefined;
    try {
      found = await this.metadata.model(name);
    } catch (error) {
      if (!(error instanceof OdoorwayError) || error.code !== "model_not_found") throw error;
      this.problems.push(fieldProblem(pointer, "model_not_found", { model: name, ...error.evidence }));
    }
    this.known.set(name, found);
    return found;
  }
}

/** The field as if it could be written: `state` is read, not set. */
function onlyWritable(model: ModelMetadata, field: string): ModelMetadata["fields"] {
  const known = model.fields[field];
  return known === undefined ? model.fields : { ...model.fields, [field]: { ...known, readonly: false } };
}
