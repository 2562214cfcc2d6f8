/** What the user of the connection may do with a model, who it is, and who may what it may not. */
import type { Explanation } from "../text/explain.js";
import { finding, isObject, recordsOf, textOr, whereabouts } from "./ask.js";
import { type Asking, type Finding, type Inquiry, nothing } from "./inquiry.js";
import type { Subject } from "./subject.js";

const rights = ["read", "write", "create", "unlink"] as const;
type Right = (typeof rights)[number];

export function* deniedModel(subject: Subject, { evidence }: Explanation): Inquiry {
  const { model } = subject;
  if (model === undefined) return nothing;
  const wanted = rights.find((right) => right === evidence.operation);
  const { may, findings } = yield* rightsOn(model, subject.login);
  if (may === undefined) return { findings };
  if (wanted !== undefined && may.includes(wanted))
    return {
      findings,
      fix: `This connection's user may ${wanted} ${model}: use its credential, or give the other user the same groups.`,
    };
  const groups = typeof evidence.groups === "string" ? evidence.groups : "";
  if (groups !== "") return { findings, fix: `Give ${subject.login ?? "the user"} one of these groups: ${groups}.` };
  const allowing = yield* groupsThat(wanted ?? "read", model);
  findings.push(allowing.finding);
  if (allowing.groups.length === 0) return { findings };
  return { findings, fix: `Give ${subject.login ?? "the user"} one of these groups: ${allowing.groups.join(", ")}.` };
}

export function* deniedRecords(subject: Subject, { evidence }: Explanation): Inquiry {
  const { model, ids } = subject;
  const { found, companies } = yield* whoAsks(subject.login);
  if (model === undefined) return { findings: found };
  const findings = [...found];
  if (ids.length === 0) {
    findings.push(finding(`The text does not name the records of ${model}: with --id N each is looked at.`, { model }));
    return { findings };
  }
  const where = yield* whereabouts(model, ids);
  if (where === undefined) return { findings };
  const { present, hidden, missing } = where;
  const parts = [
    ...(hidden.length > 0
      ? [`${hidden.join(", ")} exist${hidden.length === 1 ? "s" : ""} and a record rule hides it`]
      : []),
    ...(present.length > 0 ? [`${present.map(({ id }) => id).join(", ")} can be read`] : []),
    ...(missing.length > 0 ? [`${missing.join(", ")} does not exist`] : []),
  ];
  findings.push(
    finding(`For this user, of ${model}: ${parts.join("; ")}.`, {
      model,
      hidden: [...hidden],
      present: present.map(({ id }) => id),
      missing: [...missing],
    }),
  );
  if (hidden.length === 0) return { findings };
  const some = companies.length > 0 ? ` (it may work in ${companies.join(", ")})` : "";
  return {
    findings,
    fix: `An administrator compares the record's company and owner with this user${some}, and looks at the record rules of ${model} (Settings, Technical, Record Rules): add the company to the user, or give it a group whose rule covers all documents.${evidence.operation === "read" ? "" : " A rule may let read and still not write."}`,
  };
}

export function* deniedField(subject: Subject, { evidence }: Explanation): Inquiry {
  const { model, field } = subject;
  if (model === undefined) return nothing;
  const findings = [...(yield* whoAsks(subject.login)).found];
  const answer = yield { model, method: "fields_get", args: [[]], kwargs: { attributes: ["string"] } };
  if ("refused" in answer || !isObject(answer.value)) return { findings };
  const names = (field ?? String(evidence.field ?? "")).split(/[,\s]+/).filter(Boolean);
  const seen = answer.value;
  for (const name of names.slice(0, 5)) {
    const there = Object.hasOwn(seen, name);
    const what = there
      ? `This user sees the field ${name} of ${model}: the failure was another user's, or only writing it is forbidden.`
      : `${model} shows this user no field ${name}: it asks for a group that the user has not.`;
    findings.push(finding(what, { model, field: name, visible: there }));
  }
  return { findings };
}

function* rightsOn(
  model: string,
  login: string | undefined,
): Asking<{ may: readonly Right[] | undefined; findings: Finding[] }> {
  const findings = [...(yield* whoAsks(login)).found];
  const may: Right[] = [];
  for (const right of rights) {
    const answer = yield { model, method: "check_access_rights", args: [right], kwargs: { raise_exception: false } };
    if ("refused" in answer) return { may: undefined, findings };
    if (answer.value === true) may.push(right);
  }
  const not = rights.filter((right) => !may.includes(right));
  const what = `With ${model} ${login ?? "this user"} may ${may.join(", ") || "do nothing"}${not.length > 0 && may.length > 0 ? `, and may not ${not.join(", ")}` : ""}.`;
  findings.push(finding(what, { model, may, may_not: not }));
  return { may, findings };
}

/** The user's own record is what every user may read. */
export function* whoAsks(login: string | undefined): Asking<{ found: Finding[]; companies: string[] }> {
  if (login === undefined || login === "") return { found: [], companies: [] };
  const [user] =
    (yield* recordsOf("res.users", [["login", "=", login]], ["company_id", "company_ids", "share"], 1)) ?? [];
  if (user === undefined) return { found: [], companies: [] };
  const { company_id: company, company_ids: ids, share } = user.values;
  const allowed = Array.isArray(ids) ? ids.filter((id): id is number => typeof id === "number").slice(0, 20) : [];
  const named = allowed.length > 1 ? ((yield* recordsOf("res.company", [["id", "in", allowed]], [], 20)) ?? []) : [];
  const own = Array.isArray(company) ? textOr(company[1], "no company") : "no company";
  const companies = named.length > 0 ? named.map(({ name }) => name) : [own];
  const kind = share === true ? ", a portal user who sees its own documents only" : "";
  const found = finding(`The connection's user is ${login} (${user.id})${kind}, in ${companies.join(", ")}.`, {
    login,
    id: user.id,
    company: own,
    companies,
  });
  return { found: [found], companies };
}

/** Access rights are for an administrator to read. */
function* groupsThat(right: Right, model: string): Asking<{ finding: Finding; groups: string[] }> {
  const expected = ["access_model_denied"] as const;
  const domain = [
    ["model_id.model", "=", model],
    [`perm_${right}`, "=", true],
  ];
  const kwargs = { fields: ["group_id"], limit: 20 };
  const answer = yield { model: "ir.model.access", method: "search_read", args: [domain], kwargs, expected };
  if ("refused" in answer || !Array.isArray(answer.value))
    return {
      finding: finding("Which groups may, only an administrator can read (ir.model.access): this user may not.", {
        model,
      }),
      groups: [],
    };
  const groups = answer.value
    .filter(isObject)
    .flatMap(({ group_id: group }) => (Array.isArray(group) ? [textOr(group[1], "")] : []))
    .filter((name, at, all) => name !== "" && all.indexOf(name) === at);
  const what =
    groups.length === 0
      ? `No group may ${right} ${model}.`
      : `Groups that may ${right} ${model}: ${groups.join(", ")}.`;
  return { finding: finding(what, { model, groups }), groups };
}
