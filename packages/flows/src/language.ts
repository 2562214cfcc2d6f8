/**
 * The language of flows: how what a foreign system sends becomes records of Odoo. The shapes here are the
 * reference; every key that is not named is refused. Written in YAML (of which JSON is a part).
 *
 * Where an expression stands, a text is JSONata and a number, a boolean or null is itself.
 */
import { z } from "zod";

const constant = z.union([z.number(), z.boolean(), z.null()]);
const expression = z.string().min(1).max(4000).describe("JSONata, evaluated on the payload.");
const term = z.union([expression, constant]).describe("A text is JSONata; a number, a boolean or null is itself.");
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "a name of letters, digits and _");
/** `name`; `a|b`: the first that the model has, as versions of Odoo differ; `name?`: left out where it has none. */
const field = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,63}(\|[A-Za-z][A-Za-z0-9_]{0,63}){0,3}\??$/,
    "the name of a field; a|b is the first that the model has, a? is left out where it has none",
  );
const model = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, "the technical name of a model, such as res.partner");
const method = z.string().regex(/^[a-z][a-z0-9_]*$/, "the name of a public method, such as action_confirm");

/** Any JSON, taken as it is. */
const json = z.json();

/** Fields and what they must be for a record to be the one that is meant. */
export type Terms = { [field: string]: Term | Find | RecordValue };
export type Term = string | number | boolean | null;

export interface Find {
  each?: string | undefined;
  find: string;
  key?: string | undefined;
  by?: Terms | undefined;
  or?: Terms | Terms[] | undefined;
  missing: "warn" | "fail" | "skip" | "create";
  create?: Values | undefined;
}

export interface RecordValue {
  each?: string | undefined;
  record: string;
  item?: Term | undefined;
  or?: RecordValue | undefined;
}

export type Value = Term | Find | RecordValue;
export type Values = { [field: string]: Value };

export const recordValueShape = {
  each: expression.optional().describe("One record an item of the list: for many2many."),
  record: name.describe("Name of a record that this flow made before; left out when it was not made."),
  item: term.optional().describe("Of a record with `each`: which of them, counted from 0; default the same $index."),
  or: z
    .lazy(() => recordValueSchema)
    .optional()
    .describe("What is meant instead when `item` gives nothing, or the flow does not make the record."),
};

const recordValueSchema: z.ZodType<RecordValue> = z.lazy(() =>
  z.strictObject(recordValueShape),
) as z.ZodType<RecordValue>;

const terms: z.ZodType<Terms> = z.lazy(() =>
  z
    .record(field, z.union([term, findSchema, recordValueSchema]))
    .refine((all) => Object.keys(all).length > 0, "at least one field"),
);

export const findShape = {
  each: expression.optional().describe("One look-up an item of the list, for many2many: $item, $index."),
  find: model.describe("The model in which the record is looked up."),
  key: expression.optional().describe("Key under which a flow made the record (its `key`): tried first."),
  by: terms
    .optional()
    .describe("Fields that together tell the record; text is compared without case and outer blanks."),
  or: z
    .union([terms, z.array(terms).min(1).max(5)])
    .optional()
    .describe("What is tried next, when nothing is found or a value is empty."),
  missing: z
    .enum(["warn", "fail", "skip", "create"])
    .default("fail")
    .describe("What to do when there is none: leave the field alone with a warning, fail, leave it alone, or make it."),
  create: z
    .lazy(() => values)
    .optional()
    .describe("Further fields of the record made by `missing: create`; those of `by` are given already."),
};

const findSchema: z.ZodType<Find> = z.lazy(() => z.strictObject(findShape)) as z.ZodType<Find>;

const valueSchema: z.ZodType<Value> = z.union([term, findSchema, recordValueSchema]);
const values: z.ZodType<Values> = z.record(field, valueSchema);

export const linesShape = {
  field: field.describe("The one2many field that holds the lines."),
  when: expression.optional().describe("Which items give a line; sees $item and $index. Default all."),
  each: expression.describe("The list: one line an item."),
  values: values.describe("Fields of a line; expressions see $item and $index."),
  others: z
    .record(field, constant)
    .optional()
    .describe(
      "What is written to lines that are in Odoo and not in the list any more, when the list has changed, such as product_uom_qty: 0. Default: they stay as they are.",
    ),
};
const linesSchema = z.strictObject(linesShape);

export const actionShape = {
  method: method.describe("A button of the record, by its method."),
  when: expression.optional().describe("Whether the action is wanted. Default yes."),
  only_if: z
    .record(
      field,
      z.union([z.array(z.union([z.string(), z.number(), z.boolean()])).min(1), z.string(), z.number(), z.boolean()]),
    )
    .refine((all) => Object.keys(all).length > 0, "at least one field")
    .describe(
      "Read first: the action is carried out only while every field holds one of these. Makes it safe to repeat.",
    ),
  args: z.array(term).max(10).optional().describe("Arguments after the record."),
  context: z.record(z.string(), json).optional().describe("Odoo's context of the call, as it is."),
};
const actionSchema = z.strictObject(actionShape);

