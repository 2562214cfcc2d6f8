/** What one check of a record gathers while it walks the record and the records nested in it. */
import { type ErrorCode, type FieldProblem, fieldProblem, type ModelMetadata, nearest } from "@odoorway/core";
import type { CompanyCheck } from "./companies.js";
import { cut, describeReceived, quote } from "./describe.js";
import type { Target } from "./documents/target.js";
import { groupsThatSee } from "./hidden-fields.js";
import type { PropertiesGiven } from "./properties.js";
import { Refusal } from "./scalar.js";
import type { Decimals, Reference } from "./types.js";

/** Levels of records within records (an order, its lines, their taxes...). */
export const deepestRecord = 8;

/** Suggestions cost a comparison with every name: a hostile body of a million wrong names gets only so many. */
const mostSuggestions = 50;

/** Where a field stands: its model and name, for messages. */
export interface Place {
  readonly model: string;
  readonly field: string;
}

/** Returned by a check whose value was refused; the problem is already noted. */
export const refused = Symbol("refused");

/** Stands in the values for a record that is named by external id or key, until `resolve` knows its id. */
export class Placeholder {
  constructor(readonly reference: Reference) {}
}

/** Where a record stands in the walk. */
export interface RecordPlace {
  readonly mode: "create" | "write";
  readonly pointer: string;
  readonly depth: number;
  /** The field that the record above fills by itself (order_id of an order's lines). */
  readonly filledBy?: string | undefined;
  /** Id of the record that is written, when it is known: what it has now can be looked at. */
  readonly id?: number | undefined;
  /** The company given with the record above, whose company is this one's too. */
  readonly company?: number | undefined;
}

/** The check of a record's values, as a field with records nested in it needs it. */
export type CheckValues = (
  metadata: ModelMetadata,
  values: unknown,
  place: RecordPlace,
  visit: Visit,
) => Record<string, unknown> | typeof refused;

export class Visit {
  readonly problems: FieldProblem[] = [];
  readonly missingModels = new Set<string>();
  readonly references: Reference[] = [];
  readonly targets: Target[] = [];
  readonly properties: PropertiesGiven[] = [];
  readonly companies: CompanyCheck[] = [];
  private suggestions = 0;

  constructor(
    private readonly known: (model: string) => ModelMetadata | undefined,
    readonly decimals: Decimals = "refuse",
  ) {}

  /** Metadata of a related model; one that is lacking is noted. */
  metadata(model: string): ModelMetadata | undefined {
    const metadata = this.known(model);
    if (metadata === undefined) this.missingModels.add(model);
    return metadata;
  }

  problem(pointer: string, code: ErrorCode, evidence: Parameters<typeof fieldProblem>[2]): typeof refused {
    this.problems.push(fieldProblem(pointer, code, evidence));
    return refused;
  }

  /** Notes that a value is not what its field takes. */
  refuse(pointer: string, place: Place, refusal: Refusal, value: unknown, candidate?: string): typeof refused {
    const received = refusal.code === "invalid_selection_value" ? quote(String(value)) : describeReceived(value);
    return this.problem(pointer, refusal.code, {
      model: place.model,
      field: place.field,
      expected: refusal.expected,
      received,
      nearest: candidate ?? refusal.candidate,
      ...refusal.evidence,
    });
  }

  wrongType(pointer: string, place: Place, expected: string, value: unknown): typeof refused {
    return this.refuse(pointer, place, new Refusal("wrong_type", expected), value);
  }

  unknownField(pointer: string, metadata: ModelMetadata, name: string): typeof refused {
    const groups = groupsThatSee(metadata.model, name);
    if (groups !== undefined)
      return this.problem(pointer, "access_field_denied", { model: metadata.model, field: name, groups });
    return this.problem(pointer, "unknown_field", {
      model: metadata.model,
      field: cut(name),
      received: cut(name),
      nearest: this.suggest(
        name,
        Object.values(metadata.fields).map((field) => [field.name, field.label]),
      ),
    });
  }

  /** The key nearest to a wrong name: by the keys first, then by the labels, which people see on the screen. */
  suggest(name: string, choices: readonly (readonly [key: string, label: string])[]): string | undefined {
    this.suggestions += 1;
    if (this.suggestions > mostSuggestions || name.length > 100) return undefined;
    const lower = name.toLowerCase();
    const labelled = choices.find(([, label]) => label.toLowerCase() === lower);
    if (labelled !== undefined) return labelled[0];
    const key = nearest(
      name,
      choices.map(([candidate]) => candidate),
    );
    if (key !== undefined) return key;
    const label = nearest(
      name,
      choices.map(([, candidate]) => candidate),
    );
    return choices.find(([, candidate]) => candidate === label)?.[0];
  }

  reference(reference: Reference): number | Placeholder {
    this.references.push(reference);
    return reference.target.kind === "id" ? reference.target.id : new Placeholder(reference);
  }
}
