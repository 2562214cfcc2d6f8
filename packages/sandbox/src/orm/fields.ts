/** Fields of a model: the facts of a version, and the empty value of each type. */
import type { FieldType } from "@odoorway/core";

/** A stored value. Absent from the row: NULL. Many2many: ids in order. */
export type Value = string | number | boolean | readonly number[];
/** The stored columns of a record that are not NULL. */
export type Row = Readonly<Record<string, Value>>;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly string: string;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly store: boolean;
  readonly relation?: string;
  /** The field of the other model that points back (one2many). */
  readonly relationField?: string;
  readonly selection?: readonly (readonly [string, string])[];
  readonly depends: readonly string[];
  /** Path of the field that this one shows, e.g. `product_tmpl_id.list_price`. */
  readonly related?: readonly string[];
  /** Total digits and decimals of a float. */
  readonly digits?: readonly [number, number];
  readonly size?: number;
  /** External ids of the groups that may see it, comma-separated; `!` forbids. */
  readonly groups?: string;
  readonly ondelete?: "cascade" | "restrict" | "set null";
  /** What fields_get answers, with the name. */
  readonly description: Readonly<Record<string, unknown>>;
}

/** What a model is in a version, before any behaviour. */
export interface ModelFacts {
  readonly id: number;
  readonly model: string;
  readonly label: string;
  readonly order: string;
  /** default_get of this model is no @api.model method: the first argument is taken for ids (18.0). */
  readonly defaultGetTakesIds: boolean;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly fields: ReadonlyMap<string, Field>;
}

/** What Odoo answers for NULL. */
export function emptyOf(type: FieldType): Value | false {
  switch (type) {
    case "integer":
    case "float":
    case "monetary":
      return 0;
    case "many2many":
    case "one2many":
      return [];
    default:
      return false;
  }
}

export function isX2many(field: Field): boolean {
  return field.type === "one2many" || field.type === "many2many";
}
