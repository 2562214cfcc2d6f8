/**
 * The nouns between "this record is wanted" and "this is in Odoo": shared by the engine, whose records come
 * from the store, and by upserts, whose records come from a caller.
 */
import { catalogue, type ErrorCode, type Evidence, type FieldProblem, OdoorwayError } from "@odoorway/core";
import { fromError, fromProblems, rowFault } from "../diagnosis.js";
import type { RowDiagnosis } from "../types.js";
import type { Loadable } from "./cells.js";
import type { LinesPlan } from "./lines.js";

export type Values = Readonly<Record<string, unknown>>;

/** A record as it is wanted. */
export interface Wanted {
  readonly externalId: string;
  /** Contract JSON. */
  readonly values: Values;
  /** Known by other means than its external id, which it may lack. */
  readonly id?: number | undefined;
  /** What an earlier call of unknown end was to do with it; null when there was none. */
  readonly intent: "create" | "update" | null;
  /** Only these fields are looked at; undefined: all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Why a record cannot be had: as it is kept with a row, and as it is thrown at a caller. */
export interface Fault {
  readonly row: RowDiagnosis;
  /** Made when asked for: there may be hundreds of thousands, and each error traces its stack. */
  error(): OdoorwayError;
}

/** Hashes of the values wanted, by field: what Odoorway remembers of a record. */
export type Hashes = Readonly<Record<string, string>>;

/** What is to be done with a record. */
export type Task<W extends Wanted> = Failed<W> | Nothing<W> | Create<W> | Update<W>;

interface Failed<W extends Wanted> {
  readonly do: "fail";
  readonly wanted: W;
  readonly fault: Fault;
}

/** It is in Odoo as wanted: found so, or done by an earlier call whose reply was lost. */
interface Nothing<W extends Wanted> {
  readonly do: "nothing";
  readonly wanted: W;
  readonly odooId: number;
  /** Undefined when nothing was compared. */
  readonly hashes: Hashes | undefined;
}

export interface Create<W extends Wanted> {
  readonly do: "create";
  readonly wanted: W;
  readonly loadable: Loadable;
  readonly hashes: Hashes;
}

export interface Update<W extends Wanted> {
  readonly do: "update";
  readonly wanted: W;
  readonly odooId: number;
  /** Fields of the record itself, as write takes them. */
  readonly changes: Values;
  readonly lines: readonly LinesPlan[];
  readonly hashes: Hashes;
}

export function faultOfProblems(model: string, problems: readonly FieldProblem[]): Fault {
  return {
    row: fromProblems(problems),
    error: () => {
      const evidence = { model, count: problems.length };
      return new OdoorwayError("validation_failed", { evidence, errors: problems });
    },
  };
}

export function faultOfError(error: OdoorwayError, field?: string): Fault {
  return { row: fromError(error, field), error: () => error };
}

export function faultOfCode(code: ErrorCode, evidence: Evidence, field?: string): Fault {
  return { row: rowFault(code, evidence, field), error: () => new OdoorwayError(code, { evidence }) };
}

/** Odoo cannot be used now. What was not answered for goes back to be tried later. */
export class Unreachable extends Error {
  readonly error: OdoorwayError;
  /** Whether the call may have happened. */
  readonly unknown: boolean;

  constructor(error: OdoorwayError, unknown: boolean) {
    super(error.message);
    this.error = error;
    this.unknown = unknown;
  }
}

/** Whether an error is about what was sent, and not about the way to Odoo. */
export function isAboutValues(error: OdoorwayError): boolean {
  if (error.code === "db_not_found") return false;
  return !error.retryable && !["transport", "auth", "internal"].includes(catalogue[error.code].family);
}

/** Callers reject with OdoorwayError only; anything else is our own defect and is not a record's fault. */
export function asError(error: unknown): OdoorwayError {
  return error instanceof OdoorwayError ? error : new OdoorwayError("internal_error", { cause: error });
}
