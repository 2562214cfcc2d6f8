/**
 * Pages of a list. Ordered by id, a page starts behind the last id seen (keyset), so that rows made or
 * deleted meanwhile move nothing; ordered otherwise it starts at an offset, with the id as tiebreak. A
 * cursor carries a fingerprint of its question, so that it cannot continue another one.
 */
import { createHash } from "node:crypto";
import { invalidParameter } from "../http/query.js";

export interface Question {
  readonly model: string;
  readonly domain: readonly unknown[];
  readonly order: string;
}

/** How to ask Odoo for one page. */
export interface Page {
  readonly domain: readonly unknown[];
  readonly order: string;
  readonly offset: number;
}

/** @throws OdoorwayError invalid_parameter when the cursor is of another question or none of ours */
export function planPage(question: Question, cursor: string | undefined): Page {
  const order = withTiebreak(question.order);
  const at = cursor === undefined ? undefined : readCursor(cursor, question);
  if (at === undefined) return { domain: question.domain, order, offset: 0 };
  const direction = keysetDirection(order);
  if (direction === undefined) return { domain: question.domain, order, offset: at };
  return { domain: [...joined(question.domain), ["id", direction, at]], order, offset: 0 };
}

/** The cursor of the page behind this one; `ids` are those of this page, at least one. */
export function nextCursor(question: Question, page: Page, ids: readonly number[]): string {
  const at = keysetDirection(page.order) === undefined ? page.offset + ids.length : ids.at(-1);
  return Buffer.from(JSON.stringify([at, fingerprint(question)])).toString("base64url");
}

function withTiebreak(order: string): string {
  return /(^|,)\s*id(\s|,|$)/.test(order) ? order : `${order}, id`;
}

function keysetDirection(order: string): ">" | "<" | undefined {
  if (/^id(\s+asc)?$/i.test(order)) return ">";
  return /^id\s+desc$/i.test(order) ? "<" : undefined;
}

/** An implicit `and` in front would bind only the first two of several conditions: make every one explicit. */
function joined(domain: readonly unknown[]): unknown[] {
  return domain.length === 0 ? [] : ["&", ...explicit(domain)];
}

/** A domain of several terms side by side gets an `&` for each but one. */
function explicit(domain: readonly unknown[]): unknown[] {
  let terms = 0;
  let open = 0;
  for (const token of domain) {
    if (open === 0) {
      terms++;
      open = 1;
    }
    if (token === "&" || token === "|") open++;
    else if (token !== "!") open--;
  }
  return [...Array.from({ length: Math.max(0, terms - 1) }, () => "&"), ...domain];
}

function readCursor(cursor: string, question: Question): number {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    read = undefined;
  }
  if (Array.isArray(read) && Number.isSafeInteger(read[0]) && read[0] >= 0 && read[1] === fingerprint(question))
    return read[0];
  throw invalidParameter(
    "cursor",
    "it is not the next_cursor of this very list",
    "the next_cursor of the page before, with the same domain, filters and order",
  );
}

function fingerprint(question: Question): string {
  const text = JSON.stringify([question.model, question.domain, question.order]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
