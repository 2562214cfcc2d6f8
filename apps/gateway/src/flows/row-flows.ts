/** The flows as imports take them: each row of a file is one payload. */
import { type CompiledFlow, type FlowRunner, primaryOf } from "@odoorway/flows";
import type { RowFlow, RowFlows } from "@odoorway/imports";
import type { FlowRegistry } from "./registry.js";

export function rowFlows(registry: FlowRegistry, runner: FlowRunner): RowFlows {
  return {
    names: () => [...registry.flows.keys()],
    get: (name) => (registry.flows.get(name) !== undefined ? rowFlow(registry.get(name), runner) : undefined),
  };
}

function rowFlow(compiled: CompiledFlow, runner: FlowRunner): RowFlow {
  const { name, source, records } = compiled.flow;
  return {
    name,
    model: records.find((record) => record.name === primaryOf(compiled.flow))?.model ?? "",
    source: definedOf(source.kind === "file" ? { format: source.format, delimiter: source.delimiter } : {}),
    keyOf: (payload) => compiled.keyOf(payload),
    run: (payloads, options) => runner.run(compiled, payloads, options),
  };
}

function definedOf({
  format,
  delimiter,
}: {
  format?: "csv" | "ndjson" | "json" | undefined;
  delimiter?: string | undefined;
}) {
  return { ...(format === undefined ? {} : { format }), ...(delimiter === undefined ? {} : { delimiter }) };
}
