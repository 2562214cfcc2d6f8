/**
 * A model as JSON Schema (2020-12, as OpenAPI 3.1 has it), for components/schemas: the record as it is read, and
 * what a create and an update take.
 */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { compileModel } from "./compile.js";

export type JsonSchema = { readonly [keyword: string]: unknown };

const refer = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/**
 * Schemas by the names "res.partner" (read), "res.partner.create", "res.partner.update". They refer to those of
 * `commonSchemas`. What a create needs through delegation is not marked as required.
 */
export function modelSchemas(metadata: ModelMetadata): Record<string, JsonSchema> {
  const { fields, needed } = compileModel(metadata);
  const read: Record<string, JsonSchema> = {};
  const create: Record<string, JsonSchema> = {};
  const update: Record<string, JsonSchema> = {};
  for (const field of fields.values()) {
    read[field.field] = {
      ...readSchema(field.metadata),
      ...described(field.metadata),
      ...(field.onCreate || field.onWrite ? {} : { readOnly: true }),
    };
    const write = { ...writeSchema(field.metadata, field.required), ...described(field.metadata) };
    if (field.onCreate) create[field.field] = write;
    if (field.onWrite) update[field.field] = write;
  }
  const required = needed.map((field) => field.field);
  return {
    [metadata.model]: { type: "object", title: metadata.label, properties: read },
    [`${metadata.model}.create`]: {
      type: "object",
      title: `${metadata.label}: create`,
      properties: create,
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    [`${metadata.model}.update`]: {
      type: "object",
      title: `${metadata.label}: update`,
      properties: update,
      additionalProperties: false,
    },
  };
}

/** The schemas that those of the models refer to. */
export function commonSchemas(): Record<string, JsonSchema> {
  const id = { type: "integer", minimum: 1, maximum: 2_147_483_647 };
  const list = { type: "array", items: refer("RelatedRecord") };
  return {
    RelatedRecordRead: {
      type: "object",
      description: "A related record: its id and its display name.",
      properties: { id, name: { type: ["string", "null"] } },
      required: ["id", "name"],
    },
    ReferenceRead: {
      type: "object",
      description: "A record of one of several models.",
      properties: { model: { type: "string" }, id },
      required: ["model", "id"],
    },
    RelatedRecord: {
      description: "An existing record: by id, external id, or fields that together match one record.",
      oneOf: [
        id,
        { type: "object", title: "By id", properties: { id }, required: ["id"] },
        {
          type: "object",
          title: "By external id",
          properties: { external_id: { type: "string", pattern: "^[A-Za-z0-9_]+\\.[^\\s.]\\S*$" } },
          required: ["external_id"],
          not: { required: ["id"] },
        },
        {
          type: "object",
          title: "By key fields",
          minProperties: 1,
          not: { anyOf: [{ required: ["id"] }, { required: ["external_id"] }] },
        },
      ],
    },
    RelatedRecords: {
      description: "Exactly these records, or the changes to make. Odoo's own commands, [[4, 1]], are taken too.",
      oneOf: [
        { type: "array", items: { oneOf: [refer("RelatedRecord"), { type: "array", minItems: 1, maxItems: 3 }] } },
        {
          type: "object",
          minProperties: 1,
          additionalProperties: false,
          properties: {
            clear: { const: true },
            set: list,
            remove: list,
            delete: list,
            update: { type: "array", items: { type: "object", properties: { id }, required: ["id"] } },
            add: list,
            create: { type: "array", items: { type: "object" } },
          },
        },
      ],
    },
  };
}

function described(field: FieldMetadata): JsonSchema {
  return { title: field.label, ...(field.help === undefined ? {} : { description: field.help }) };
}

function readSchema(field: FieldMetadata): JsonSchema {
  switch (field.type) {
    case "boolean":
      return { type: "boolean" };
    case "many2one":
      return { oneOf: [refer("RelatedRecordRead"), { type: "null" }] };
    case "one2many":
    case "many2many":
      return { type: "array", items: { type: "integer" } };
    case "reference":
      return { oneOf: [refer("ReferenceRead"), { type: "null" }] };
    default:
      return orNull(scalarSchema(field));
  }
}

function writeSchema(field: FieldMetadata, required: boolean): JsonSchema {
  const nullable = (schema: JsonSchema) => (required ? schema : orNull(schema));
  switch (field.type) {
    case "boolean":
      return { type: "boolean" };
    case "many2one":
      return nullable(refer("RelatedRecord"));
    case "one2many":
    case "many2many":
      return orNull(refer("RelatedRecords"));
    case "reference":
      return nullable({ oneOf: [{ type: "string", pattern: "^[^,\\s]+,[0-9]+$" }, refer("ReferenceRead")] });
    default:
      return nullable(scalarSchema(field));
  }
}

function scalarSchema(field: FieldMetadata): JsonSchema {
  switch (field.type) {
    case "char":
    case "text":
      return { type: "string", ...(field.size === undefined ? {} : { maxLength: field.size }) };
    case "html":
      return { type: "string", contentMediaType: "text/html" };
    case "integer":
      return { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 };
    case "many2one_reference":
      return { type: "integer", minimum: 1, maximum: 2_147_483_647 };
    case "float":
    case "monetary":
      return { type: "number" };
    case "date":
      return { type: "string", format: "date" };
    case "datetime":
      return { type: "string", format: "date-time" };
    case "binary":
    case "image":
      return { type: "string", contentEncoding: "base64" };
    case "selection":
      return field.selection === undefined
        ? { type: "string" }
        : { type: "string", enum: field.selection.map(([key]) => key) };
    case "properties":
    case "properties_definition":
      return { type: ["object", "array"] };
    default:
      return {};
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === "string")
    return {
      ...schema,
      type: [schema.type, "null"],
      ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
    };
  if (Array.isArray(schema.type)) return { ...schema, type: [...schema.type, "null"] };
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
}
