/**
 * What is kept of a model may be behind Odoo: a module was installed or removed, a choice added. When a request and what is
 * kept contradict each other, the model is asked for anew, and the work done once more if that may help.
 */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
import type { RecordParts } from "./parts.js";

/** Refusals that metadata gave reason for. */
const ours = new Set([
  "unknown_field",
  "missing_required_field",
  "readonly_field",
  "invalid_selection_value",
  "wrong_type",
  "out_of_range",
  "too_many_decimals",
  "multi_company_mismatch",
  "invalid_parameter",
  "unknown_parameter",
  "invalid_domain",
]);
/** What Odoo says when it does not know what is kept. */
const odoos = new Set(["invalid_field_name", "model_not_found", "access_field_denied", "not_null_violation"]);

/**
 * Does the work with the model's metadata, and once more with what Odoo says now when the first try gives reason to doubt it.
 * @param work checks, plans and reads, but writes nothing
 */
export async function withFreshMetadata<T>(
  parts: Pick<RecordParts, "metadata">,
  model: string,
  work: (metadata: ModelMetadata) => Promise<T>,
): Promise<T> {
  try {
    return await work(await parts.metadata.model(model));
  } catch (error) {
    if (!isDoubt(error) || !parts.metadata.doubt(model)) throw error;
    return work(await parts.metadata.model(model));
  }
}

/** Odoo contradicted what a plan was made from: the next request asks for the model anew. */
export function doubtAfter(parts: Pick<RecordParts, "metadata">, model: string, error: unknown): void {
  if (error instanceof OdoorwayError && odoos.has(error.code)) parts.metadata.doubt(model);
}

function isDoubt(error: unknown): boolean {
  if (!(error instanceof OdoorwayError)) return false;
  return ours.has(error.code) || odoos.has(error.code) || error.errors.some((problem) => ours.has(problem.code));
}
