/** What a failure is about, as far as its text and whoever asks say: model, field, records, and values that were sent. */

import type { Explanation } from "../text/explain.js";
import { prepare } from "../text/prepare.js";

/** What whoever asks may say beside the text. */
export interface Given {
  readonly model?: string;
  readonly method?: string;
  readonly field?: string;
  /** Ids of the records that the call was about; of a relation that fails, the ids that were sent for it. */
  readonly ids?: readonly number[];
  /** The login of the connection. */
  readonly login?: string;
}

export interface Subject {
  /** The model that the text names, else the one that was called. */
  readonly model: string | undefined;
  /** The model that was called, where that is known. */
  readonly called: string | undefined;
  readonly method: string | undefined;
  readonly field: string | undefined;
  readonly ids: readonly number[];
  readonly login: string | undefined;
  /** The text, without its secrets and bounded. */
  readonly text: string;
}

/** Ids that are looked at; more tell no more. */
const mostIds = 4;

export function subjectOf({ evidence }: Explanation, whole: string, given: Given): Subject {
  const text = prepare(whole).replaceAll("\\n", "\n").replaceAll("\\'", "'").replaceAll('\\"', '"');
  const call = /["']([a-z]\w*(?:\.\w+)+)["']\s*,\s*["'](\w+)["']\s*,\s*[[(]([^{}"']{0,200})/.exec(text);
  const model = technical(evidence.model) ?? technical(given.model) ?? call?.[1] ?? recordIn(text);
  return {
    model,
    called: technical(given.model) ?? call?.[1],
    method: given.method ?? call?.[2],
    field: /^\w+$/.test(String(evidence.field ?? "")) ? String(evidence.field) : given.field,
    ids: [
      ...new Set(
        given.ids ?? idsIn(text, model, evidence.id, model === call?.[1] || call?.[2] === "unlink" ? call?.[3] : ""),
      ),
    ].slice(0, mostIds),
    login: given.login,
    text,
  };
}

function idsIn(text: string, model: string | undefined, id: unknown, args: string | undefined): number[] {
  const noted = model === undefined ? [] : idsOf(text, model);
  if (noted.length > 0) return noted;
  return /^\d{1,9}$/.test(String(id ?? "")) ? [Number(id)] : numbers(firstList(args));
}

/** A technical name; the catalogue's words for a model that is not named are none. */
function technical(name: unknown): string | undefined {
  return typeof name === "string" && /^[a-z]\w{0,60}(?:\.\w{1,60}){1,8}$/.test(name) ? name : undefined;
}

function recordIn(text: string): string | undefined {
  return /\b([a-z]\w*(?:\.\w+)+)\(\d[\d, ]*\)/.exec(text)?.[1];
}

/** The ids of `res.partner(7, 8)`. */
function idsOf(text: string, model: string): number[] {
  const at = text.indexOf(`${model}(`);
  return at < 0 ? [] : numbers(/^[\d, ]{1,200}(?=\))/.exec(text.slice(at + model.length + 1))?.[0]);
}

/** The first positional argument, where it is an id or a list of ids: `[7, 8], ...` of `[[7, 8], {...}]`. */
function firstList(args: string | undefined): string | undefined {
  return /^\s*[[(]?\s*(\d[\d,\s]{0,199}?)\s*(?:[\])]|$)/.exec(args ?? "")?.[1];
}

function numbers(text: string | undefined): number[] {
  return (text?.match(/\d{1,9}/g) ?? []).map(Number);
}

/**
 * The values that a text shows for a field, as `'login': 'api'`, `"country_id" => 999` or `country_id=999`; of
 * commands for a list of records, the ids that they link.
 */
export function valuesIn(text: string, field: string): (string | number)[] {
  const start = new RegExp(`(?:["']${field}["']\\s*(?::|=>)|\\b${field}\\s?=)\\s*`, "g");
  const values: (string | number)[] = [];
  for (const match of text.matchAll(start)) {
    const rest = text.slice(match.index + match[0].length, match.index + match[0].length + 400);
    const quoted = /^(["'])((?:(?!\1)[^\\\n]){1,200})\1/.exec(rest)?.[2];
    const number = /^\d{1,9}(?![\w.])/.exec(rest)?.[0];
    const linked =
      /^[[(]{1,2}\s*(?:6\s*,\s*(?:0|False|false)\s*,\s*[[(]([\d, ]+)|4\s*,\s*(\d{1,9})|(\d[\d, ]*)[\])])/.exec(rest);
    if (quoted !== undefined) values.push(quoted);
    else if (number !== undefined) values.push(Number(number));
    else if (linked !== null) values.push(...numbers(linked.slice(1).find(Boolean)));
    if (values.length >= mostIds) break;
  }
  return [...new Set(values)].slice(0, mostIds);
}
