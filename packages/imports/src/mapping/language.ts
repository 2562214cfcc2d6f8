/**
 * The language of mappings: how rows become records. The shapes here are the reference; every key
 * that is not named is refused. Written in YAML or JSON.
 */
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const column = z.string().min(1).describe("Name of a column, or of a key of the object; a.b reaches into an object.");
const template = z.string().min(1).describe("Text in which {Column} stands for the cell.");
const pattern = z
  .string()
  .max(200)
  .describe("Regular expression (JavaScript, u flag) searched for in the cell; no groups repeated twice over.");

/** One condition over a row. Several keys beside `column` must all hold. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | {
      column: string;
      equals?: string | number | boolean | undefined;
      in?: (string | number | boolean)[] | undefined;
      matches?: string | undefined;
      empty?: boolean | undefined;
      lt?: number | undefined;
      lte?: number | undefined;
      gt?: number | undefined;
      gte?: number | undefined;
    };

const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
    z.strictObject({
      column,
      equals: scalar.optional(),
      in: z.array(scalar).min(1).optional(),
      matches: pattern.optional(),
      empty: z.boolean().optional(),
      lt: z.number().optional(),
      lte: z.number().optional(),
      gt: z.number().optional(),
      gte: z.number().optional(),
    }),
  ]),
);

const lookupSchema = z.strictObject({
  model: z.string().min(1),
  by: z.array(z.string().min(1)).min(1).default(["name"]).describe("Fields compared with the text, in this order."),
  create: z
    .boolean()
    .default(false)
    .describe("Create the record, with the text as its first `by` field, when none matches."),
});

const cellSchema = z.strictObject({
  column: column.optional(),
  template: template.optional(),
  constant: z.union([scalar, z.null()]).optional(),
  entity: z.string().optional().describe("Name of an earlier entity: the record that this row gives there."),
  type: z.enum(["text", "number", "integer", "boolean", "date", "datetime"]).optional(),
  format: z
    .string()
    .optional()
    .describe("Of a date or datetime: YYYY YY MM M DD D HH H hh h mm ss A; default ISO 8601."),
  zone: z.string().optional().describe("IANA time zone that a datetime without one is in; default UTC."),
  decimal: z.enum([".", ","]).optional().describe("Decimal separator of a number; default a point."),
  scale: z.number().optional().describe("A number is multiplied by this, and rounded to the field's decimals."),
  round: z.boolean().default(false).describe("A number of more decimals than the field has is rounded to them."),
  trim: z.boolean().default(true),
  strip_html: z.boolean().default(false).describe("Keep the text of HTML alone."),
  map: z
    .record(z.string(), z.union([scalar, z.null()]))
    .optional()
    .describe("Cell to value, before anything else; null is empty."),
  default: scalar.optional().describe("Value of an empty cell."),
  empty: z
    .enum(["omit", "null"])
    .default("omit")
    .describe("What an empty value does: leave the field alone, or empty it."),
  split: z.string().min(1).optional().describe("Separator of a list in one cell, for many2many."),
  lookup: lookupSchema.optional(),
  when_missing: z.enum(["fail", "empty"]).default("fail").describe("When a lookup or entity gives no record."),
});

const valueSchema = z.union([z.string().min(1), cellSchema]);

const linesSchema = z.strictObject({
  field: z.string().min(1).describe("The one2many field."),
  when: conditionSchema.optional().describe("Rows that give a line; default all."),
  values: z.record(z.string(), valueSchema),
});

const entitySchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/),
  model: z.string().min(1),
  key: template.describe("What tells records apart; external ids are made of it."),
  namespace: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/)
    .default("odoorway")
    .describe("Module part of the external ids."),
  when: conditionSchema.optional().describe("Rows that give this record; default all with a key."),
  primary: z.boolean().default(false).describe("The entity whose record decides the status of the row; exactly one."),
  group: z.boolean().default(false).describe("All rows of one key make one record."),
  values: z.record(z.string(), valueSchema),
  lines: linesSchema.optional(),
});

const ruleSchema = z.strictObject({
  when: conditionSchema,
  fail: z.string().min(1).describe("The reason, in a sentence; {Column} stands for the cell."),
  remedy: z.string().optional(),
});

export const mappingSchema = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  source: z
    .strictObject({
      format: z.enum(["csv", "ndjson", "json", "xlsx"]).optional(),
      delimiter: z.string().length(1).optional(),
      encoding: z.string().min(1).optional().describe("Of text: a label such as windows-1252; default UTF-8."),
      sheet: z.string().min(1).optional().describe("Of a workbook; default the first sheet that is shown."),
      columns: z.array(column).default([]).describe("Columns that must be there, besides those that values use."),
    })
    .default({ columns: [] }),
  duplicates: z
    .enum(["merge", "keep", "fail"])
    .default("merge")
    .describe("A row equal in every cell to an earlier one of the same record: counted once, taken again, or failed."),
  rules: z.array(ruleSchema).default([]),
  entities: z.array(entitySchema).min(1),
});

/** A mapping as read: defaults filled in, everything checked. */
export type Mapping = z.output<typeof mappingSchema>;
export type Entity = Mapping["entities"][number];
export type Cell = z.output<typeof cellSchema>;
export type Lines = NonNullable<Entity["lines"]>;
