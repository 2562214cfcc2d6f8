/** The summary of a log, as `odoorway logs --json` prints it. */
import type { ErrorCode, Evidence } from "@odoorway/core";
import type { FailureKind } from "./kinds.js";
import type { LogLevel } from "./line.js";

/** Failures of one kind: the same diagnosis, words and place. */
export interface FailureGroup {
  readonly code: ErrorCode;
  readonly evidence: Evidence;
  readonly exception: string | null;
  /** Odoo's words, cleaned of paths and SQL. */
  readonly message: string;
  readonly kind: FailureKind;
  readonly level: LogLevel;
  readonly logger: string;
  /** Module file and function where it broke. */
  readonly at: string | null;
  readonly model: string | null;
  readonly method: string | null;
  readonly count: number;
  /** Times as the server wrote them. */
  readonly first: string;
  readonly last: string;
  /** Number of the line where the first one begins. */
  readonly line: number;
  /** Names with how often they occurred. */
  readonly databases: Readonly<Record<string, number>>;
  readonly users: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
}

export interface SlowRequest {
  readonly time: string;
  readonly line: number;
  readonly seconds: number;
  readonly request: string;
  readonly status: number;
  readonly queries: number | null;
  readonly database: string | null;
}

export interface LogSummary {
  readonly lines: number;
  readonly entries: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly levels: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly failures: readonly FailureGroup[];
  /** Failures of kinds beyond the thousandth, which are not kept. */
  readonly failures_beyond?: number;
  readonly slow_requests: readonly SlowRequest[];
  readonly slow_count: number;
}
