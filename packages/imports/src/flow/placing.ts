/** Where a row of a flow's import belongs: to the record that the flow would make of it. */
import { nearest, OdoorwayError } from "@odoorway/core";
import { fromError, type RowFault } from "../diagnosis.js";
import type { Row } from "../mapping/row.js";
import { namelessKey, payloadOf } from "./flow-work.js";
import type { RowFlow, RowFlows } from "./row-flow.js";

/** Key of the row's own record, or why the flow does not take the payload. */
export async function placeByFlow(
  flow: RowFlow,
  row: Row,
  seq: number,
): Promise<{ readonly keys: readonly string[] } | { readonly fault: RowFault }> {
  try {
    return { keys: [(await flow.keyOf(payloadOf(row))) ?? namelessKey(seq)] };
  } catch (error) {
    if (error instanceof OdoorwayError && error.status < 500) return { fault: fromError(error) };
    throw error;
  }
}

/** The flow of a stored import. Rejects with `flow_not_found` when it is not there any more. */
export function flowNamed(flows: RowFlows | undefined, name: string): RowFlow {
  const flow = flows?.get(name);
  if (flow) return flow;
  const known = flows?.names() ?? [];
  throw new OdoorwayError("flow_not_found", {
    evidence: { name, nearest: nearest(name, known), known: known.join(", ") },
  });
}
