/**
 * Writing records exactly once, by external id: what flows and the gateway hand over, and what comes back.
 * The imports package makes one (`createUpserts`); the shapes stand here, where all may see them.
 */
import type { OdoorwayError } from "./errors/odoorway-error.js";

/**
 * What becomes of a record that is in Odoo already: `update-changed` writes a field only when its value is
 * another than the one that Odoorway sent last (so what people changed in Odoo stays), `update` writes every
 * field that differs, `skip` leaves the record as it is, `fail` refuses it.
 */
export type OnExisting = "update-changed" | "update" | "skip" | "fail";

/** A record as it is wanted. */
export interface UpsertRecord {
  /** `module.name`: decides which record it is; a new one is created under it. */
  readonly externalId: string;
  /** Contract JSON, as of POST /v1/records; lines of a one2many as `{create: [...]}`, which says the lines wanted. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Known by a natural key, perhaps without the external id: this record is updated. */
  readonly id?: number;
}

/** What became of one record; an `error` is of this record alone. */
export type UpsertResult =
  | {
      readonly outcome: "created" | "updated" | "unchanged";
      /** 0 in a dry run, when the record would be created. */
      readonly id: number;
      readonly warnings?: readonly string[];
    }
  | { readonly error: OdoorwayError };

export interface UpsertOptions {
  readonly onExisting: OnExisting;
  /** Checks, looks up and compares, and writes nothing: outcomes are what would be. @default false */
  readonly dryRun?: boolean;
  /**
   * What is written to lines that are there and not wanted, by the field of the lines: `{order_line: {product_uom_qty: 0}}`.
   * Only when the lines wanted are others than those sent last; without it such lines are left alone.
   */
  readonly otherLines?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signal?: AbortSignal;
}

export interface Upserts {
  /**
   * Brings records of one model into Odoo: one result a record, in order. Rejects with an OdoorwayError
   * (`retryable` and `happened` say what to do) when Odoo cannot be used now; what was written by then is found
   * again by its external id when the same records are put once more.
   */
  put(model: string, records: readonly UpsertRecord[], options: UpsertOptions): Promise<readonly UpsertResult[]>;
}
