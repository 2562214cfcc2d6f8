/** What the shapes of a flow cannot say: that names are told apart, and that records refer to earlier ones. */
import { type Evidence, nearest, type OdoorwayError } from "@odoorway/core";
import type { Find, Flow, FlowLines, RecordValue, Terms, Value, Values } from "./language.js";

type Path = readonly PropertyKey[];
type Invalid = (detail: string, path: Path, evidence?: Evidence) => OdoorwayError;

/** Names that the language itself binds in expressions. */
const taken = ["settings", "item", "index"];

/** Throws what `invalid` makes of the first name that does not fit. */
export function checkNames(flow: Flow, invalid: Invalid): void {
  for (const name of Object.keys(flow.let))
    if (taken.includes(name)) throw invalid(`$${name} is a name of the language`, ["let", name]);
  const earlier = new Map<string, { readonly each: boolean }>();
  for (const [index, record] of flow.records.entries()) {
    const at = ["records", index];
    if (earlier.has(record.name)) throw invalid(`Two records are called ${record.name}`, [...at, "name"]);
    const check = new References(earlier, record.each !== undefined, invalid);
    check.values(record.values, [...at, "values"]);
    for (const name of record.needs ?? [])
      if (earlier.get(name)?.each !== false)
        throw invalid(`There is no record ${name} before this one, without each`, [...at, "needs"], {
          nearest: nearest(name, earlier.keys()),
        });
    for (const [n, terms] of record.match.entries()) check.terms(terms, [...at, "match", n]);
    const single = record.lines !== undefined && !Array.isArray(record.lines);
    for (const [n, lines] of linesOf(record.lines).entries())
      check.lines(lines, single ? [...at, "lines"] : [...at, "lines", n]);
    earlier.set(record.name, { each: record.each !== undefined });
  }
  if (flow.records.filter(({ primary }) => primary === true).length > 1)
    throw invalid("One record is the primary one", ["records"]);
  for (const [index, { record }] of flow.verify.entries()) {
    const known = earlier.get(record);
    const at = ["verify", index, "record"];
    if (known === undefined)
      throw invalid(`There is no record ${record}`, at, { nearest: nearest(record, earlier.keys()) });
    if (known.each) throw invalid(`${record} is made of a list; one record is compared`, at);
  }
  for (const [index, example] of flow.examples.entries())
    if ((example.input === undefined) === (example.file === undefined))
      throw invalid("An example takes one of input and file", ["examples", index]);
  for (const [name, setting] of Object.entries(flow.settings))
    if (setting.choices !== undefined && !setting.choices.includes(setting.default as string))
      throw invalid(`The default of ${name} is none of its choices`, ["settings", name, "default"]);
}

/** Name of the record that the flow is about: it orders events, and its id is the outcome's. */
export function primaryOf(flow: Flow): string {
  return (flow.records.find(({ primary }) => primary === true) ?? flow.records.at(-1))?.name ?? "";
}

/** The lines of a record, as a list whatever the form. */
export function linesOf(lines: Flow["records"][number]["lines"]): readonly FlowLines[] {
  return lines === undefined ? [] : [lines].flat();
}

export function isFind(value: Value): value is Find {
  return typeof value === "object" && value !== null && "find" in value;
}

export function isRecordValue(value: Value): value is RecordValue {
  return typeof value === "object" && value !== null && "record" in value;
}

class References {
  constructor(
    private readonly earlier: ReadonlyMap<string, { readonly each: boolean }>,
    private readonly inEach: boolean,
    private readonly invalid: Invalid,
  ) {}

  values(values: Values, path: Path, inEach = this.inEach): void {
    for (const [field, value] of Object.entries(values)) this.value(value, [...path, field], inEach);
  }

  terms(terms: Terms, path: Path): void {
    for (const [field, value] of Object.entries(terms)) {
      const at = [...path, field];
      const list = (isFind(value) || isRecordValue(value)) && value.each !== undefined;
      if (list) throw this.invalid("A key takes one value, not a list", at);
      this.value(value, at, this.inEach);
    }
  }

  lines(lines: FlowLines, path: Path): void {
    this.values(lines.values, [...path, "values"], true);
  }

  private value(value: Value, path: Path, inEach: boolean): void {
    if (isRecordValue(value)) this.reference(value, path, inEach);
    if (!isFind(value)) return;
    if (value.by === undefined && value.key === undefined) throw this.invalid("A look-up needs `by` or `key`", path);
    if (value.missing === "create" && value.by === undefined)
      throw this.invalid("missing: create needs `by`: the record is made with it", path);
    if (value.create !== undefined && value.missing !== "create")
      throw this.invalid("`create` needs missing: create", path);
    if (value.by !== undefined) this.terms(value.by, [...path, "by"]);
    const several = Array.isArray(value.or);
    for (const [n, terms] of [value.or ?? []].flat().entries())
      this.terms(terms, several ? [...path, "or", n] : [...path, "or"]);
    if (value.create !== undefined) this.values(value.create, [...path, "create"], inEach);
  }

  private reference({ record, item, each, or }: RecordValue, path: Path, inEach: boolean): void {
    if (or !== undefined) this.reference(or, [...path, "or"], inEach);
    const known = this.earlier.get(record);
    if (known === undefined)
      throw this.invalid(`There is no record ${record} before this one`, [...path, "record"], {
        nearest: nearest(record, this.earlier.keys()),
      });
    if (!known.each && item !== undefined)
      throw this.invalid(`${record} is one record: it has no items`, [...path, "item"]);
    if (known.each && item === undefined && !inEach && each === undefined)
      throw this.invalid(`${record} is made of a list: say which with item`, path);
  }
}
