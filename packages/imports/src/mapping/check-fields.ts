/** Holds a mapping against the connected Odoo's models before a file is taken by it. */
import { type MetadataSource, nearest, OdoorwayError } from "@odoorway/core";
import type { Mapping } from "./language.js";

/**
 * Throws `model_not_found`, or `mapping_invalid` for a field that its model lacks, with the nearest one. While
 * Odoo is away nothing is known of its models; the file is taken all the same, and each record checked later.
 */
export async function checkFields(mapping: Mapping, metadata: MetadataSource): Promise<void> {
  try {
    for (const [index, entity] of mapping.entities.entries()) {
      const at = `entities[${index + 1}]`;
      const relation = await checkNames(entity.model, Object.keys(entity.values), `${at}.values`, metadata);
      if (!entity.lines) continue;
      await checkNames(entity.model, [entity.lines.field], `${at}.lines.field`, metadata);
      const lineModel = relation(entity.lines.field);
      if (lineModel !== undefined)
        await checkNames(lineModel, Object.keys(entity.lines.values), `${at}.lines.values`, metadata);
    }
  } catch (error) {
    const known = error instanceof OdoorwayError && /^(mapping_invalid|model_not_found)$/.test(error.code);
    if (known || !(error instanceof OdoorwayError)) throw error;
  }
}

async function checkNames(
  model: string,
  names: readonly string[],
  at: string,
  metadata: MetadataSource,
): Promise<(field: string) => string | undefined> {
  const { fields } = await metadata.model(model);
  for (const name of names)
    if (!Object.hasOwn(fields, name))
      throw new OdoorwayError("mapping_invalid", {
        evidence: { detail: `${model} has no field ${name}`, at, nearest: nearest(name, Object.keys(fields)) },
      });
  return (field) => fields[field]?.relation;
}
