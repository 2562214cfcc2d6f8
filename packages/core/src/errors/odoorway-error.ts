/** The one error class. Everything thrown on purpose is one of these, with a code of the catalogue. */
import { catalogue, type ErrorCode } from "./catalogue.js";
import type { CatalogueEntry, Happened } from "./entry.js";
import { type Evidence, renderTemplate } from "./render.js";

/** What Odoo said, cleaned: never a traceback, a path or SQL. */
export interface OdooSaid {
  readonly exception?: string;
  readonly message: string;
}

/** One wrong value of a request, found at `pointer` (RFC 6901, from the body's root). */
export interface FieldProblem {
  readonly pointer: string;
  readonly code: ErrorCode;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
  readonly expected?: string;
  readonly received?: string;
  readonly nearest?: string;
}

export interface OdoorwayErrorOptions {
  readonly evidence?: Evidence;
  readonly errors?: readonly FieldProblem[];
  readonly odoo?: OdooSaid;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  /** Overrides of what the catalogue says of the code in general. */
  readonly status?: number;
  readonly happened?: Happened;
  readonly retryable?: boolean;
  /** What was thrown below; for the log, never for the answer. */
  readonly cause?: unknown;
}

export class OdoorwayError extends Error {
  override readonly name = "OdoorwayError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly happened: Happened;
  readonly title: string;
  /** What caused it, in a sentence. (`Error.cause`, the error below, is kept as `below`.) */
  readonly why: string;
  readonly fix: string;
  readonly evidence: Evidence;
  readonly errors: readonly FieldProblem[];
  readonly odoo: OdooSaid | undefined;
  readonly retryAfter: number | undefined;
  readonly below: unknown;

  constructor(code: ErrorCode, options: OdoorwayErrorOptions = {}) {
    const entry: CatalogueEntry = catalogue[code];
    const evidence = options.evidence ?? {};
    const why = renderTemplate(entry.cause, evidence);
    super(`${code}: ${why}`);
    this.code = code;
    this.status = options.status ?? entry.status;
    this.retryable = options.retryable ?? entry.retryable;
    this.happened = options.happened ?? entry.happened;
    this.title = renderTemplate(entry.title, evidence);
    this.why = why;
    this.fix = renderTemplate(entry.fix, evidence);
    this.evidence = evidence;
    this.errors = options.errors ?? [];
    this.odoo = options.odoo;
    this.retryAfter = options.retryAfter;
    this.below = options.cause;
  }
}

/** Builds the entry of `errors[]` for one wrong value. */
export function fieldProblem(pointer: string, code: ErrorCode, evidence: Evidence): FieldProblem {
  const entry: CatalogueEntry = catalogue[code];
  const text = (name: string) => {
    const value = evidence[name];
    return value === undefined ? undefined : typeof value === "object" ? value.join(", ") : String(value);
  };
  const expected = text("expected");
  const received = text("received");
  const nearest = text("nearest");
  return {
    pointer,
    code,
    title: renderTemplate(entry.title, evidence),
    cause: renderTemplate(entry.cause, evidence),
    fix: renderTemplate(entry.fix, evidence),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}
