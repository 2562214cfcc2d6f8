/**
 * How a connection is asked, apart from the asking: an inquiry is a generator that yields one question after the
 * other, is handed each answer, and returns what it found. Whoever runs it does the I/O, keeps the bounds, and
 * answers a question that it does not ask with a refusal.
 */
import type { ErrorCode, Json } from "@odoorway/core";

/** A call that reads. */
export interface Question {
  readonly model: string;
  readonly method:
    | "fields_get"
    | "default_get"
    | "search_read"
    | "read"
    | "get_available_models"
    | "check_access_rights";
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Refusals that are an answer themselves, and no gap in what is found. */
  readonly expected?: readonly ErrorCode[];
}

export type Answer = { readonly value: unknown } | { readonly refused: ErrorCode };

/** Something that the connected Odoo told: in a sentence, and as data. */
export interface Finding {
  readonly what: string;
  readonly evidence: Readonly<Record<string, Json>>;
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** What to do, now that more is known. */
  readonly fix?: string;
}

/** Some questions, and what their answers come to. */
export type Asking<T> = Generator<Question, T, Answer>;

export type Inquiry = Asking<Outcome>;

export const nothing: Outcome = { findings: [] };
