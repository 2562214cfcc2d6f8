/** A model's metadata compiled, once, to what a check needs at hand for every field. */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { delegations, isComputed, needsValue } from "./fields-get.js";
import { step } from "./pointer.js";
import { type ScalarCheck, scalarCheck } from "./scalar.js";
import { writableFields } from "./writable.js";

type FieldShape = "scalar" | "many2one" | "x2many" | "reference";

export interface CompiledField {
  readonly metadata: FieldMetadata;
  readonly model: string;
  readonly field: string;
  readonly shape: FieldShape;
  /** The field's own step of a pointer. */
  readonly step: string;
  readonly onCreate: boolean;
  readonly onWrite: boolean;
  /** Whether null is refused. */
  readonly required: boolean;
  /** Whether a blank text counts as none. */
  readonly textual: boolean;
  readonly boolean: boolean;
  readonly binary: boolean;
  readonly scalar: ScalarCheck;
}

export interface CompiledModel {
  readonly metadata: ModelMetadata;
  readonly fields: ReadonlyMap<string, CompiledField>;
  /** Fields that a create must give. */
  readonly needed: readonly CompiledField[];
  /** Fields of properties, whose definitions stand on another record. */
  readonly properties: readonly CompiledField[];
  /** Relations that Odoo holds against the record's company. */
  readonly companyChecked: readonly CompiledField[];
  /** Links of delegation: when one is not given, Odoo creates the record behind it from the fields through it. */
  readonly delegations: readonly Delegation[];
}

interface Delegation {
  readonly link: string;
  readonly relation: string;
  readonly through: ReadonlySet<string>;
}

const compiled = new WeakMap<ModelMetadata, CompiledModel>();

/** The compiled model; kept as long as the metadata object lives, which must not be changed. */
export function compileModel(metadata: ModelMetadata): CompiledModel {
  const known = compiled.get(metadata);
  if (known !== undefined) return known;
  const made = compile(metadata);
  compiled.set(metadata, made);
  return made;
}

function compile(metadata: ModelMetadata): CompiledModel {
  const writable = writableFields(metadata);
  const fields = new Map<string, CompiledField>();
  for (const field of Object.values(metadata.fields)) {
    const may = writable(field);
    const x2many = field.type === "one2many" || field.type === "many2many";
    fields.set(field.name, {
      metadata: field,
      model: metadata.model,
      field: field.name,
      shape: shapeOf(field),
      step: step(field.name),
      onCreate: may.create,
      onWrite: may.write,
      required: field.required && !x2many && (field.stored || field.related !== undefined),
      textual: field.type === "char" || field.type === "text" || field.type === "html" || field.type === "selection",
      boolean: field.type === "boolean",
      binary: field.type === "binary" || field.type === "image",
      scalar: scalarCheck(isRawFile(field, metadata) ? { ...field, type: "text" } : field),
    });
  }
  const needed = [...fields.values()].filter(
    ({ metadata: field }) => needsValue(field) && !isComputed(field) && !metadata.filled.has(field.name),
  );
  const links: Delegation[] = [];
  for (const [link, through] of delegations(metadata.fields)) {
    const relation = metadata.fields[link]?.relation;
    if (relation !== undefined) links.push({ link, relation, through: new Set(through) });
  }
  return {
    metadata,
    fields,
    needed: needed.filter((field) => field.metadata.type !== "boolean"),
    properties: [...fields.values()].filter((field) => field.metadata.type === "properties"),
    companyChecked: [...fields.values()].filter((field) => field.metadata.companyCheck !== undefined),
    delegations: links,
  };
}

/** The content of a file as its very text, which Odoo stores as it comes, base64 too (18.0 and 19.0); bytes go into `datas`. */
function isRawFile(field: FieldMetadata, { model }: ModelMetadata): boolean {
  return model === "ir.attachment" && field.name === "raw";
}

function shapeOf(field: FieldMetadata): FieldShape {
  switch (field.type) {
    case "many2one":
      return "many2one";
    case "one2many":
    case "many2many":
      return "x2many";
    case "reference":
      return "reference";
    default:
      return "scalar";
  }
}
