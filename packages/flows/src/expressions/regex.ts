/**
 * Regular expressions of flows. JavaScript's engine backtracks, so a pattern can take a time that grows with
 * a power of the text, or worse. Three bounds: patterns that repeat a repetition or refer back are refused
 * when the flow is read; short texts are searched directly; longer ones under a watch that breaks the search off.
 */
import { createContext, Script } from "node:vm";
import { Refused } from "./failure.js";
import { limits } from "./limits.js";

/**
 * Why the pattern is not taken, or undefined. A group that is repeated must not hold a repetition or a choice
 * itself: those are what take exponential time.
 */
export function refusalOfPattern(source: string): string | undefined {
  if (source.length > 300) return "is longer than 300 characters";
  if (/\\[1-9]|\\k</.test(source)) return "refers back, which can take forever";
  const groups: { repeats: boolean }[] = [];
  let set = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === "\\") at += 1;
    else if (set) set = character !== "]";
    else if (character === "[") set = true;
    else if (character === "(") {
      groups.push({ repeats: false });
      if (source[at + 1] === "?") at += 1;
    } else if (character === ")") {
      const inner = groups.pop()?.repeats ?? false;
      const repeated = /^(?:[*+]|\{\d+,?\d*\})/.test(source.slice(at + 1));
      if (inner && repeated) return "repeats a repetition or a choice, which can take forever";
      const outer = groups.at(-1);
      if (outer && (inner || repeated)) outer.repeats = true;
    } else if (character === "*" || character === "+" || character === "|" || character === "{") {
      const group = groups.at(-1);
      if (group) group.repeats = true;
    }
  }
  return undefined;
}

/** The number of places where the engine may choose how far to go; the time grows with this power of the text. */
function choicesOf(source: string): number {
  return (
    source
      .replace(/\\.|\[(?:\\.|[^\]])*\]/g, "a")
      .replace(/\(\?/g, "")
      .match(/[*+?]|\{\d+,\d*\}/g)?.length ?? 0
  );
}

/** A search under watch runs here; searches are synchronous, so no two meet. Made when first needed. */
let watched: { readonly search: { run: () => unknown }; readonly go: () => unknown } | undefined;

function underWatch<T>(run: () => T): T {
  if (watched === undefined) {
    const search = { run: (): unknown => undefined };
    const context = createContext(Object.assign(Object.create(null), { search }));
    const script = new Script("search.run()");
    watched = { search, go: () => script.runInContext(context, { timeout: limits.regexTime }) };
  }
  watched.search.run = run;
  try {
    return watched.go() as T;
  } catch (error) {
    // An error of the context is none of this realm's Error.
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new Refused("the search for a pattern in a long text takes too long");
    throw error;
  } finally {
    watched.search.run = () => undefined;
  }
}

/** What JSONata calls instead of RegExp, one for each use of a pattern: the same with bounds. */
export class BoundedRegExp extends RegExp {
  /** Longest text that is searched directly. */
  private readonly direct: number;
  /** Milliseconds that this one has searched under watch. */
  private spent = 0;

  constructor(pattern: RegExp) {
    super(pattern);
    this.direct = limits.regexSteps ** (1 / (choicesOf(pattern.source) + 1));
  }

  override exec(text: string): RegExpExecArray | null {
    if (text.length <= this.direct) return super.exec(text);
    const started = performance.now();
    const found = underWatch(() => super.exec(text));
    this.spent += performance.now() - started;
    if (this.spent > limits.expressionTime) throw new Refused("the search for a pattern in a long text takes too long");
    return found;
  }
}
