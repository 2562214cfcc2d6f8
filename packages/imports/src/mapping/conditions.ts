/** Conditions over a row, compiled once and run for every row. */
import { OdoorwayError } from "@odoorway/core";
import type { Condition } from "./language.js";
import type { Row } from "./row.js";

export type Test = (row: Row) => boolean;

/**
 * A condition made ready. Texts are compared trimmed. lt, lte, gt, gte hold for cells that are numbers
 * only. Throws `mapping_invalid` for a pattern that is no regular expression or could take exponential time.
 */
export function compileCondition(condition: Condition): Test {
  if ("all" in condition) {
    const tests = condition.all.map(compileCondition);
    return (row) => tests.every((test) => test(row));
  }
  if ("any" in condition) {
    const tests = condition.any.map(compileCondition);
    return (row) => tests.some((test) => test(row));
  }
  if ("not" in condition) {
    const test = compileCondition(condition.not);
    return (row) => !test(row);
  }
  const tests = cellTests(condition);
  if (tests.length === 0)
    throw new OdoorwayError("mapping_invalid", {
      evidence: { detail: `The condition on ${condition.column} compares it with nothing` },
    });
  return (row) => {
    const cell = row.text(condition.column).trim();
    return tests.every((test) => test(cell));
  };
}

function cellTests(condition: Extract<Condition, { column: string }>): ((cell: string) => boolean)[] {
  const tests: ((cell: string) => boolean)[] = [];
  const { equals, empty, lt, lte, gt, gte } = condition;
  if (equals !== undefined) tests.push((cell) => cell === String(equals));
  if (condition.in !== undefined) {
    const values = new Set(condition.in.map(String));
    tests.push((cell) => values.has(cell));
  }
  if (empty !== undefined) tests.push((cell) => (cell === "") === empty);
  if (lt !== undefined) tests.push((cell) => number(cell) < lt);
  if (lte !== undefined) tests.push((cell) => number(cell) <= lte);
  if (gt !== undefined) tests.push((cell) => number(cell) > gt);
  if (gte !== undefined) tests.push((cell) => number(cell) >= gte);
  if (condition.matches !== undefined) {
    const pattern = compilePattern(condition.matches);
    tests.push((cell) => pattern.test(cell.length > 1000 ? cell.slice(0, 1000) : cell));
  }
  return tests;
}

/** NaN for what is no number, with which every comparison is false. */
function number(cell: string): number {
  return cell === "" ? Number.NaN : Number(cell);
}

/** Repeated groups that hold a repetition take exponential time on hostile cells, so they are refused. */
function compilePattern(source: string): RegExp {
  const refuse = (detail: string) => new OdoorwayError("mapping_invalid", { evidence: { detail } });
  if (/\([^)]*[*+}][^)]*\)\s*[*+{]/.test(source) || /\\[1-9k]/.test(source))
    throw refuse(`The pattern ${source} repeats a repetition or refers back, which can take forever`);
  try {
    return new RegExp(source, "u");
  } catch {
    throw refuse(`The pattern ${source} is not a regular expression`);
  }
}
