/** A reference field, which points to a record of any of several models: "res.partner,7" or {"model", "id"}. */
import type { CompiledField } from "./compile.js";
import { isPlainObject } from "./plain.js";
import { idCheck, listKeys, Refusal } from "./scalar.js";
import type { refused, Visit } from "./visit.js";

const expected = '"model,id" such as "res.partner,7", or {"model": "res.partner", "id": 7}';

/** The text "model,id" that Odoo stores. The value is neither null nor false. */
export function checkReference(
  field: CompiledField,
  value: unknown,
  pointer: string,
  visit: Visit,
): string | typeof refused {
  let model: unknown;
  let id: unknown;
  if (typeof value === "string") {
    const match = /^([^,\s]+),(\d{1,10})$/.exec(value);
    model = match?.[1];
    id = match === null ? undefined : Number(match[2]);
  } else if (isPlainObject(value)) ({ model, id } = value);
  if (typeof model !== "string" || model === "" || idCheck(id) instanceof Refusal)
    return visit.wrongType(pointer, field, expected, value);
  const choices = field.metadata.selection;
  if (choices !== undefined && !choices.some(([key]) => key === model)) {
    const keys = choices.map(([key]) => key);
    const refusal = new Refusal("invalid_selection_value", listKeys(keys));
    return visit.refuse(pointer, field, refusal, model, visit.suggest(model, choices));
  }
  const target = { kind: "id", id: id as number } as const;
  visit.reference({ relation: model, pointer, model: field.model, field: field.field, target, archivable: false });
  return `${model},${id as number}`;
}
