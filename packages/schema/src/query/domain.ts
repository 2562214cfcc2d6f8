/**
 * Search domains: Odoo's prefix notation as JSON, [["name", "=", "Azure"]], checked before Odoo sees it, as Odoo
 * answers a wrong one with an internal error or with everything.
 */
import { type FieldProblem, fieldProblem, type ModelMetadata, nearest, OdoorwayError } from "@odoorway/core";
import { cut, describeReceived, quote } from "../describe.js";
import { Refusal } from "../scalar.js";
import { conditionValue, followPath, type KnownModels, operators } from "./condition.js";

/** Levels of `any` within `any`, and terms of one domain: more is no question but an attack. */
const deepest = 5;
const mostTerms = 10_000;

/**
 * Checks a domain, given as JSON text or as the parsed value, and gives it as Odoo takes it (null as false, datetimes in
 * UTC). Throws invalid_domain; its errors name each wrong term at its pointer within the domain.
 */
export function parseDomain(metadata: ModelMetadata, domain: unknown, known: KnownModels = () => undefined): unknown[] {
  const value = typeof domain === "string" ? readJson(domain) : domain;
  const walk = new Walk((model) => (model === metadata.model ? metadata : known(model)));
  const parsed = walk.domain(metadata, value, "", 1);
  const [first] = walk.wrong;
  if (first !== undefined)
    throw new OdoorwayError("invalid_domain", {
      evidence: { detail: first.detail },
      errors: walk.wrong.map(toProblem),
    });
  return parsed;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const python = /[('](?!\s*")/.test(text) && !text.includes('"');
    const detail = `${quote(text)} is not JSON${python ? " (it looks like Python: write [ ] for ( ), double quotes, true, false and null)" : ""}`;
    throw new OdoorwayError("invalid_domain", { evidence: { detail } });
  }
}

interface Wrong {
  readonly pointer: string;
  readonly detail: string;
}

function toProblem({ pointer, detail }: Wrong): FieldProblem {
  return fieldProblem(pointer, "invalid_domain", { detail });
}

class Walk {
  readonly wrong: Wrong[] = [];

  constructor(private readonly known: KnownModels) {}

  domain(metadata: ModelMetadata, value: unknown, pointer: string, depth: number): unknown[] {
    if (!Array.isArray(value)) return this.fail(pointer, `it is ${describeReceived(value)}, not a list`);
    if (depth > deepest) return this.fail(pointer, `conditions nest deeper than ${deepest} levels of any`);
    if (value.length > mostTerms) return this.fail(pointer, `it has more than ${mostTerms} terms`);
    const [field, operator] = value;
    if (value.length === 3 && typeof field === "string" && !"&|!".includes(field) && typeof operator === "string")
      return this.fail(pointer, `a condition stands where a list of conditions belongs; write [${shown(value)}]`);
    // Prefix notation: how many terms are still wanted. Terms beyond are joined by an implied &.
    let wanted = 0;
    const terms = value.map((term, index) => {
      const at = `${pointer}/${index}`;
      if (term === "&" || term === "|") wanted = Math.max(wanted, 1) + 1;
      else if (term === "!") wanted = Math.max(wanted, 1);
      else wanted = Math.max(wanted - 1, 0);
      if (term === "&" || term === "|" || term === "!") return term;
      if (!Array.isArray(term)) return this.fail(at, `${describeReceived(term)} is neither a condition nor &, | or !`);
      return this.condition(metadata, term, at, depth);
    });
    if (wanted > 0)
      this.fail(pointer, `an operator lacks ${wanted === 1 ? "a condition" : `${wanted} conditions`} behind it`);
    return terms;
  }

  private condition(metadata: ModelMetadata, term: readonly unknown[], pointer: string, depth: number): unknown[] {
    const [path, operator, value] = term;
    if (term.length !== 3)
      return this.fail(pointer, `a condition has three parts, but ${shown(term)} has ${term.length}`);
    // Odoo's leaves of "always" and "never".
    if ((path === 1 || path === 0) && operator === "=" && value === 1) return [path, "=", 1];
    if (typeof path !== "string") return this.fail(`${pointer}/0`, `${describeReceived(path)} is no field name`);
    const end = followPath(metadata, path, this.known);
    if ("wrong" in end) return this.fail(`${pointer}/0`, end.wrong);
    const known = typeof operator === "string" ? operators.find((one) => one === operator.toLowerCase()) : undefined;
    if (known === undefined) {
      const near = typeof operator === "string" ? nearestOperator(operator) : undefined;
      return this.fail(
        `${pointer}/1`,
        `${describeReceived(operator)} is no operator${near === undefined ? `; operators: ${operators.join(" ")}` : `; did you mean ${near}?`}`,
      );
    }
    if (known === "any" || known === "not any") {
      const relation = end.field?.relation;
      if (end.field !== undefined && relation === undefined)
        return this.fail(`${pointer}/1`, `${path} is no relation, which ${known} needs`);
      const target = relation === undefined ? undefined : this.known(relation);
      // Of a model that is not known only the form could be checked; Odoo checks the rest.
      if (target === undefined)
        return Array.isArray(value) ? [path, known, value] : this.fail(`${pointer}/2`, `${known} takes a domain`);
      return [path, known, this.domain(target, value, `${pointer}/2`, depth + 1)];
    }
    const normal = conditionValue(end.field, known, value);
    if (normal instanceof Refusal)
      return this.fail(
        `${pointer}/2`,
        `${path} ${known} takes ${normal.expected}, but received ${describeReceived(value)}`,
      );
    return [path, known, normal];
  }

  private fail(pointer: string, detail: string): unknown[] {
    this.wrong.push({ pointer, detail });
    return [];
  }
}

function nearestOperator(operator: string): string | undefined {
  const common: Readonly<Record<string, string>> = {
    "==": "=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    eq: "=",
    ne: "!=",
    contains: "ilike",
  };
  return (
    (Object.hasOwn(common, operator) ? common[operator] : undefined) ??
    (operator.length > 20 ? undefined : nearest(operator, operators))
  );
}

function shown(value: unknown): string {
  return cut(JSON.stringify(value) ?? "");
}
