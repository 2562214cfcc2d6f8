/** A link that fails: which of the ids does not exist, or, where something is deleted, which records refer to it. */
import type { Explanation } from "../text/explain.js";
import {
  asData,
  fieldsOf,
  finding,
  modelOfTable,
  modelsSeen,
  namesOf,
  recordsOf,
  type SeenField,
  whereabouts,
} from "./ask.js";
import { type Asking, type Finding, type Inquiry, nothing, type Outcome } from "./inquiry.js";
import { type Subject, valuesIn } from "./subject.js";

/** Fields of one failure whose ids are looked at. */
const mostFields = 2;

export function* brokenLink(subject: Subject, { evidence }: Explanation): Inquiry {
  const { text } = subject;
  const constraint = String(evidence.constraint ?? "");
  const table = /on table "(\w+)" violates/.exec(text)?.[1] ?? constraint;
  const absent = /Key \((\w+)\)=\((\d{1,9})\) is not present in table/.exec(text);
  const used = /Key \(\w+\)=\((\d{1,9})\) is still referenced from table "(\w+)"/.exec(text);
  const model = used === null ? (subject.model ?? (yield* byTable(table))) : yield* byTable(used[2] ?? "");
  if (model === undefined) return nothing;
  const named = absent?.[1] ?? subject.field ?? fieldOf(constraint, model);
  const deleted = used !== null ? [Number(used[1])] : subject.method === "unlink" ? subject.ids : [];
  if (deleted.length > 0 && named !== undefined) return yield* referring(model, named, deleted);
  const fields = yield* fieldsOf(model, named === undefined ? [] : [named]);
  const relations = [...(fields?.values() ?? [])].filter((field) => field.relation !== undefined);
  const findings: Finding[] = [];
  const absences: string[] = [];
  let looked = 0;
  for (const field of relations) {
    const ids = idsFor(field, subject, absent?.[2] ?? evidence.received, named);
    if (ids.length === 0 || looked >= mostFields) continue;
    looked += 1;
    const found = yield* missingOf(field, ids);
    findings.push(...found.findings);
    if (found.fix !== undefined) absences.push(found.fix);
  }
  if (looked > 0) return { findings, ...(absences.length === 0 ? {} : { fix: absences.join(" ") }) };
  const one = named === undefined ? undefined : relations[0];
  if (one?.relation === undefined) return nothing;
  return {
    findings: [
      finding(`${one.name} of ${model} takes ids of ${one.relation}; the text does not say which id was sent.`, {
        model,
        field: one.name,
        relation: one.relation,
      }),
    ],
    fix: `Check that the id sent for ${one.name} is one of ${one.relation}: name it by --id and it is looked up.`,
  };
}

function* byTable(table: string): Asking<string | undefined> {
  return table === "" ? undefined : modelOfTable(table, (yield* modelsSeen()) ?? []);
}

/** `res_partner_country_id_fkey` of res.partner: country_id. */
function fieldOf(constraint: string, model: string): string | undefined {
  const table = `${model.replaceAll(".", "_")}_`;
  return constraint.startsWith(table) ? constraint.slice(table.length).replace(/_fkey$/, "") || undefined : undefined;
}

function idsFor({ name }: SeenField, { text, ids }: Subject, key: unknown, named: string | undefined): number[] {
  if (name === named && /^\d{1,9}$/.test(String(key ?? ""))) return [Number(key)];
  const sent = valuesIn(text, name).map(Number).filter(Number.isInteger);
  return sent.length > 0 || name !== named ? sent : [...ids];
}

function* missingOf({ name, relation = "" }: SeenField, ids: readonly number[]): Inquiry {
  const where = yield* whereabouts(relation, ids);
  if (where === undefined) return nothing;
  const { present, hidden, missing } = where;
  const evidence = { field: name, relation, missing: [...missing], hidden: [...hidden], present: asData(present) };
  const parts = [
    ...(missing.length > 0 ? [`${relation} has no record ${missing.join(", ")}`] : []),
    ...(hidden.length > 0 ? [`a record rule hides ${relation} ${hidden.join(", ")} from this user`] : []),
    ...(present.length > 0 ? [`${namesOf(present)} ${present.length === 1 ? "is" : "are"} there`] : []),
  ];
  const findings = [finding(`Of the ids sent for ${name}: ${parts.join("; ")}.`, evidence)];
  if (missing.length > 0)
    return { findings, fix: `Send an id that ${relation} has for ${name}: ${missing.join(", ")} is none.` };
  return { findings };
}

function* referring(model: string, field: string, ids: readonly number[]): Inquiry {
  const records = yield* recordsOf(model, [[field, "in", ids]], [], 6);
  if (records === undefined) return nothing;
  const evidence = { model, field, ids: [...ids], records: asData(records) };
  if (records.length === 0)
    return {
      findings: [finding(`No ${model} that this user sees refers to ${ids.join(", ")} by ${field}.`, evidence)],
    };
  const outcome: Outcome = {
    findings: [finding(`These records of ${model} refer to it by ${field}: ${namesOf(records)}.`, evidence)],
    fix: `Archive it (active = false), or first give ${field} of these ${model} another value.`,
  };
  return outcome;
}