export const recordShape = {
  name: name.describe("What other parts of the flow call the record."),
  model: model.describe("Its model."),
  primary: z.boolean().optional().describe("Whether it is the record that the flow is about. Default the last one."),
  when: expression.optional().describe("Whether the record is made; with `each`, of each item. Default always."),
  needs: z
    .array(name)
    .optional()
    .describe("Records of this flow without which this one is passed over: they were not made, or are not in Odoo."),
  each: expression.optional().describe("One record an item of the list; expressions then see $item and $index."),
  key: expression.describe("What tells records apart in the foreign system; the external id is made of it."),
  match: z
    .array(terms)
    .max(5)
    .default([])
    .describe(
      "Natural keys, tried in this order while the external id is unknown. One with an empty value is passed over.",
    ),
  existing: z
    .enum(["update-changed", "update", "skip", "fail"])
    .default("update-changed")
    .describe("What happens to a record that is there already."),
  missing: z
    .enum(["create", "fail", "warn", "skip"])
    .default("create")
    .describe("What happens when the record is not there: made, or the flow fails, warns or passes over it."),
  values: values
    .default({})
    .describe("Its fields. An expression that gives nothing leaves the field alone; null empties it."),
  lines: z
    .union([linesSchema, z.array(linesSchema).min(1).max(20)])
    .optional()
    .describe("Lines of one2many fields; several entries of one field follow each other."),
  // biome-ignore lint/suspicious/noThenProperty: a key of the language; shapes are never awaited.
  then: z.array(actionSchema).max(10).default([]).describe("Actions on the record once it is written."),
  on_failure: z
    .enum(["fail", "warn", "skip"])
    .default("fail")
    .describe(
      "When Odoo or the check refuses this record: the flow fails, or goes on without it with or without a word.",
    ),
};
const recordSchema = z.strictObject(recordShape);

export const verifyShape = {
  record: name.describe("A record of this flow (without `each`)."),
  field: field.describe("Read back after all was written."),
  when: expression.optional().describe("Whether to look. Default always."),
  equals: term.describe(
    "What it must be; numbers are compared to the cent (to the thousandth where one has three decimals), a text with the name of a related record.",
  ),
  else: z.enum(["warn", "fail"]).default("warn").describe("What follows when it is not. Nothing is undone."),
};

export const skipShape = {
  when: expression.describe("Whether the payload is passed over."),
  says: expression.describe("The reason, as text."),
};

export const reportShape = {
  when: expression.optional().describe("Whether there is something to say. Default always."),
  each: expression.optional().describe("One sentence an item of the list: $item, $index."),
  says: expression.describe("What could not be mapped, as text."),
};

export const settingShape = {
  default: json.describe("Its value, unless the configuration gives another of the same type."),
  says: z.string().min(1).describe("What it does."),
  choices: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .optional()
    .describe("The values that make sense."),
};

export const sourceShape = {
  kind: z.enum(["webhook", "api", "file"]).describe("Where payloads come from."),
  provider: name.optional().describe("Of a webhook: who sends it."),
  topics: z.array(z.string().min(1)).min(1).optional().describe("Of a webhook: the events that this flow takes."),
  format: z.enum(["csv", "ndjson", "json"]).optional().describe("Of a file."),
  delimiter: z.string().length(1).optional().describe("Of a CSV file; default a comma."),
};

export const exampleShape = {
  name: z.string().min(1).describe("What the example shows."),
  input: json.optional().describe("The payload."),
  file: z.string().min(1).optional().describe("A JSON file with the payload, relative to the flow's own."),
  settings: z.record(name, json).optional().describe("Settings of this example."),
  now: z.iso.datetime({ offset: true }).optional().describe("What $now() is; default 2026-01-01T00:00:00Z."),
  expect: json.describe("The plan: one, or a list when `input` of the flow gives a list."),
};

export const flowShape = {
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "a name such as shopify-order")
    .describe("Name of the flow; default the file's name."),
  description: z.string().min(1).optional().describe("One sentence."),
  source: z.strictObject(sourceShape).default({ kind: "api" }).describe("What it is for."),
  settings: z.record(name, z.strictObject(settingShape)).default({}).describe("What a user may set: $settings.name."),
  input: expression.default("$").describe("The part of the payload that is meant; a list makes one run an item."),
  skip: z.array(z.strictObject(skipShape)).default([]).describe("Payloads that are taken, but make nothing."),
  let: z
    .record(name, json)
    .default({})
    .describe("Names for what is used below as $name, in order: a text is JSONata, anything else is itself."),
  records: z
    .array(recordSchema)
    .min(1)
    .max(50)
    .describe("Records, made in this order; the last is the primary one, unless another is named so."),
  verify: z.array(z.strictObject(verifyShape)).default([]).describe("What is read back and compared after writing."),
  report: z.array(z.strictObject(reportShape)).default([]).describe("What could not be mapped."),
  examples: z.array(z.strictObject(exampleShape)).default([]).describe("Payloads and the plans that they give."),
};

export const flowSchema = z.strictObject(flowShape);

/** A flow as read: defaults filled in, everything checked. */
export type Flow = z.output<typeof flowSchema>;
export type FlowRecord = Flow["records"][number];
export type FlowLines = z.output<typeof linesSchema>;
export type FlowAction = z.output<typeof actionSchema>;
export type FlowExample = Flow["examples"][number];
