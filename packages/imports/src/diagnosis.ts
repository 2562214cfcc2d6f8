/**
 * Why a row failed, as it is stored and as it is shown. A rule of the mapping is stored as its number
 * alone, since hundreds of thousands of rows may fail by the same one.
 */

import {
  type CatalogueEntry,
  catalogue,
  type ErrorCode,
  type Evidence,
  type FieldProblem,
  type OdoorwayError,
  renderTemplate,
} from "@odoorway/core";
import type { Plan } from "./mapping/plan.js";
import type { Row } from "./mapping/row.js";
import type { RowDiagnosis } from "./types.js";

/** A diagnosis, or the rule that refused the row. */
export type RowFault = RowDiagnosis | { readonly rule: number };

/** Rendered without making an error: there may be hundreds of thousands, and each would trace its stack. */
export function rowFault(code: ErrorCode, evidence: Evidence, field?: string): RowDiagnosis {
  const entry: CatalogueEntry = catalogue[code];
  return {
    code,
    title: renderTemplate(entry.title, evidence),
    cause: renderTemplate(entry.cause, evidence),
    fix: renderTemplate(entry.fix, evidence),
    ...(field === undefined ? {} : { field }),
  };
}

export function fromError(error: OdoorwayError, field?: string): RowDiagnosis {
  const named = field ?? (typeof error.evidence.field === "string" ? error.evidence.field : undefined);
  return {
    code: error.code,
    title: error.title,
    cause: error.why,
    fix: error.fix,
    ...(named === undefined ? {} : { field: named }),
    ...(error.odoo === undefined ? {} : { odoo: error.odoo }),
  };
}

/** The first problem, with all of them when there are several. */
export function fromProblems(problems: readonly FieldProblem[]): RowDiagnosis {
  const [first] = problems;
  if (!first) return rowFault("internal_error", {});
  const field = fieldOf(first);
  return {
    code: first.code,
    title: first.title,
    cause: first.cause,
    fix: first.fix,
    ...(field === "" ? {} : { field }),
    ...(problems.length === 1
      ? {}
      : {
          errors: problems
            .slice(0, 50)
            .map((one) => ({ code: one.code, cause: one.cause, fix: one.fix, field: fieldOf(one) })),
        }),
  };
}

/** `/order_line/create/0/name` -> `order_line/name`: the way that people name a cell. */
function fieldOf(problem: FieldProblem): string {
  return problem.pointer
    .split("/")
    .filter((part) => part !== "" && !/^\d+$/.test(part) && !["create", "set", "add", "update"].includes(part))
    .join("/");
}

/** A stored fault made whole. */
export function explainFault(stored: string, plan: Plan, row: Row): RowDiagnosis {
  const fault = JSON.parse(stored) as RowFault;
  if (!("rule" in fault)) return fault;
  const rule = plan.kind === "mapping" ? plan.mapping.rules[fault.rule] : undefined;
  if (!rule) return rowFault("internal_error", {});
  const fill = (text: string) => text.replace(/\{([^{}]+)\}/g, (_whole, column: string) => row.text(column));
  return rowFault("row_refused_by_rule", {
    reason: fill(rule.fail),
    ...(rule.remedy === undefined ? {} : { remedy: fill(rule.remedy) }),
  });
}
