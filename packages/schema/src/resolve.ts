/** The answers of the look-ups, put into the values: what Odoo's create and write take, or why it cannot be. */
import { type FieldProblem, fieldProblem, nearest, OdoorwayError } from "@odoorway/core";
import { judgeCompanies } from "./companies.js";
import { describeReceived, quote } from "./describe.js";
import { type Conflict, judge, needsReading, readsOf, type Target } from "./documents/target.js";
import { keyText } from "./lookups.js";
import { isPlainObject } from "./plain.js";
import { settleProperties } from "./properties.js";
import type { Checked, Lookup, Reference, Resolved } from "./types.js";
import { Placeholder } from "./visit.js";

/** Suggestions a call of resolve makes at most: each costs a comparison with every record found. */
const mostSuggestions = 100;

/**
 * Resolves a batch. `answers[i]` is what `lookups[i]` answered; null or undefined when it could not be made (the
 * user may not read that model, an external id is unknown): then ids of it pass unverified, for Odoo to judge, and
 * external ids and keys count as not found. Throws invalid_json_or_xml when an answer is not a list of records.
 */
export function resolve(
  checked: readonly Checked[],
  lookups: readonly Lookup[],
  answers: readonly unknown[],
): Resolved[] {
  const found = new Found();
  lookups.forEach((lookup, index) => {
    found.take(lookup, answers[index]);
  });
  return checked.map((one) => {
    const problems: FieldProblem[] = [...one.problems];
    const ids = new Map<Reference, number>();
    const settled: Settled = new Map();
    let placed = false;
    for (const reference of one.references) {
      placed ||= reference.target.kind !== "id";
      const id = found.find(reference);
      if (typeof id === "number") ids.set(reference, id);
      else problems.push(id);
    }
    const unchanged: string[] = [];
    const conflicts: Conflict[] = [];
    let missing = false;
    for (const target of one.targets) {
      const judgement = judge(target, (model, id) => found.row(model, id));
      problems.push(...judgement.problems);
      conflicts.push(...judgement.conflicts);
      for (const { field, pointer } of target.echoes)
        if (!judgement.problems.some((problem) => problem.pointer === pointer))
          unchanged.push(`${target.pointer}/${field.field}`);
      for (const name of judgement.dropped) {
        settle(settled, target.values, name, dropped);
        unchanged.push(`${target.pointer}/${name}`);
      }
      // The record itself; those nested in it are references, and found or not as such.
      missing ||= target.pointer === one.pointer && target.operation !== "add-line" && found.lacks(target);
    }
    for (const check of one.companies) problems.push(...judgeCompanies(check, (model, id) => found.row(model, id)));
    for (const given of one.properties) {
      const outcome = settleProperties(given, found.row(given.holder.model, given.holder.id)?.[given.holder.field]);
      if ("problems" in outcome) problems.push(...outcome.problems);
      else settle(settled, given.values, given.field.field, outcome.value);
    }
    const values = placed || settled.size > 0 ? fill(one.values, ids, settled) : { ...one.values };
    return { problems, values: values as Record<string, unknown>, conflicts, unchanged, missing };
  });
}

/** What takes the place of values once the records are known, by the object that holds them. */
type Settled = Map<object, Map<string, unknown>>;
const dropped = Symbol("dropped");

function settle(settled: Settled, holder: object, name: string, value: unknown): void {
  const names = settled.get(holder) ?? new Map<string, unknown>();
  settled.set(holder, names);
  names.set(name, value);
}

/** The values with ids for placeholders, and what was settled. Depth is bounded: check refuses what nests too deep. */
function fill(value: unknown, ids: ReadonlyMap<Reference, number>, settled: Settled): unknown {
  if (value instanceof Placeholder) return ids.get(value.reference) ?? false;
  if (Array.isArray(value)) return value.map((inner) => fill(inner, ids, settled));
  if (!isPlainObject(value)) return value;
  const replaced = settled.get(value);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const inner = replaced?.has(name) ? replaced.get(name) : fill(value[name], ids, settled);
    if (inner === dropped) continue;
    // defineProperty semantics: a json value may hold the key __proto__.
    if (name === "__proto__") Object.defineProperty(copy, name, { value: value[name], enumerable: true });
    else copy[name] = inner;
  }
  return copy;
}

type Row = Readonly<Record<string, unknown>>;

