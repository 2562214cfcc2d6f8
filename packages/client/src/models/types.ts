/**
 * What TypeScript knows of models. `odoorway types` writes an interface of this shape for the models of one Odoo;
 * without it every name and every value passes, and values are `unknown`.
 */

/** One model: what read answers, what create and write take. */
export interface ModelTypes {
  readonly read: object;
  readonly create: object;
  readonly write: object;
}

/** The shape of a generated `Models`: an interface of model names. */
export type ModelsLike<Models> = { readonly [Name in keyof Models]: ModelTypes };

/** A model of which nothing is known. */
export interface AnyModel extends ModelTypes {
  readonly read: { id: number; [field: string]: unknown };
  readonly create: Record<string, unknown>;
  readonly write: Record<string, unknown>;
}

export type AnyModels = Readonly<Record<string, AnyModel>>;

/** The names of a record's fields. */
export type FieldOf<Read> = Extract<keyof Read, string>;

/** A record of the chosen fields, and its id. */
export type RecordOf<Read, Field extends string> = string extends Field
  ? Read
  : { [Name in keyof Pick<Read, Extract<Field | "id", keyof Read>>]: Read[Name] };

/** Fields that a path can lead on from: relations, properties, and what is not known. */
type Way<Read> = {
  [Name in FieldOf<Read>]: unknown extends Read[Name]
    ? Name
    : Exclude<Read[Name], false> extends readonly unknown[]
      ? Name
      : never;
}[FieldOf<Read>];

/** Parts of a date or datetime that Odoo 17.2 and later search by: `create_date.month_number`. */
type DatePart =
  | "year_number"
  | "quarter_number"
  | "month_number"
  | "iso_week_number"
  | "day_of_year"
  | "day_of_month"
  | "day_of_week"
  | "hour_number"
  | "minute_number"
  | "second_number";

/** A field, or a path whose first part is a relation: `partner_id.country_id.code`. Further parts are not checked. */
type PathOf<Read> = FieldOf<Read> | `${Way<Read>}.${string}` | `${string}.${DatePart}`;

/** Odoo's operators, 12 to 20. (`any` is of 17, `not =like` and `not =ilike` of 19.) */
type Operator =
  | "="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "=?"
  | "in"
  | "not in"
  | "like"
  | "not like"
  | "ilike"
  | "not ilike"
  | "=like"
  | "not =like"
  | "=ilike"
  | "not =ilike"
  | "child_of"
  | "parent_of"
  | "any"
  | "not any";

type Value = string | number | boolean | null | readonly unknown[];

/** `[1, "=", 1]` and `[0, "=", 1]` are always and never. */
type ConditionOf<Read> = readonly [field: PathOf<Read> | 0 | 1, operator: Operator, value: Value];

/** A search domain in Odoo's prefix notation: `[["state", "=", "sale"], ["partner_id.city", "ilike", "gent"]]`. */
export type DomainOf<Read> =
  string extends FieldOf<Read> ? readonly unknown[] : readonly (ConditionOf<Read> | "&" | "|" | "!")[];

type OrderTerm<Read> = `${FieldOf<Read>}${"" | " asc" | " desc"}`;

/** `"name"`, `"date_order desc, id"` (of which the first term is checked), or a list of terms, all checked. */
export type OrderOf<Read> = OrderTerm<Read> | `${OrderTerm<Read>},${string}` | readonly OrderTerm<Read>[];
