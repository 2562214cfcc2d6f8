/**
 * What a column of a direct import means, in the words of Odoo's own import: `name`, `country_id/id` (external id),
 * `country_id/.id` (database id), `order_line/product_uom_qty` and `order_line/product_id/id` for the lines of a
 * record; and `country_id/code`, which names the record by one of its fields.
 */
import { type FieldMetadata, type MetadataSource, type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";

/** How a cell says its value: itself (of a relation: the record's name), by an id, or by a field of the record. */
export type NamedBy = "value" | "external_id" | "database_id" | { readonly field: string };

export interface FieldColumn {
  readonly column: string;
  /** The one2many field whose lines the column is of. */
  readonly lines: string | undefined;
  readonly field: FieldMetadata;
  readonly by: NamedBy;
}

/** Metadata of the models that columns lead to. */
export type Related = ReadonlyMap<string, ModelMetadata>;

/** Fetches what `fieldColumn` needs to know of other models. */
export async function relatedTo(
  metadata: ModelMetadata,
  columns: readonly string[],
  source: MetadataSource,
): Promise<Related> {
  const related = new Map<string, ModelMetadata>();
  const follow = async (model: ModelMetadata, path: readonly string[]): Promise<void> => {
    const [name = "", sub, ...more] = path;
    const field = fieldOf(model, name);
    if (sub === undefined || !field?.relation) return;
    if (field.type !== "one2many" && (sub === "id" || sub === ".id")) return;
    const next = related.get(field.relation) ?? (await source.model(field.relation));
    related.set(field.relation, next);
    await follow(next, [sub, ...more]);
  };
  for (const column of columns) await follow(metadata, column.split("/"));
  return related;
}

/** Names of the one2many fields whose lines stand in the columns. */
export function lineFields(metadata: ModelMetadata, columns: readonly string[]): string[] {
  const names = columns.flatMap((column) => {
    const [name = "", sub] = column.split("/");
    return sub !== undefined && fieldOf(metadata, name)?.type === "one2many" ? [name] : [];
  });
  return [...new Set(names)];
}

/** Throws `import_unknown_column`, with the nearest field. `line`: where the column was met. */
export function fieldColumn(
  metadata: ModelMetadata,
  column: string,
  line: number,
  related: Related = new Map(),
): FieldColumn {
  const [name = "", sub, ...more] = column.split("/");
  const field = fieldOf(metadata, name);
  if (field?.type === "one2many" && sub !== undefined) {
    const model = related.get(field.relation ?? "");
    if (!model || sub === "id" || sub === ".id") throw unknownColumn(column, metadata.model, line);
    const own = memberColumn(model, column, [sub, ...more], line, related);
    return { ...own, lines: name };
  }
  return memberColumn(metadata, column, [name, ...(sub === undefined ? [] : [sub]), ...more], line, related);
}

function memberColumn(
  metadata: ModelMetadata,
  column: string,
  [name = "", sub, ...more]: readonly string[],
  line: number,
  related: Related,
): FieldColumn {
  const field = fieldOf(metadata, name);
  const unknown = (candidates?: readonly string[], wanted = name) =>
    unknownColumn(column, metadata.model, line, candidates && nearest(wanted, candidates));
  if (!field) throw unknown(Object.keys(metadata.fields));
  if (sub === undefined) return { column, lines: undefined, field, by: "value" };
  const single = field.type === "many2one" || field.type === "many2many";
  if (!single || more.length > 0) throw unknown();
  if (sub === "id") return { column, lines: undefined, field, by: "external_id" };
  if (sub === ".id") return { column, lines: undefined, field, by: "database_id" };
  const target = related.get(field.relation ?? "");
  const key = target && fieldOf(target, sub);
  if (!key || !isKey(key)) throw unknown(target && Object.keys(target.fields), sub);
  return { column, lines: undefined, field, by: { field: sub } };
}

/** Fields that a record can be told by. */
function isKey({ type, stored }: FieldMetadata): boolean {
  return stored && (type === "char" || type === "text" || type === "integer" || type === "selection");
}

function fieldOf(metadata: ModelMetadata, name: string): FieldMetadata | undefined {
  return Object.hasOwn(metadata.fields, name) ? metadata.fields[name] : undefined;
}

function unknownColumn(column: string, model: string, line: number, near?: string): OdoorwayError {
  return new OdoorwayError("import_unknown_column", { evidence: { line, column, model, nearest: near } });
}
