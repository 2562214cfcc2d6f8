/** A state that forbids: the state that the record is in, and what takes it out. */
import type { Explanation } from "../text/explain.js";
import { fieldsOf, finding, recordsOf, type Seen, type SeenField } from "./ask.js";
import { type Inquiry, nothing } from "./inquiry.js";
import { documentNames, type Unlocking, unlockings } from "./states.js";
import type { Subject } from "./subject.js";

/** A line is as locked as its document. */
const documentOf: Readonly<Record<string, readonly [field: string, model: string]>> = {
  "sale.order.line": ["order_id", "sale.order"],
  "purchase.order.line": ["order_id", "purchase.order"],
  "account.move.line": ["move_id", "account.move"],
};

export function* lockedRecord(subject: Subject, { code }: Explanation): Inquiry {
  const certain = code === "record_locked_state";
  const named = documentIn(subject);
  const model = named?.model ?? subject.model;
  if (model === undefined) return nothing;
  const [link, document = model] = documentOf[model] ?? [];
  // What reads like any business rule is asked about only where a state is what most likely forbids it.
  if (!certain && (unlockings[document] === undefined || (named === undefined && subject.ids.length === 0)))
    return nothing;
  const fields = yield* fieldsOf(document, ["state", "locked", "active"]);
  if (fields === undefined) return nothing;
  const domain = named !== undefined ? [["name", "=", named.name]] : yield* domainOf(model, link, subject.ids);
  if (domain === undefined) {
    const what = `Which ${document} it is, the text does not say: with --id N its state is looked up.`;
    return { findings: [finding(what, { model: document })] };
  }
  const records = yield* recordsOf(document, domain, [...fields.keys()]);
  if (records === undefined) return nothing;
  const findings = [];
  const actions = new Set<string>();
  for (const record of records) {
    const unlocking = unlockingOf(document, record, fields);
    const state = record.values.state;
    const label = labelOf(fields, state);
    const is = unlocking?.means ?? label ?? "in a state of its own";
    const shown = typeof state === "string" ? ` (state ${state}${label === undefined ? "" : `, ${label}`})` : "";
    findings.push(
      finding(`${document} ${record.name} (${record.id}) is ${is}${shown}.`, {
        model: document,
        id: record.id,
        display_name: record.name,
        ...(typeof state === "string" ? { state } : {}),
        ...flags(record),
      }),
    );
    if (unlocking !== undefined && (certain || unlocking.open !== true)) actions.add(unlocking.action);
  }
  if (records.length === 0)
    findings.push(finding(`This user sees no such ${document}.`, { model: document, ids: [...subject.ids] }));
  return { findings, ...(actions.size === 0 ? {} : { fix: [...actions].join(" ") }) };
}

/** The document that the text names, where nobody gave its id. */
function documentIn({ ids, text, model }: Subject): { model: string; name: string } | undefined {
  if (ids.length > 0) return undefined;
  for (const [form, of] of documentNames) {
    const name = form.exec(text)?.[0];
    if (name !== undefined && (model === undefined || model.startsWith(of))) return { model: of, name };
  }
  return undefined;
}

function* domainOf(model: string, link: string | undefined, ids: readonly number[]) {
  if (ids.length === 0) return undefined;
  if (link === undefined) return [["id", "in", ids]];
  const lines = (yield* recordsOf(model, [["id", "in", ids]], [link])) ?? [];
  const documents = lines.map(({ values }) => values[link]).map((value) => (Array.isArray(value) ? value[0] : value));
  return [["id", "in", documents.filter((id) => typeof id === "number")]];
}

function unlockingOf(model: string, { values }: Seen, fields: Map<string, SeenField>): Unlocking | undefined {
  return unlockings[model]?.find(({ state, flag }) => {
    if (flag !== undefined) return fields.has(flag[0]) && values[flag[0]] === flag[1];
    return state === undefined || values.state === state;
  });
}

function labelOf(fields: Map<string, SeenField>, state: unknown): string | undefined {
  return fields.get("state")?.selection.find(([key]) => key === state)?.[1];
}

function flags({ values: { locked, active } }: Seen): Record<string, boolean> {
  return {
    ...(typeof locked === "boolean" ? { locked } : {}),
    ...(active === false ? { active } : {}),
  };
}
