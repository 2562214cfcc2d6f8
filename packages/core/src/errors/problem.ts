/** An error as the HTTP contract shows it: application/problem+json (RFC 9457). */
import type { FieldProblem, OdoorwayError, OdooSaid } from "./odoorway-error.js";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly retryable: boolean;
  readonly happened: string;
  readonly request_id?: string;
  readonly errors?: readonly FieldProblem[];
  readonly odoo?: OdooSaid;
}

export function toProblem(error: OdoorwayError, at: { instance?: string; requestId?: string } = {}): Problem {
  return {
    type: `/errors/${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.why,
    ...(at.instance === undefined ? {} : { instance: at.instance }),
    code: error.code,
    cause: error.why,
    fix: error.fix,
    retryable: error.retryable,
    happened: error.happened,
    ...(at.requestId === undefined ? {} : { request_id: at.requestId }),
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
    ...(error.odoo === undefined ? {} : { odoo: error.odoo }),
  };
}
