/**
 * A flow compiled: from a payload to its plans. Pure but for the clock, which $now() tells and which lets others
 * work between the records of a large payload.
 *
 * The order of a run: `input` gives the run its context; `skip` may end it; `let` names what follows; `records` are
 * planned one after the other, so that each can refer to those before; then `verify` and `report`.
 */
import { type Clock, OdoorwayError, systemClock } from "@odoorway/core";
import type { Scope } from "../expressions/analyse.js";
import { type Expression, Meter, type Names } from "../expressions/expression.js";
import { shorten } from "../expressions/failure.js";
import type { Flow } from "../language.js";
import { primaryOf } from "../names.js";
import type { CompiledFlow, FlowPlan, PlannedVerify } from "../types.js";
import { Compiler, type Invalid } from "./parts.js";
import { checkPayload } from "./payload.js";
import { type CompiledRecord, compileRecord } from "./records.js";
import { type Part, Run, restsOf } from "./run.js";
import { settingsOf } from "./settings.js";
import { inTurn } from "./turn.js";
import { ValueCompiler, withItem } from "./values.js";

export interface CompileOptions {
  /** What $now() says, and who lets others work in between. @default the system's */
  readonly clock?: Clock;
  /** `when used`: expressions are compiled at the first payload, for flows that parseFlow has read. @default now */
  readonly expressions?: "now" | "when used";
}

/** Longest sentence of a report or a reason, in characters. */
const longestSentence = 2_000;

/**
 * Compiles the flow with its settings. Throws `flow_invalid` for an expression that cannot be read or names
 * what is not there, and for settings that do not fit.
 */
export function compileFlow(
  flow: Flow,
  settings: Readonly<Record<string, unknown>> = {},
  { clock = systemClock, expressions = "now" }: CompileOptions = {},
): CompiledFlow {
  let made: Parts | undefined;
  const partsNow = () => {
    made ??= compileParts(flow, (detail, path, evidence) => {
      const at = path.map((part) => (typeof part === "number" ? part + 1 : String(part))).join(".");
      return new OdoorwayError("flow_invalid", { evidence: { detail, at: `${flow.name}: ${at}`, ...evidence } });
    });
    return made;
  };
  if (expressions === "now") partsNow();
  const fixed: Names = { settings: settingsOf(flow, settings) };

  async function runsOf(payload: unknown): Promise<Run[]> {
    checkPayload(payload);
    const meter = new Meter(clock.now());
    const rest = restsOf(clock);
    const inputs = await partsNow().input(new Run(payload, meter, rest), fixed);
    if (inputs.length === 0)
      throw new OdoorwayError("flow_payload_refused", {
        evidence: { detail: `holds nothing where the flow ${flow.name} looks for its input, ${shorten(flow.input)}` },
      });
    return inputs.map((input) => new Run(input, meter, rest));
  }

  return {
    flow,
    plan: (payload) =>
      inTurn(async () => {
        const plans: FlowPlan[] = [];
        for (const run of await runsOf(payload)) plans.push(await planOf(run));
        return plans;
      }),
    keyOf: (payload) => inTurn(() => keyOf(payload)),
  };

  async function keyOf(payload: unknown): Promise<string | undefined> {
    const [run] = await runsOf(payload);
    const parts = partsNow();
    if (run === undefined || (await parts.skip(run, fixed)) !== undefined) return undefined;
    const primary = primaryOf(flow);
    const record = parts.records.find(({ name }) => name === primary);
    return record?.key(run, await parts.names(record.keyUses)(run, fixed));
  }

  async function planOf(run: Run): Promise<FlowPlan> {
    const parts = partsNow();
    const skipped = await parts.skip(run, fixed);
    if (skipped !== undefined) return { skipped, records: [], verify: [], report: [] };
    const names = await parts.names()(run, fixed);
    const records = [];
    for (const record of parts.records) records.push(...(await record.plan(run, names)));
    return { records, verify: await parts.verify(run, names), report: await parts.report(run, names) };
  }
}

interface Parts {
  readonly input: Part<readonly unknown[]>;
  /** The reason to pass the input over; undefined to go on. */
  readonly skip: Part<string | undefined>;
  /** The names of `let`: all, or those that some need (events are ordered by their key before they are planned). */
  readonly names: (needed?: readonly string[]) => Part<Names>;
  readonly records: readonly CompiledRecord[];
  readonly verify: Part<PlannedVerify[]>;
  readonly report: Part<string[]>;
}

