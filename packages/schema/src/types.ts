/** What a check hands on: the problems, the references to look up, and the values that wait for them. */
import type { FieldProblem, ModelMetadata } from "@odoorway/core";

export interface CheckContext {
  /** `create`: required fields must be there. `write`: only the fields given are looked at. */
  readonly mode: "create" | "write";
  /** RFC 6901 pointer of the record in the request's body ("" when the record is the body). */
  readonly pointer?: string;
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
  readonly problems: readonly FieldProblem[];
  /** Models whose metadata the check lacked: fetch them and check again. Empty when the check is complete. */
  readonly missingModels: readonly string[];
  readonly references: readonly Reference[];
  /** Normalised values; where a record is named by external id or key, a placeholder that `resolve` fills. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** One call to make before the values can be written. */
export interface Lookup {
  /** `records`: existence of ids and natural keys. `external_ids`: ir.model.data. */
  readonly purpose: "records" | "external_ids";
  readonly model: string;
  readonly method: "search_read";
  readonly args: readonly [domain: readonly unknown[], fields: readonly string[]];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface Resolved {
  /** Problems of the check and of the look-ups together; empty means that `values` can be sent. */
  readonly problems: readonly FieldProblem[];
  /** Values exactly as Odoo's create and write take them. */
  readonly values: Record<string, unknown>;
}
