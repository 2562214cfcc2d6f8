/** Reads a flow from YAML or JSON and says of what is wrong with it where it stands. */
import { type Evidence, nearest, OdoorwayError } from "@odoorway/core";
import { type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { keysAt } from "./keys.js";
import { type Flow, flowSchema } from "./language.js";
import { checkNames } from "./names.js";
import { compileParts } from "./plan/compile-flow.js";

/** Longest text of a flow, in characters: a hundred times the largest preset. */
const longestFlow = 2_000_000;

export interface ParseOptions {
  /**
   * `now` reads every expression, so that a wrong one is told with its line. `when used` leaves that to
   * compileFlow, which names the place but no line: for flows that are known to be right. @default now
   */
  readonly expressions?: "now" | "when used";
}

/**
 * A flow from its text (YAML 1.2, of which JSON is a part). `name` is used when the text gives none. Throws
 * `flow_invalid` with the line, the place, and for a wrong key or name the nearest right one.
 */
export function parseFlow(text: string, name: string, { expressions = "now" }: ParseOptions = {}): Flow {
  const place = new Places(text);
  const parsed = flowSchema.safeParse(withName(place.value, name));
  if (!parsed.success) throw place.explain(deepest(parsed.error.issues));
  const flow = parsed.data;
  const invalid = (detail: string, path: Path, more?: Evidence) => place.invalid({ detail, ...more }, path);
  checkNames(flow, invalid);
  if (expressions === "now") compileParts(flow, invalid);
  return flow;
}

function withName(raw: unknown, name: string): unknown {
  const isObject = typeof raw === "object" && raw !== null && !Array.isArray(raw);
  return isObject && !Object.hasOwn(raw, "name") ? { name, ...raw } : raw;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The text's document, which knows the line of every place. */
class Places {
  readonly value: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(text: string) {
    if (text.length > longestFlow)
      throw new OdoorwayError("flow_invalid", {
        evidence: { detail: `It is longer than ${longestFlow} characters` },
      });
    this.document = parseDocument(text, { lineCounter: this.lines, logLevel: "silent" });
    const [error] = this.document.errors;
    if (error !== undefined)
      throw new OdoorwayError("flow_invalid", {
        evidence: {
          detail: `It is neither YAML nor JSON: ${error.message.split(/ at line | at flow/)[0]?.replace(/:\s*$/, "")}`,
          line: error.linePos?.[0].line,
        },
      });
    try {
      this.value = this.document.toJS({ maxAliasCount: 100 });
    } catch {
      throw new OdoorwayError("flow_invalid", { evidence: { detail: "Its aliases refer to too much" } });
    }
  }

  invalid(evidence: Evidence, path: Path): OdoorwayError {
    return new OdoorwayError("flow_invalid", { evidence: { at: place(path), line: this.lineOf(path), ...evidence } });
  }

  explain(issue: Issue): OdoorwayError {
    if (issue.code !== "unrecognized_keys") return this.invalid({ detail: sentence(issue) }, issue.path);
    const key = issue.keys[0] ?? "?";
    return this.invalid(
      { detail: `There is no key ${key.slice(0, 60)} here`, nearest: nearest(key, keysAt(issue.path)) },
      [...issue.path, key],
    );
  }

  /** The line of the place, or of what is next around it. */
  private lineOf(path: Path): number | undefined {
    for (let length = path.length; length >= 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
      const start = node?.range?.[0];
      if (start !== undefined) return this.lines.linePos(start).line;
    }
    return undefined;
  }
}

/** Zod's own words, less the prefix, and with what a place in the flow takes. */
function sentence(issue: Issue): string {
  if (issue.code === "invalid_key")
    return `${String(issue.path.at(-1)).slice(0, 60)} is not ${issue.issues[0]?.message ?? "a key"}`;
  if (issue.code === "invalid_type" && issue.input === undefined && /received undefined/.test(issue.message))
    return "Something is missing here";
  return issue.message.replace(/^Invalid input: /, "").replace(/^./, (first) => first.toUpperCase());
}

/** The most telling issue: within a union, the branch that got furthest. */
function deepest(issues: readonly Issue[]): Issue {
  let best: Issue | undefined;
  for (const issue of issues) {
    let candidate = issue;
    if (issue.code === "invalid_union") {
      const inner = issue.errors
        .map((branch) => branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] }) as Issue))
        .filter((branch) => branch.length > 0)
        .sort((a, b) => rank(b) - rank(a))[0];
      if (inner) candidate = deepest(inner);
    }
    if (!best || depthOf(candidate) > depthOf(best)) best = candidate;
  }
  if (!best) throw new TypeError("no issues");
  return best;
}

/** A key that is not known stands below its object, and explains the one that is missing there. */
function depthOf(issue: Issue): number {
  return issue.path.length + (issue.code === "unrecognized_keys" ? 1.5 : 0);
}

/** Branches that merely met a key they do not know come nearest to what was meant. */
function rank(branch: readonly Issue[]): number {
  const known = branch.every((issue) => issue.code === "unrecognized_keys");
  return (known ? 1000 : 0) + Math.max(...branch.map((issue) => issue.path.length)) * 10 - branch.length;
}

/** `records[2].values.email`, counted from 1. */
function place(path: Path): string | undefined {
  if (path.length === 0) return undefined;
  return path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : String(part).slice(0, 80)))
    .join(".")
    .replaceAll(".[", "[");
}
