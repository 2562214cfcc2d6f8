/** A record that is said to be missing: gone, archived, or hidden from the user. */
import type { Explanation } from "../text/explain.js";
import { asData, finding, isObject, namesOf, whereabouts } from "./ask.js";
import { type Asking, type Finding, type Inquiry, nothing } from "./inquiry.js";
import { whoAsks } from "./rights.js";
import type { Subject } from "./subject.js";

export function* missingRecords({ model, ids, login }: Subject, _explanation: Explanation): Inquiry {
  if (model === undefined || ids.length === 0) return nothing;
  const where = yield* whereabouts(model, ids);
  if (where === undefined) return nothing;
  const { present, hidden, missing } = where;
  const findings: Finding[] = [];
  if (present.length > 0)
    findings.push(
      finding(`${namesOf(present)} of ${model} is there, and this user may read it.`, {
        model,
        present: asData(present),
      }),
    );
  if (hidden.length > 0) {
    findings.push(
      finding(`${model} ${hidden.join(", ")} exists, and a record rule hides it from this user.`, {
        model,
        hidden: [...hidden],
      }),
      ...(yield* whoAsks(login)).found,
    );
  }
  if (missing.length === 0)
    return {
      findings,
      ...(hidden.length === 0
        ? {}
        : { fix: "Give the user the record's company, or a group whose record rule covers the record." }),
    };
  const last = yield* lastOf(model);
  const beyond = last !== undefined && missing.every((id) => id > last);
  const never = beyond ? `; the last that this user sees is ${last}, so the id is of another database or model` : "";
  findings.push(
    finding(`${model} has no record ${missing.join(", ")}${never}.`, {
      model,
      missing: [...missing],
      ...(last === undefined ? {} : { last }),
    }),
  );
  const ending =
    beyond || last === undefined
      ? "check that it comes from this database and model"
      : "it was deleted: search for its successor";
  return { findings, fix: `Do not send ${missing.join(", ")} for ${model}; ${ending}.` };
}

/** The highest id that the user sees tells an id that was never given from one that was deleted. */
function* lastOf(model: string): Asking<number | undefined> {
  const kwargs = { fields: ["id"], limit: 1, order: "id desc", context: { active_test: false } };
  const answer = yield { model, method: "search_read", args: [[]], kwargs };
  const record: unknown = "refused" in answer || !Array.isArray(answer.value) ? undefined : answer.value[0];
  return isObject(record) && typeof record.id === "number" ? record.id : undefined;
}