class Found {
  private readonly ids = new Map<string, Map<number, Row>>();
  /** Ids by natural key, built for each model and set of key fields when first needed. */
  private readonly keys = new Map<string, Map<string, number[]>>();
  private readonly external = new Map<string, { model: unknown; id: unknown }>();
  private suggestions = 0;

  take(lookup: Lookup, answer: unknown): void {
    if (answer === null || answer === undefined) return;
    if (lookup.purpose === "external_id") {
      const pair = Array.isArray(answer) ? answer : [];
      this.external.set(`${lookup.args[0]}.${lookup.args[1]}`, { model: pair[0], id: pair[1] });
      return;
    }
    if (!Array.isArray(answer) || !answer.every(isPlainObject))
      throw new OdoorwayError("invalid_json_or_xml", {
        evidence: { url: "Odoo", detail: `search_read of ${lookup.model} did not answer a list of records` },
      });
    if (lookup.purpose === "external_ids")
      for (const row of answer)
        this.external.set(`${String(row.module)}.${String(row.name)}`, { model: row.model, id: row.res_id });
    else {
      const known = this.ids.get(lookup.model) ?? new Map<number, Row>();
      for (const row of answer) if (typeof row.id === "number") known.set(row.id, row);
      this.ids.set(lookup.model, known);
    }
  }

  row(model: string, id: number): Row | undefined {
    return this.ids.get(model)?.get(id);
  }

  /** Whether the record was looked for and is not there. */
  lacks(target: Target): boolean {
    const { metadata, id } = target;
    const known = readsOf(target).some((read) => read.id === id && needsReading(target, read))
      ? this.ids.get(metadata.model)
      : undefined;
    return known !== undefined && !known.has(id);
  }

  find(reference: Reference): number | FieldProblem {
    const { target, relation } = reference;
    if (target.kind === "id") {
      const known = this.ids.get(relation);
      return known === undefined || known.has(target.id) ? target.id : notFound(reference, `id ${target.id}`);
    }
    if (target.kind === "external_id") {
      const hit = this.external.get(target.externalId);
      const name = `external id ${quote(target.externalId)}`;
      if (hit === undefined || typeof hit.id !== "number" || hit.id < 1) return notFound(reference, name);
      return hit.model === relation ? hit.id : notFound(reference, `${name} (a record of ${String(hit.model)})`);
    }
    const matches =
      this.byKey(
        relation,
        target.key.map(([name]) => name),
      ).get(keyText(target.key)) ?? [];
    const active = matches.filter((id) => this.ids.get(relation)?.get(id)?.active !== false);
    // An archived record of the same name does not make a name ambiguous.
    const [id, second] = active.length > 0 ? active : matches;
    const text = target.key.map(([name, value]) => `${name} ${describeReceived(value)}`).join(", ");
    if (id === undefined) return notFound(reference, `with ${text}`, this.suggest(reference));
    if (second === undefined) return id;
    const count = active.length > 0 ? active.length : matches.length;
    const { model, field } = reference;
    return fieldProblem(reference.pointer, "ambiguous_relation", { model, field, relation, received: text, count });
  }

  private byKey(model: string, names: readonly string[]): Map<string, number[]> {
    const shape = `${model} ${names.join(",")}`;
    const known = this.keys.get(shape);
    if (known !== undefined) return known;
    const made = new Map<string, number[]>();
    for (const [id, row] of this.ids.get(model) ?? []) {
      const text = JSON.stringify(names.map((name) => [name, keyValue(row[name])]));
      const list = made.get(text);
      if (list) list.push(id);
      else made.set(text, [id]);
    }
    this.keys.set(shape, made);
    return made;
  }

  /** The nearest text among the records that the same look-up brought (a batch spells most names right). */
  private suggest({ relation, target }: Reference): string | undefined {
    if (target.kind !== "key" || ++this.suggestions > mostSuggestions) return undefined;
    const [name, wanted] = target.key.find(([, value]) => typeof value === "string") ?? [];
    if (name === undefined || typeof wanted !== "string" || wanted.length > 100) return undefined;
    const candidates = new Set<string>();
    for (const row of this.ids.get(relation)?.values() ?? []) {
      const text = row[name];
      if (typeof text === "string") candidates.add(text);
    }
    return nearest(wanted, candidates);
  }
}

/** A many2one reads as [id, name]. */
function keyValue(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function notFound(reference: Reference, received: string, candidate?: string): FieldProblem {
  const { model, field, relation, pointer } = reference;
  return fieldProblem(pointer, "invalid_relation_id", { model, field, relation, received, nearest: candidate });
}
