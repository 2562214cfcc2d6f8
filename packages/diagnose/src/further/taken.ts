/** A value that is taken: which record holds it, archived ones too. */
import type { Explanation } from "../text/explain.js";
import { asData, fieldsOf, finding, modelOfTable, modelsSeen, namesOf, recordsOf, type SeenField } from "./ask.js";
import { type Inquiry, nothing } from "./inquiry.js";
import { type Subject, valuesIn } from "./subject.js";

export function* valueTaken(subject: Subject, explanation: Explanation): Inquiry {
  const { text } = subject;
  const { evidence } = explanation;
  const constraint = String(evidence.constraint ?? "");
  const table = /(?:INSERT INTO|UPDATE|on table) "(\w+)"/.exec(text)?.[1] ?? constraint;
  const model = subject.model ?? (table === "" ? undefined : modelOfTable(table, (yield* modelsSeen()) ?? []));
  if (model === undefined) return nothing;
  const fields = yield* fieldsOf(model);
  if (fields === undefined) return nothing;
  const keys = keysOf(subject, explanation, model, fields);
  if (keys.length === 0)
    return {
      findings: [
        finding(`The text does not say which value of ${model} is taken.`, {
          model,
          ...(constraint && { constraint }),
        }),
      ],
      fix: "Name the field by --field and give a text that shows the value sent (the call, or the server's log).",
    };
  const active = fields.has("active") ? ["active"] : [];
  const domain = keys.map(([field, value]) => [field.name, "=", typed(field, value)]);
  const holders = yield* recordsOf(model, domain, active);
  if (holders === undefined) return nothing;
  const asked = keys.map(([{ name }, value]) => `${name} = ${value}`).join(", ");
  const about = { model, values: Object.fromEntries(keys.map(([{ name }, value]) => [name, value])) };
  const first = holders[0];
  if (first === undefined)
    return {
      findings: [
        finding(
          `No record of ${model} that this user sees has ${asked}: it is hidden from the user (a record rule, another company), was deleted since, or came twice in the same call.`,
          { ...about, records: [] },
        ),
      ],
    };
  return {
    findings: [finding(`${asked} is held by ${namesOf(holders)}.`, { ...about, records: asData(holders) })],
    fix:
      first.values.active === false
        ? `Unarchive ${model} ${first.id} and update it, or send another value for ${keys.map(([{ name }]) => name).join(", ")}.`
        : `Update ${model} ${first.id} in place of creating a second one, or send another value for ${keys.map(([{ name }]) => name).join(", ")}.`,
  };
}

type Key = readonly [SeenField, string];

/** PostgreSQL's own words, `Key (login)=(api)`; else the field that the constraint or Odoo's message names, with what was sent. */
function keysOf(
  subject: Subject,
  { evidence, odoo }: Explanation,
  model: string,
  fields: Map<string, SeenField>,
): Key[] {
  const detail =
    /Key \(([^)]{1,200}(?:\([^)]{1,100}\)[^)]{0,100}){0,4})\)=\((.{0,400}?)\)(?= already| existe|\s|$)/.exec(
      subject.text,
    );
  if (detail !== null) {
    // lower((login)::text) is an index over login
    const names = (detail[1] ?? "").split(",").map((name) => name.match(/[a-z]\w*/g)?.find((word) => fields.has(word)));
    const values = names.length === 1 ? [detail[2] ?? ""] : (detail[2] ?? "").split(", ");
    const keys = names.map((name, at) => keyOf(name, values[at], fields));
    if (keys.length === values.length && keys.every((key) => key !== undefined)) return keys;
  }
  const tail = String(evidence.constraint ?? "")
    .replace(`${model.replaceAll(".", "_")}_`, "")
    .replace(/_(?:uniq(?:ue)?|key|index|idx|company)\b.*$/, "");
  const said = ` ${words(odoo?.message ?? "")} `;
  const spoken = [...fields.values()].filter(
    ({ name, label }) => said.includes(` ${words(label)} `) || said.includes(` ${name} `),
  );
  const named = [subject.field, tail, ...spoken.map(({ name }) => name)];
  for (const name of named) {
    const [value] = name === undefined || !fields.has(name) ? [] : valuesIn(subject.text, name);
    const key = keyOf(name, value === undefined ? undefined : String(value), fields);
    if (key !== undefined) return [key];
  }
  return [];
}

function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, " ")
    .trim();
}

function keyOf(name: string | undefined, value: string | undefined, fields: Map<string, SeenField>): Key | undefined {
  const field = name === undefined ? undefined : fields.get(name);
  return field === undefined || value === undefined || value === "" ? undefined : [field, translated(value)];
}

/** A translated value is JSON in the database: `{"en_US": "VIP"}`. */
function translated(value: string): string {
  return /^\{"\w+": ?"((?:[^"\\]|\\.)*)"/.exec(value)?.[1] ?? value;
}

function typed({ type }: SeenField, value: string): string | number | boolean {
  if (/^(?:integer|float|monetary|many2one)$/.test(type) && Number.isFinite(Number(value))) return Number(value);
  return type === "boolean" ? /^t/i.test(value) : value;
}
