/** What Odoo would take in silence and spoil, or refuse for the state that the record is in: said before the call. */
import type { CatalogueEntry } from "./entry.js";

export const validationErrors = {
  record_state_conflict: {
    family: "validation",
    status: 409,
    retryable: false,
    happened: "no",
    title: "The record's state does not allow this",
    cause: "{model} {id} is {state}: {detail}.",
    fix: "{remedy}",
  },
  too_many_decimals: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "More decimals than Odoo keeps",
    cause:
      "The field {field} of {model} keeps {decimals} decimals; Odoo would round {received} to {nearest} in silence.",
    fix: "Send {nearest}, have it rounded (`?decimals=round` of the request, `round: true` in a mapping's column, `$money(amount, {decimals})` in a flow, or `validation.decimals: round` in odoorway.yaml for all), or raise the number of decimals in Odoo (Settings, Technical, Decimal Accuracy) where the field follows it.",
  },
  unsafe_html: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "HTML that Odoo takes out in silence",
    cause: "The HTML of the field {field} of {model} holds {received}, which Odoo removes without a word.",
    fix: "Leave {received} out of the HTML.",
  },
  unknown_property: {
    family: "validation",
    status: 422,
    retryable: false,
    happened: "no",
    title: "Unknown property",
    cause: "The properties {field} of this record of {model} have no {received}; Odoo would drop it in silence.",
    fix: "[[Did you mean {nearest}? ]][[Its properties: {known}. ]]Properties are defined on the record that {parent} names.",
  },
} as const satisfies Record<string, CatalogueEntry>;
