/** The questions that inquiries share. Answers come from a server of any version and make: each is read with care. */
import type { Json } from "@odoorway/core";
import type { Asking, Finding } from "./inquiry.js";

/** A record as it was seen. */
export interface Seen {
  readonly id: number;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A field as fields_get describes it. */
export interface SeenField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly stored: boolean;
  /** Odoo computes it, or it mirrors another. */
  readonly computed: boolean;
  /** The path of a related field; empty where it is none. */
  readonly related: string;
  readonly readonly: boolean;
  readonly relation: string | undefined;
  readonly selection: readonly (readonly [key: string, label: string])[];
}

const attributes = ["string", "type", "required", "readonly", "store", "depends", "related", "relation", "selection"];

/** Records of an answer that are shown by name. */
const most = 5;

/** The fields of a model, or those named; undefined where Odoo does not tell. */
export function* fieldsOf(model: string, names: readonly string[] = []): Asking<Map<string, SeenField> | undefined> {
  const answer = yield {
    model,
    method: "fields_get",
    args: names.length === 0 ? [] : [names],
    kwargs: { attributes },
  };
  if ("refused" in answer || !isObject(answer.value)) return undefined;
  const entries = Object.entries(answer.value).filter((entry): entry is [string, Record<string, unknown>] =>
    isObject(entry[1]),
  );
  return new Map(entries.map(([name, raw]) => [name, fieldOf(name, raw)]));
}

function fieldOf(name: string, raw: Record<string, unknown>): SeenField {
  const related = Array.isArray(raw.related) ? raw.related.join(".") : textOr(raw.related, "");
  const pairs = Array.isArray(raw.selection) ? raw.selection.filter(Array.isArray) : [];
  return {
    name,
    label: textOr(raw.string, name),
    type: textOr(raw.type, ""),
    required: raw.required === true,
    readonly: raw.readonly === true,
    stored: raw.store !== false,
    computed: related !== "" || (Array.isArray(raw.depends) && raw.depends.length > 0),
    related,
    relation: typeof raw.relation === "string" ? raw.relation : undefined,
    selection: pairs.flatMap(([key, label]) =>
      typeof key === "string" ? [[textOr(key, ""), textOr(label, key)] as const] : [],
    ),
  };
}

/** Records that the user may see, archived ones too; undefined where Odoo does not tell. */
export function* recordsOf(
  model: string,
  domain: readonly unknown[],
  fields: readonly string[] = [],
  limit = most,
): Asking<readonly Seen[] | undefined> {
  const kwargs = { fields: ["display_name", ...fields], limit, context: { active_test: false } };
  const answer = yield { model, method: "search_read", args: [domain], kwargs };
  if ("refused" in answer || !Array.isArray(answer.value)) return undefined;
  return answer.value.filter(isObject).flatMap((values) => {
    const { id, display_name: name } = values;
    return typeof id === "number" ? [{ id, name: textOr(name, String(id)), values }] : [];
  });
}

export interface Whereabouts {
  readonly present: readonly Seen[];
  /** They exist, and a record rule or another company keeps them from the user. */
  readonly hidden: readonly number[];
  readonly missing: readonly number[];
}

/** Which of some ids are there. Odoo reads nothing where a record does not exist, and refuses where it is hidden. */
export function* whereabouts(
  model: string,
  ids: readonly number[],
  fields: readonly string[] = [],
): Asking<Whereabouts | undefined> {
  const present = yield* recordsOf(model, [["id", "in", ids]], fields, ids.length);
  if (present === undefined) return undefined;
  const hidden: number[] = [];
  const missing: number[] = [];
  for (const id of ids) {
    if (present.some((record) => record.id === id)) continue;
    const expected = ["access_record_rule", "missing_record"] as const;
    const answer = yield { model, method: "read", args: [[id], ["id"]], kwargs: {}, expected };
    ("refused" in answer && answer.refused === "access_record_rule" ? hidden : missing).push(id);
  }
  return { present, hidden, missing };
}

/** Technical names of the models that the user sees; undefined where Odoo does not tell. */
export function* modelsSeen(): Asking<readonly string[] | undefined> {
  const answer = yield { model: "ir.model", method: "get_available_models", args: [], kwargs: {} };
  if ("refused" in answer || !Array.isArray(answer.value)) return undefined;
  return answer.value.filter(isObject).flatMap(({ model }) => (typeof model === "string" ? [model] : []));
}

/** The model of a table, or of a constraint whose name begins with one. */
export function modelOfTable(name: string, models: readonly string[]): string | undefined {
  const fitting = models.filter((model) => `${name}_`.startsWith(`${model.replaceAll(".", "_")}_`));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** `Azure Interior (14), Deco Addict (9, archived)` */
export function namesOf(records: readonly Seen[]): string {
  const shown = records.slice(0, most).map(({ id, name, values }) => {
    return `${name} (${id}${values.active === false ? ", archived" : ""})`;
  });
  return shown.join(", ") + (records.length > most ? ", ..." : "");
}

/** Records as evidence. */
export function asData(records: readonly Seen[]): Json[] {
  return records.slice(0, most).map(({ id, name, values }) => ({
    id,
    display_name: name,
    ...(typeof values.active === "boolean" ? { active: values.active } : {}),
  }));
}

export function finding(what: string, evidence: Readonly<Record<string, Json>> = {}): Finding {
  return { what, evidence };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text of the server, no longer than a line. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? short(value) : otherwise;
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
