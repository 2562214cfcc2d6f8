/** What a check hands on: the problems, the references to look up, and the values that wait for them. */
import type { FieldProblem, ModelMetadata } from "@odoorway/core";
import type { CompanyCheck } from "./companies.js";
import type { Conflict, Target } from "./documents/target.js";
import type { PropertiesGiven } from "./properties.js";

/** More decimals than a field has: told (`too_many_decimals`), or rounded half away from zero, as Odoo would do in silence. */
export type Decimals = "refuse" | "round";

export interface CheckContext {
  /** `create`: required fields must be there. `write`: only the fields given are looked at. */
  readonly mode: "create" | "write";
  /**
   * Id of the record that a `write` changes. Then readonly fields may be sent back as they were read, and its state is looked
   * at: `planLookups` reads it, `resolve` judges. Without it readonly fields are refused.
   */
  readonly id?: number;
  /** RFC 6901 pointer of the record in the request's body ("" when the record is the body). */
  readonly pointer?: string;
  /** What becomes of more decimals than a field has. @default "refuse" */
  readonly decimals?: Decimals;
  /** Metadata of related models, as far as fetched; a model it lacks is reported in `missingModels`. */
  metadata(model: string): ModelMetadata | undefined;
}

/** How a request named a related record. */
export type ReferenceTarget =
  | { readonly kind: "id"; readonly id: number }
  | { readonly kind: "external_id"; readonly externalId: string }
  /** Scalar fields of the related model with the values to match, names sorted. */
  | { readonly kind: "key"; readonly key: readonly (readonly [string, KeyValue])[] };

/** A value that a natural key may hold: text, number, boolean, or the id of a many2one. */
export type KeyValue = string | number | boolean;

/** One mention of a related record, to be looked up before the values go to Odoo. */
export interface Reference {
  /** Model of the related record. */
  readonly relation: string;
  readonly pointer: string;
  /** Model and field that mention it. */
  readonly model: string;
  readonly field: string;
  readonly target: ReferenceTarget;
  /** Whether the related model can be archived (natural keys prefer what is not). */
  readonly archivable: boolean;
}

/** A record that was checked against its model's metadata; nothing was looked up yet. */
export interface Checked {
  readonly model: string;
  /** Pointer of the record. */
  readonly pointer: string;
  readonly problems: readonly FieldProblem[];
  /** Models whose metadata the check lacked: fetch them and check again. Empty when the check is complete. */
  readonly missingModels: readonly string[];
  readonly references: readonly Reference[];
  /** Records that are changed, themselves or through x2many commands; their state may forbid it. */
  readonly targets: readonly Target[];
  /** Values of properties fields, to be held against their definitions. */
  readonly properties: readonly PropertiesGiven[];
  /** Relations whose records have to belong to the record's company. */
  readonly companies: readonly CompanyCheck[];
  /** Normalised values; where a record is named by external id or key, a placeholder that `resolve` fills. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * One call to make before the values can be written.
 * - `records`: existence of ids and natural keys of one model, by search_read.
 * - `external_ids`: all external ids at once, by search_read of ir.model.data. Odoo 18 and 19 allow that to users
 *   with the group Access Rights only; when it is denied, plan again with `externalIds: "each"`.
 * - `external_id`: one external id by check_object_reference, which every internal user may call. Odoo faults
 *   when there is none: hand null to `resolve` as the answer then.
 */
export type Lookup = RecordsLookup | ExternalIdsLookup | ExternalIdLookup;

export interface RecordsLookup {
  readonly purpose: "records";
  readonly model: string;
  readonly method: "search_read";
  readonly args: readonly [domain: readonly unknown[], fields: readonly string[]];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface ExternalIdsLookup {
  readonly purpose: "external_ids";
  readonly model: "ir.model.data";
  readonly method: "search_read";
  readonly args: readonly [domain: readonly unknown[], fields: readonly string[]];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface ExternalIdLookup {
  readonly purpose: "external_id";
  readonly model: "ir.model.data";
  readonly method: "check_object_reference";
  readonly args: readonly [module: string, name: string, raiseOnAccessError: boolean];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface Resolved {
  /** Problems of the check and of the look-ups together; empty means that `values` can be sent. */
  readonly problems: readonly FieldProblem[];
  /** Values exactly as Odoo's create and write take them, without those that the record has already and must not be sent. */
  readonly values: Record<string, unknown>;
  /** What the problems with the code record_state_conflict tell. */
  readonly conflicts: readonly Conflict[];
  /** Pointers of what was sent back as it was read, and is left out. */
  readonly unchanged: readonly string[];
  /** Whether the record itself was looked for and is not there (or hidden from this user). */
  readonly missing: boolean;
}
