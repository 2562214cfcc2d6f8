/** Errors of query parameters, worded in one place. */
import { type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";
import { cut, quote } from "../describe.js";

/** The nearest field to a wrong name, by name or by label. */
export function nearestField(metadata: ModelMetadata, name: string): string | undefined {
  if (name.length > 100) return undefined;
  const names = Object.keys(metadata.fields);
  const byName = nearest(name, names);
  if (byName !== undefined) return byName;
  const byLabel = new Map(Object.values(metadata.fields).map((field) => [field.label, field.name]));
  return byLabel.get(nearest(name, byLabel.keys()) ?? "");
}

/** invalid_parameter: a field that the model lacks. */
export function noSuchField(parameter: string, metadata: ModelMetadata, name: string): OdoorwayError {
  return new OdoorwayError("invalid_parameter", {
    evidence: {
      parameter,
      detail: `${metadata.model} has no field ${quote(name)}`,
      nearest: nearestField(metadata, name),
      expected: `names of fields of ${metadata.model}`,
      received: cut(name),
    },
  });
}

export function invalidParameter(parameter: string, detail: string, expected: string): OdoorwayError {
  return new OdoorwayError("invalid_parameter", { evidence: { parameter, detail, expected } });
}
