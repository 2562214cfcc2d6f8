/** One `records` entry compiled: the records that it plans, with their keys, values, lines and actions. */
import { defaultNamespace, externalIdFor, type Json } from "@odoorway/core";
import type { Names } from "../expressions/expression.js";
import { limits } from "../expressions/limits.js";
import type { FlowAction, FlowLines, FlowRecord } from "../language.js";
import { linesOf } from "../names.js";
import type { PlannedAction, PlannedLines, PlannedRecord, PlannedValues } from "../types.js";
import type { Compiler, Path } from "./parts.js";
import type { Part } from "./run.js";
import { type Place, ValueCompiler, withItem } from "./values.js";

export interface CompiledRecord {
  readonly name: string;
  readonly plan: Part<PlannedRecord[]>;
  /** External id of the first record, without its values; undefined when none is made. */
  readonly key: Part<string | undefined>;
  /** The names that `key` needs. */
  readonly keyUses: readonly string[];
}

export function compileRecord(record: FlowRecord, path: Path, outer: Place, compiler: Compiler): CompiledRecord {
  const { name, model, existing } = record;
  const values = new ValueCompiler(compiler);
  const says = `record ${name}`;
  const place = record.each === undefined ? { ...outer, says } : withItem({ ...outer, says });
  const each = record.each && compiler.list(record.each, outer.scope, [...path, "each"], `${says}, each`);
  const when = compiler.condition(record.when, place.scope, [...path, "when"], `${says}, when`);
  const key = compiler.text(record.key, place.scope, [...path, "key"], `${says}, key`, limits.key);
  const match = record.match.map((terms, n) =>
    values.terms(terms, [...path, "match", n], { ...place, says: `${says}, match` }),
  );
  const fields = values.values(record.values, [...path, "values"], place);
  const lines = compileLines(record, path, place, compiler, values);
  const actions = record.then.map((action, n) => compileAction(action, [...path, "then", n], place, compiler, values));

  const itemsOf: Part<readonly { readonly names: Names; readonly item?: number }[]> = async (run, names) => {
    if (!each) return [{ names }];
    return (await each(run, names)).map((item, index) => ({ names: { ...names, item, index }, item: index }));
  };

  const plan: Part<PlannedRecord[]> = async (run, names) => {
    const made: PlannedRecord[] = [];
    const seen = new Map<string, number | undefined>();
    for (const { names: inner, item } of await itemsOf(run, names)) {
      await run.count();
      if (!(await when(run, inner))) continue;
      const external_id = externalIdFor(defaultNamespace, model, await key(run, inner));
      if (seen.has(external_id)) {
        run.note(name, item, seen.get(external_id));
        continue;
      }
      seen.set(external_id, item);
      const keys = [];
      for (const part of match) keys.push(await part(run, inner));
      const planned = await fields(run, inner);
      const made_lines = await lines(run, inner);
      const then = [];
      for (const part of actions) then.push(await part(run, inner));
      const wanted = then.filter((action) => action !== undefined);
      made.push({
        name,
        ...(item === undefined ? {} : { item }),
        model,
        external_id,
        match: keys.filter((terms) => terms !== undefined),
        existing,
        ...(record.needs === undefined ? {} : { needs: record.needs }),
        ...(record.missing === "create" ? {} : { missing: record.missing }),
        values: planned,
        ...(made_lines.length === 0 ? {} : { lines: made_lines }),
        // biome-ignore lint/suspicious/noThenProperty: a key of the language; a list, so never awaited as a promise.
        ...(wanted.length === 0 ? {} : { then: wanted }),
        ...(record.on_failure === "fail" ? {} : { on_failure: record.on_failure }),
      });
      run.note(name, item);
    }
    return made;
  };

  const first: Part<string | undefined> = async (run, names) => {
    for (const { names: inner } of await itemsOf(run, names))
      if (await when(run, inner)) return externalIdFor(defaultNamespace, model, await key(run, inner));
    return undefined;
  };
  return { name, plan, key: first, keyUses: compiler.usesOf([record.each, record.when, record.key]) };
}

/** Lines of one field follow each other, in the order of the entries. */
function compileLines(
  record: FlowRecord,
  path: Path,
  outer: Place,
  compiler: Compiler,
  values: ValueCompiler,
): Part<PlannedLines[]> {
  const single = !Array.isArray(record.lines);
  const entries = linesOf(record.lines).map((lines: FlowLines, n) => {
    const at = single ? [...path, "lines"] : [...path, "lines", n];
    const says = `${outer.says}, lines ${lines.field}`;
    const place = withItem({ ...outer, says });
    return {
      field: lines.field,
      others: lines.others,
      each: compiler.list(lines.each, outer.scope, [...at, "each"], `${says}, each`),
      when: compiler.condition(lines.when, place.scope, [...at, "when"], `${says}, when`),
      values: values.values(lines.values, [...at, "values"], place),
    };
  });
  return async (run, names) => {
    const fields = new Map<string, PlannedLines & { readonly values: PlannedValues[] }>();
    for (const { field, others, each, when, values: part } of entries) {
      const made = fields.get(field) ?? { field, values: [], ...(others === undefined ? {} : { others }) };
      fields.set(field, made);
      for (const [index, item] of (await each(run, names)).entries()) {
        await run.count();
        const inner = { ...names, item, index };
        if (await when(run, inner)) made.values.push(await part(run, inner));
      }
    }
    return [...fields.values()];
  };
}

function compileAction(
  action: FlowAction,
  path: Path,
  place: Place,
  compiler: Compiler,
  values: ValueCompiler,
): Part<PlannedAction | undefined> {
  const says = `${place.says}, then ${action.method}`;
  const when = compiler.condition(action.when, place.scope, [...path, "when"], `${says}, when`);
  const args = (action.args ?? []).map((term, n) => values.term(term, [...path, "args", n], { ...place, says }));
  const only_if = Object.fromEntries(Object.entries(action.only_if).map(([field, wanted]) => [field, [wanted].flat()]));
  return async (run, names) => {
    if (!(await when(run, names))) return undefined;
    const given: Json[] = [];
    for (const part of args) given.push(((await part(run, names)) ?? null) as Json);
    return {
      method: action.method,
      only_if,
      ...(given.length === 0 ? {} : { args: given }),
      ...(action.context === undefined ? {} : { context: action.context as Record<string, Json> }),
    };
  };
}
