/** Values, look-ups and references of a record, compiled: what stands in the plan for each. */
import { defaultNamespace, externalIdFor } from "@odoorway/core";
import type { Scope } from "../expressions/analyse.js";
import type { Names } from "../expressions/expression.js";
import { limits } from "../expressions/limits.js";
import type { Find, RecordValue, Term, Terms, Value, Values } from "../language.js";
import { isFind, isRecordValue } from "../names.js";
import type { PlannedFind, PlannedReference, PlannedTerms, PlannedValue, PlannedValues } from "../types.js";
import type { Compiler, Path } from "./parts.js";
import type { Part, Run } from "./run.js";

/** Where values stand: the names bound there, and which records before are made of lists. */
export interface Place {
  readonly scope: Scope;
  /** "record customer" */
  readonly says: string;
  /** Names of earlier records with `each`. */
  readonly lists: ReadonlySet<string>;
}

export class ValueCompiler {
  constructor(private readonly compiler: Compiler) {}

  /** Fields to what is planned for them; a field whose value is nothing is left out. */
  values(values: Values, path: Path, place: Place): Part<PlannedValues> {
    const parts = Object.entries(values).map(
      ([field, value]) => [field, this.value(value, [...path, field], inField(place, field))] as const,
    );
    return async (run, names) => {
      const made: Record<string, PlannedValue> = {};
      for (const [field, part] of parts) {
        const value = await part(run, names);
        if (value !== undefined) made[field] = value;
      }
      return made;
    };
  }

  /** Fields of a key; undefined when one of them is empty, so that nothing can be told by it. */
  terms(terms: Terms, path: Path, place: Place): Part<PlannedTerms | undefined> {
    const parts = Object.entries(terms).map(
      ([field, value]) => [field, this.value(value, [...path, field], inField(place, field)), value] as const,
    );
    return async (run, names) => {
      const made: Record<string, PlannedTerms[string]> = {};
      for (const [field, part, source] of parts) {
        const value = await part(run, names);
        const usable = this.usable(value, source, place, field);
        if (usable === undefined) return undefined;
        made[field] = usable;
      }
      return made;
    };
  }

  term(term: Term, path: Path, place: Place): Part<unknown> {
    return typeof term === "string" ? this.compiler.value(term, place.scope, path, place.says) : async () => term;
  }

  private value(value: Value, path: Path, place: Place): Part<PlannedValue | undefined> {
    if (isFind(value))
      return value.each === undefined ? this.find(value, path, place) : this.each(value, value.each, path, place);
    if (isRecordValue(value))
      return value.each === undefined ? this.reference(value, path, place) : this.each(value, value.each, path, place);
    return this.term(value, path, place) as Part<PlannedValue | undefined>;
  }

  private each(value: Find | RecordValue, each: string, path: Path, place: Place): Part<PlannedValue> {
    const items = this.compiler.list(each, place.scope, [...path, "each"], place.says);
    const inner = withItem(place);
    const one = isFind(value) ? this.find(value, path, inner) : this.reference(value, path, inner);
    return async (run, names) => {
      const made: (PlannedFind | PlannedReference)[] = [];
      for (const [index, item] of (await items(run, names)).entries()) {
        await run.count();
        const planned = await one(run, { ...names, item, index });
        if (planned !== undefined) made.push(planned);
      }
      return made;
    };
  }

  private find(find: Find, path: Path, place: Place): Part<PlannedFind | undefined> {
    const { find: model, missing } = find;
    const key =
      find.key === undefined ? undefined : this.compiler.value(find.key, place.scope, [...path, "key"], place.says);
    const tries = [find.by, find.or]
      .flat()
      .filter((terms) => terms !== undefined)
      .map((terms) => this.terms(terms, [...path, terms === find.by ? "by" : "or"], place));
    const create = find.create === undefined ? undefined : this.values(find.create, [...path, "create"], place);
    return async (run, names) => {
      const text = key === undefined ? undefined : keyText(await key(run, names));
      const found = [];
      for (const part of tries) found.push(await part(run, names));
      const [by, ...or] = found.filter((terms) => terms !== undefined);
      if (text === undefined && by === undefined) return undefined;
      return {
        $find: {
          model,
          ...(text === undefined ? {} : { key: externalIdFor(defaultNamespace, model, text) }),
          ...(by === undefined ? {} : { by }),
          ...(or.length === 0 ? {} : { or }),
          missing: by === undefined && missing === "create" ? "fail" : missing,
          ...(create === undefined ? {} : { create: await create(run, names) }),
        },
      };
    };
  }

  /** The record that is meant, or the one that stands for it when this one was not made. */
  private reference(value: RecordValue, path: Path, place: Place): Part<PlannedReference | undefined> {
    const first = this.named(value, path, place);
    if (value.or === undefined) return first;
    const other = this.reference(value.or, [...path, "or"], place);
    return async (run, names) => (await first(run, names)) ?? (await other(run, names));
  }

  private named({ record, item }: RecordValue, path: Path, place: Place): Part<PlannedReference | undefined> {
    if (!place.lists.has(record)) return async (run) => run.reference(record, undefined);
    if (item === undefined) return async (run, names) => run.reference(record, names.index as number);
    const which = this.term(item, [...path, "item"], place);
    return async (run: Run, names: Names) => {
      const number = await which(run, names);
      return typeof number === "number" ? run.reference(record, number) : undefined;
    };
  }

  /** A part of a key: text, number or boolean, a look-up or a record. Nothing, null and blank text are empty. */
  private usable(value: PlannedValue | undefined, source: Value, place: Place, field: string) {
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (isFind(source) || isRecordValue(source)) return value as PlannedFind | PlannedReference;
    throw this.compiler.failed(
      { text: String(source) },
      `${place.says}, field ${field}`,
      "a key is made of texts, numbers and booleans",
      value,
    );
  }
}

function keyText(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "" || text.length > limits.key) return undefined;
  return text.trim();
}

function inField(place: Place, field: string): Place {
  return { ...place, says: `${place.says}, field ${field}` };
}

/** The place within a list: $item and $index are bound. */
export function withItem(place: Place): Place {
  return { ...place, scope: { ...place.scope, names: new Set([...place.scope.names, "item", "index"]) } };
}
