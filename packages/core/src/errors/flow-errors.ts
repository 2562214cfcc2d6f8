/** What a flow says of its own text, of a payload, and of what became of it in Odoo. */
import type { CatalogueEntry } from "./entry.js";

export const flowErrors = {
  flow_invalid: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "The flow is not valid",
    cause: "{detail}[[ (at {at})]][[, line {line}]].",
    fix: "[[Did you mean {nearest}? ]]See the reference of flows.",
  },
  flow_payload_refused: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "The payload cannot be taken",
    cause: "The payload {detail}.",
    fix: "Send one JSON value of reasonable size, as the foreign system documents it.",
  },
  flow_expression_failed: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "An expression of the flow failed",
    cause:
      "The flow {flow}, {place}: {detail}[[ (character {position})]][[; it got {received}]]. The expression is {expression}",
    fix: "Correct the payload, or teach the expression what it may meet, and add the payload to the flow's examples.",
  },
  flow_lookup_failed: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "A look-up of the flow finds no record",
    cause: "There is no {relation} with {received} (record {record}, field {field}).",
    fix: "[[Did you mean {nearest}? ]]Create it in Odoo, correct the payload, or say missing: create or warn in the flow.",
  },
  flow_record_missing: {
    family: "validation",
    status: 409,
    retryable: true,
    happened: "no",
    title: "A record that the flow builds on is not there",
    cause: "The record {record} ({model}, {key}) is not in Odoo yet.",
    fix: "It is tried again later. If its own event never comes, send that event again first.",
  },
  flow_action_failed: {
    family: "validation",
    status: 409,
    retryable: false,
    happened: "yes",
    title: "An action had no effect",
    cause: "{method} was carried out on {record} {id}, but {field} is {received} as before.",
    fix: "Open the record in Odoo and carry out the action there: Odoo may ask for something first.",
  },
  flow_verify_failed: {
    family: "validation",
    status: 409,
    retryable: false,
    happened: "yes",
    title: "What was written is not what it should be",
    cause: "{field} of {record} {id} is {received}, not {expected}.",
    fix: "Compare the record with the payload: a tax, a rounding or a line may differ. Nothing was undone.",
  },
} as const satisfies Record<string, CatalogueEntry>;
