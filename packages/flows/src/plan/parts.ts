/** The expressions of a flow compiled, with their places: what conditions, lists and texts give. */
import type { Evidence, OdoorwayError } from "@odoorway/core";
import { OdoorwayError as Failure } from "@odoorway/core";
import { describeReceived } from "@odoorway/schema";
import type { Scope } from "../expressions/analyse.js";
import { compileExpression, type Expression, isFinding } from "../expressions/expression.js";
import { shorten } from "../expressions/failure.js";
import type { Part } from "./run.js";

export type Path = readonly PropertyKey[];
/** Makes the error for a place of the flow. */
export type Invalid = (detail: string, path: Path, evidence?: Evidence) => OdoorwayError;

/** Compiles expressions of one flow; `place` of each is said in people's words. */
export class Compiler {
  private readonly uses = new Map<string, readonly string[]>();

  constructor(
    readonly flow: string,
    readonly invalid: Invalid,
  ) {}

  expression(text: string, scope: Scope, path: Path, place: string): Expression {
    const made = compileExpression(text, scope, { flow: this.flow, place });
    if (!isFinding(made)) {
      this.uses.set(text, made.uses);
      return made;
    }
    const { detail, position, nearest } = made;
    const at = position === undefined ? "" : `, character ${position}`;
    throw this.invalid(`${detail} (in ${shorten(text)}${at})`, path, { nearest });
  }

  /** The names that compiled texts use. */
  usesOf(texts: readonly (string | undefined)[]): string[] {
    return texts.flatMap((text) => (text === undefined ? [] : (this.uses.get(text) ?? [])));
  }

  /** The value as JSON; undefined for nothing. */
  value(text: string, scope: Scope, path: Path, place: string): Part<unknown> {
    const expression = this.expression(text, scope, path, place);
    return (run, names) => expression.evaluate(run.input, names, run.meter);
  }

  /** A condition, by JSONata's own idea of what is true; one that is absent always holds. */
  condition(text: string | undefined, scope: Scope, path: Path, place: string): Part<boolean> {
    if (text === undefined) return async () => true;
    const expression = this.expression(text, scope, path, place);
    return async (run, names) => isTrue(await expression.raw(run.input, names, run.meter));
  }

  /** A list: nothing and null are empty, one value is a list of itself. Items are the payload's own. */
  list(text: string, scope: Scope, path: Path, place: string): Part<readonly unknown[]> {
    const expression = this.expression(text, scope, path, place);
    return async (run, names) => {
      const result = await expression.raw(run.input, names, run.meter);
      if (result === undefined || result === null) return [];
      return Array.isArray(result) ? result : [result];
    };
  }

  /** A text of at least one character; a number is written out. Undefined when `empty` allows it. */
  text(text: string, scope: Scope, path: Path, place: string, most: number): Part<string> {
    const expression = this.expression(text, scope, path, place);
    return async (run, names) => {
      const result = await expression.evaluate(run.input, names, run.meter);
      const made = typeof result === "number" || typeof result === "boolean" ? String(result) : result;
      if (typeof made === "string" && made.trim() !== "" && made.length <= most) return made.trim();
      const detail =
        typeof made === "string" && made.length > most ? `it gives more than ${most} characters` : "it gives no text";
      throw this.failed(expression, place, detail, result);
    };
  }

  failed(expression: Pick<Expression, "text">, place: string, detail: string, received: unknown): OdoorwayError {
    return new Failure("flow_expression_failed", {
      evidence: {
        flow: this.flow,
        place,
        detail,
        received: received === undefined ? "nothing" : describeReceived(received),
        expression: shorten(expression.text),
      },
    });
  }
}

/** Nothing, null, false, 0, "", empty lists and objects, and lists of such are false, as $boolean has it. */
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === "object" && value !== null)
    return !("_jsonata_function" in value || "_jsonata_lambda" in value) && Object.keys(value).length > 0;
  return typeof value !== "function" && Boolean(value);
}
