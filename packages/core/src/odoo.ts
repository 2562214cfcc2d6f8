/** Odoo's own nouns, as every part of Odoorway speaks of them. */

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Odoo's field types as fields_get names them (12 to 20). */
export type FieldType =
  | "char"
  | "text"
  | "html"
  | "integer"
  | "float"
  | "monetary"
  | "boolean"
  | "date"
  | "datetime"
  | "binary"
  | "image"
  | "selection"
  | "many2one"
  | "one2many"
  | "many2many"
  | "reference"
  | "many2one_reference"
  | "json"
  | "properties"
  | "properties_definition"
  | "serialized";

/** One field, as fields_get describes it to the connected user. */
export interface FieldMetadata {
  readonly name: string;
  readonly type: FieldType;
  readonly label: string;
  readonly help?: string;
  readonly required: boolean;
  readonly readonly: boolean;
  /** Whether the value lives in the database (`store`); a field neither stored nor inverse-able is computed. */
  readonly stored: boolean;
  /** Fields that the value is computed from (`depends`); empty when it is not computed. */
  readonly depends: readonly string[];
  /** Path of a related field, if it is one. */
  readonly related?: string;
  /** The other model of a relation. */
  readonly relation?: string;
  /** The field of the other model that points back (one2many). */
  readonly relationField?: string;
  /** Keys and labels of a selection. */
  readonly selection?: readonly (readonly [string, string])[];
  /** Longest text of a char, in characters. */
  readonly size?: number;
  /** Precision of a float: total digits and decimals. */
  readonly digits?: readonly [number, number];
  /** Whether each company has a value of its own; what is read and written is that of the user's current company. */
  readonly companyDependent?: boolean;
  /** Whether Odoo takes scripts and the like out of the HTML, in silence. */
  readonly sanitized?: boolean;
  /**
   * Odoo's check_company, as the field's domain tells it: the related record's own company, by that field of
   * it, is none or that of the record that points to it (`ancestors`: or a company above that one).
   */
  readonly companyCheck?: { readonly field: string; readonly ancestors: boolean };
  /** Where a properties field has its definition: the field `field` of the record that `record` points to. */
  readonly definition?: { readonly record: string; readonly field: string };
}

/** A model, as the connected user sees it. */
export interface ModelMetadata {
  readonly model: string;
  readonly label: string;
  readonly fields: Readonly<Record<string, FieldMetadata>>;
  /** Names of the required fields that Odoo itself fills on create: by a default or by computing. */
  readonly filled: ReadonlySet<string>;
  /** The company of a new record that names none: the user's, where Odoo takes that by default. */
  readonly company?: number;
}

/** What a call may say besides its arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Whole time for the call, in milliseconds. */
  readonly timeout?: number;
}

/** The one door to Odoo: execute_kw as the connected user. Rejects with OdoorwayError only. */
export interface OdooCaller {
  call(
    model: string,
    method: string,
    args: readonly unknown[],
    kwargs?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<unknown>;
}

/** Where the metadata of the connected Odoo comes from; cached by whoever implements it. */
export interface MetadataSource {
  /** Rejects with `model_not_found` (and the nearest name) when the connected user sees no such model. */
  model(name: string): Promise<ModelMetadata>;
}

/** A record, named by its model and its database id. */
export interface RecordReference {
  readonly model: string;
  readonly id: number;
}

/**
 * Finds records by external id. A room of its own between callers and `ir.model.data`, since Odoo lets
 * only access-rights administrators read that model (12 to 19); an ordinary integration user asks
 * `check_object_reference` for one external id at a time instead.
 */
export interface ExternalIdSource {
  /** Those of the external ids (`module.name`) that exist. Rejects with OdoorwayError only. */
  find(externalIds: readonly string[], options?: FindExternalIds): Promise<ReadonlyMap<string, RecordReference>>;
}

/** What a caller knows of the external ids that it asks for, so that they are found with fewer calls. */
export interface FindExternalIds extends CallOptions {
  /** The model that they are expected to be of. Ids of other models are found all the same. */
  readonly model?: string;
  /** How many of this model will be asked for in all, this question included: worth reading those of the whole model. */
  readonly many?: number;
}
