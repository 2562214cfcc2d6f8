/**
 * What can be known of a flow's values without a payload: a constant, a text literal, or that there will be some
 * value. Held against a model by the check that records go through.
 */
import { type FieldProblem, fieldProblem, type ModelMetadata } from "@odoorway/core";
import { checkRecord } from "@odoorway/schema";
import type { Value, Values } from "../language.js";
import { isFind, isRecordValue } from "../names.js";
import { fieldOf } from "../run/fields.js";

export interface ProbeOptions {
  /** Where the values stand in the flow: "/records/0/values". */
  readonly pointer: string;
  /** Whether a record is created by them, so that what is required must be given. */
  readonly complete: boolean;
  /** Fields that something else fills (the record above, the key of a look-up). */
  readonly given: ReadonlySet<string>;
  /** Metadata of related models, as far as known; the model asks for those that it is delegated to. */
  metadata(model: string): ModelMetadata | undefined;
}

export interface Probed {
  readonly problems: readonly FieldProblem[];
  readonly missingModels: readonly string[];
}

/** Problems of fields and constants, each at its place in the flow. */
export function probeValues(metadata: ModelMetadata, values: Values, options: ProbeOptions): Probed {
  const texts = new Map<string, string>();
  const probe: Record<string, unknown> = {};
  const constants = new Set<string>();
  for (const [text, value] of Object.entries(values)) {
    const name = fieldOf(metadata, text);
    if (name === undefined) continue;
    texts.set(name, text);
    const known = constantOf(value);
    if (known === undefined) probe[name] = null;
    else {
      constants.add(name);
      probe[name] = known.value;
    }
  }
  const checked = checkRecord(metadata, probe, { mode: "create", metadata: options.metadata });
  const problems = checked.problems.flatMap((problem) => {
    const [, step = "", ...deeper] = problem.pointer.split("/");
    const field = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!tells(problem, field, { probe, constants, options })) return [];
    const at = texts.has(field)
      ? [options.pointer, texts.get(field)?.replaceAll("~", "~0").replaceAll("/", "~1")]
      : [options.pointer];
    return [{ ...problem, pointer: [...at, ...deeper].join("/") }];
  });
  return { problems, missingModels: checked.missingModels };
}

interface Probe {
  readonly probe: Readonly<Record<string, unknown>>;
  readonly constants: ReadonlySet<string>;
  readonly options: ProbeOptions;
}

/** Whether the problem is the flow's: of a value that only a payload brings, no more is known than its field. */
function tells({ code }: FieldProblem, field: string, { probe, constants, options }: Probe): boolean {
  if (code === "missing_required_field" && !Object.hasOwn(probe, field))
    return options.complete && !options.given.has(field);
  return constants.has(field) || code === "unknown_field" || code === "readonly_field";
}

/** The value of a constant, or of a JSONata text literal without anything else. */
export function constantOf(value: Value): { readonly value: string | number | boolean | null } | undefined {
  if (isFind(value) || isRecordValue(value)) return undefined;
  if (typeof value !== "string") return { value };
  const literal = /^\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*$/.exec(value);
  if (literal === null) return undefined;
  return { value: literal[1] ?? literal[2] ?? "" };
}

/** A value of another model than the field's; or, less in a key, one record where a list is, or the other way round. */
export function relationProblem(
  metadata: ModelMetadata,
  field: string,
  relation: string,
  list: boolean,
  pointer: string,
  inKey = false,
): FieldProblem | undefined {
  const known = Object.hasOwn(metadata.fields, field) ? metadata.fields[field] : undefined;
  // A plain number that holds an id (res_id) may be of any model.
  if (known === undefined || (!list && (known.type === "integer" || known.type === "many2one_reference")))
    return undefined;
  const wanted =
    known.relation === undefined
      ? `a value of type ${known.type}`
      : sayRelation(known.relation, known.type !== "many2one");
  // A key tells a record by one of its list, too.
  const received = sayRelation(relation, list || (inKey && known.type !== "many2one"));
  if (wanted === received) return undefined;
  return fieldProblem(pointer, "wrong_type", { model: metadata.model, field, expected: wanted, received });
}

function sayRelation(relation: string, list: boolean): string {
  return list ? `a list of ${relation} (each)` : `one ${relation}`;
}