/** Compiles every expression; the first that is wrong is thrown as `invalid` makes it. */
export function compileParts(flow: Flow, invalid: Invalid): Parts {
  const compiler = new Compiler(flow.name, invalid);
  const settings = new Set(Object.keys(flow.settings));
  const outer: Scope = { names: new Set(["settings"]), settings };
  const input =
    flow.input === "$"
      ? async (run: Run) => (Array.isArray(run.input) ? run.input : [run.input])
      : compiler.list(flow.input, outer, ["input"], "input");
  const skip = compileSkip(flow, outer, compiler);
  const known = new Set(outer.names);
  const lets = Object.entries(flow.let).map(([name, value]): Let => {
    const scope = { names: new Set(known), settings };
    known.add(name);
    return [
      name,
      typeof value === "string" ? compiler.expression(value, scope, ["let", name], `let ${name}`) : { constant: value },
    ] as const;
  });
  const scope: Scope = { names: known, settings };
  const lists = new Set<string>();
  const records = flow.records.map((record, n) => {
    const made = compileRecord(record, ["records", n], { scope, says: "", lists: new Set(lists) }, compiler);
    if (record.each !== undefined) lists.add(record.name);
    return made;
  });
  return {
    input,
    skip,
    names: (needed) => {
      const wanted = needed === undefined ? lets : neededOf(lets, needed);
      return async (run, fixed) => {
        const names: Record<string, unknown> = { ...fixed };
        for (const [name, value] of wanted)
          names[name] = "constant" in value ? value.constant : await value.raw(run.input, names, run.meter);
        return names;
      };
    },
    records,
    verify: compileVerify(flow, scope, compiler),
    report: compileReport(flow, scope, compiler),
  };
}

type Let = readonly [name: string, value: Expression | { readonly constant: unknown }];

/** Those that the names need, in their order: each sees only those before it. */
function neededOf(lets: readonly Let[], names: readonly string[]): Let[] {
  const needed = new Set(names);
  for (const [name, value] of lets.toReversed())
    if (needed.has(name) && "uses" in value) for (const used of value.uses) needed.add(used);
  return lets.filter(([name]) => needed.has(name));
}

function compileSkip(flow: Flow, scope: Scope, compiler: Compiler): Part<string | undefined> {
  const entries = flow.skip.map(({ when, says }, n) => ({
    when: compiler.condition(when, scope, ["skip", n, "when"], "skip, when"),
    says: compiler.text(says, scope, ["skip", n, "says"], "skip, says", longestSentence),
  }));
  return async (run, names) => {
    for (const { when, says } of entries) if (await when(run, names)) return says(run, names);
    return undefined;
  };
}

function compileVerify(flow: Flow, scope: Scope, compiler: Compiler): Part<PlannedVerify[]> {
  const values = new ValueCompiler(compiler);
  const entries = flow.verify.map((verify, n) => {
    const says = `verify ${verify.record}.${verify.field}`;
    return {
      verify,
      when: compiler.condition(verify.when, scope, ["verify", n, "when"], `${says}, when`),
      equals: values.term(verify.equals, ["verify", n, "equals"], { scope, says, lists: new Set() }),
    };
  });
  return async (run, names) => {
    const made: PlannedVerify[] = [];
    for (const { verify, when, equals } of entries) {
      if (run.reference(verify.record, undefined) === undefined || !(await when(run, names))) continue;
      const expected = await equals(run, names);
      if (expected === undefined) continue;
      made.push({
        record: verify.record,
        field: verify.field,
        equals: expected as PlannedVerify["equals"],
        else: verify.else,
      });
    }
    return made;
  };
}

function compileReport(flow: Flow, scope: Scope, compiler: Compiler): Part<string[]> {
  const entries = flow.report.map(({ each, when, says }, n) => {
    const inner = each === undefined ? scope : withItem({ scope, says: "", lists: new Set() }).scope;
    return {
      each: each === undefined ? undefined : compiler.list(each, scope, ["report", n, "each"], "report, each"),
      when: compiler.condition(when, inner, ["report", n, "when"], "report, when"),
      says: compiler.text(says, inner, ["report", n, "says"], "report, says", longestSentence),
    };
  });
  return async (run, names) => {
    const made: string[] = [];
    for (const { each, when, says } of entries) {
      const items =
        each === undefined ? [names] : (await each(run, names)).map((item, index) => ({ ...names, item, index }));
      for (const inner of items) if (await when(run, inner)) made.push(await says(run, inner));
    }
    return made;
  };
}
