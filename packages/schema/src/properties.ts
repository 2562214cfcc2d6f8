/**
 * Values of a properties field against their definition, which stands on another record (a product's on its category).
 * What Odoo 18 and 19 do over RPC: a name that is not defined is dropped in silence; a value of another type becomes empty,
 * or is stored as it is ("12" in an integer); an object of some of the properties empties the others. So names and values
 * are checked, and on a write what is not given keeps the value that the record has.
 */
import { type FieldMetadata, type FieldProblem, type FieldType, fieldProblem, nearest } from "@odoorway/core";
import type { CompiledField } from "./compile.js";
import { cut, describeReceived, quote } from "./describe.js";
import { isPlainObject } from "./plain.js";
import { idCheck, Refusal, scalarCheck } from "./scalar.js";

export interface PropertiesGiven {
  readonly field: CompiledField;
  readonly pointer: string;
  /** The checked values that hold the field. */
  readonly values: Record<string, unknown>;
  /** Where the definition is read: the parent's definition field, or the record's own properties, which repeat it. */
  readonly holder: { readonly model: string; readonly id: number; readonly field: string };
}

type Definition = Readonly<Record<string, unknown>>;

/** The values as Odoo takes them, or what is wrong. `held` is what the holder's field reads as. */
export function settleProperties(
  given: PropertiesGiven,
  held: unknown,
): { readonly value: unknown } | { readonly problems: readonly FieldProblem[] } {
  const { field, pointer, values, holder } = given;
  const sent = values[field.field];
  if (!Array.isArray(held) || !held.every(isPlainObject)) return { value: sent };
  const definitions = new Map<string, Definition>(held.map((one) => [String(one.name), one]));
  const own = holder.field === field.field && holder.model === field.model;
  const settled: Record<string, unknown> = {};
  if (own && !Array.isArray(sent))
    for (const [name, one] of definitions) settled[name] = toWritten(one.type, one.value);
  const problems: FieldProblem[] = [];
  for (const [name, value, at] of entriesOf(sent, pointer)) {
    const definition = definitions.get(name);
    if (definition === undefined) {
      const known = [...definitions.keys()];
      const evidence = {
        model: field.model,
        field: field.field,
        received: quote(name),
        nearest: nearName(name, held),
        known,
      };
      problems.push(
        fieldProblem(at, "unknown_property", { ...evidence, parent: field.metadata.definition?.record ?? "" }),
      );
      continue;
    }
    const checked = checkProperty(definition, value);
    if (checked instanceof Refusal)
      problems.push(
        fieldProblem(at, checked.code, {
          model: field.model,
          field: `${field.field}.${cut(name)}`,
          expected: checked.expected,
          received: describeReceived(value),
        }),
      );
    else settled[name] = checked;
  }
  return problems.length > 0 ? { problems } : { value: settled };
}

/** Odoo's list, as read, or the object of names and values. */
function entriesOf(sent: unknown, pointer: string): [name: string, value: unknown, pointer: string][] {
  if (Array.isArray(sent))
    return sent.flatMap((one: unknown, index) =>
      isPlainObject(one) && typeof one.name === "string" ? [[one.name, one.value, `${pointer}/${index}/value`]] : [],
    );
  return isPlainObject(sent) ? Object.keys(sent).map((name) => [name, sent[name], `${pointer}/${name}`]) : [];
}

function nearName(name: string, held: readonly Definition[]): string | undefined {
  if (name.length > 100) return undefined;
  const labelled = held.find((one) => String(one.string).toLowerCase() === name.toLowerCase());
  return labelled === undefined
    ? nearest(
        name,
        held.map((one) => String(one.name)),
      )
    : String(labelled.name);
}

const scalars = new Set<string>([
  "char",
  "text",
  "html",
  "boolean",
  "integer",
  "float",
  "date",
  "datetime",
  "selection",
]);

function checkProperty(definition: Definition, value: unknown): unknown {
  const type = String(definition.type);
  if (value === null || value === undefined || value === false) return false;
  if (scalars.has(type)) return scalarCheck(asField(definition, type as FieldType))(value);
  if (type === "monetary") return scalarCheck(asField(definition, "float"))(value);
  const written = toWritten(type, value);
  if (type === "many2one") return idCheck(isPlainObject(written) ? written.id : written);
  if (type === "many2many")
    return Array.isArray(written) && written.every((id) => !(idCheck(id) instanceof Refusal))
      ? written
      : new Refusal("wrong_type", "a list of ids");
  if (type === "tags") {
    const tags = (Array.isArray(definition.tags) ? definition.tags : []).map((tag) =>
      Array.isArray(tag) ? tag[0] : tag,
    );
    return Array.isArray(value) && value.every((tag) => tags.includes(tag))
      ? value
      : new Refusal("invalid_selection_value", tags.join(", "));
  }
  return value;
}

function asField(definition: Definition, type: FieldType): FieldMetadata {
  const selection = Array.isArray(definition.selection)
    ? definition.selection.flatMap((pair) => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])] as const] : []))
    : undefined;
  return {
    name: String(definition.name),
    type,
    label: String(definition.string ?? definition.name),
    required: false,
    readonly: false,
    stored: true,
    depends: [],
    ...(type === "selection" && selection !== undefined ? { selection } : {}),
  };
}

/** A relation reads as [id, name] and is written as its id. */
function toWritten(type: unknown, value: unknown): unknown {
  const id = (one: unknown) => (Array.isArray(one) ? one[0] : one);
  if (type === "many2one") return id(value) ?? false;
  if (type === "many2many") return Array.isArray(value) ? value.map(id) : false;
  return value ?? false;
}
