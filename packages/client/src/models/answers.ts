/** What Odoo answers is looked at before it is handed on as numbers and records: a proxy or a patched method may say anything. */
import { OdoorwayError } from "@odoorway/core";

/** What Odoo's load answers: `ids: false` when any row was refused, and then nothing was saved. */
export interface LoadAnswer {
  readonly ids: readonly number[] | false;
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Each throws `invalid_json_or_xml` for an answer of another shape. */
export const answered = {
  ids(model: string, method: string, answer: unknown): number[] {
    if (Array.isArray(answer) && answer.every((id) => typeof id === "number")) return answer;
    throw odd(model, method, "a list of ids");
  },
  records(model: string, method: string, answer: unknown): object[] {
    if (Array.isArray(answer) && answer.every(isObject)) return answer;
    throw odd(model, method, "a list of records");
  },
  number(model: string, method: string, answer: unknown): number {
    if (typeof answer === "number") return answer;
    throw odd(model, method, "a number");
  },
  object(model: string, method: string, answer: unknown): Readonly<Record<string, Fields>> {
    if (isObject(answer) && Object.values(answer).every(isObject)) return answer as Record<string, Fields>;
    throw odd(model, method, "an object");
  },
  load(model: string, answer: unknown): LoadAnswer {
    const { ids, messages }: Fields = isObject(answer) ? { ...answer } : {};
    if ((ids === false || Array.isArray(ids)) && Array.isArray(messages)) return { ids, messages };
    throw odd(model, "load", "ids and messages");
  },
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function odd(model: string, method: string, expected: string): OdoorwayError {
  const detail = `${method} of ${model} was not answered with ${expected}`;
  const changes = method === "create" || method === "load";
  const happened = changes ? "unknown" : "no";
  return new OdoorwayError("invalid_json_or_xml", { evidence: { url: "Odoo", detail }, happened });
}
