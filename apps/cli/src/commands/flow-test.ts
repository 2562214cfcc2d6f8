/**
 * odoorway flow test: the examples of flows, each payload's plan against the plan that is expected; with --connect
 * every model, field and method against the connected Odoo too. Nothing is written anywhere.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { createClient } from "@odoorway/client";
import { type FieldProblem, type MetadataSource, OdoorwayError, systemClock } from "@odoorway/core";
import { checkFlow, type ExampleResult, type Flow, testFlow } from "@odoorway/flows";
import { createMetadata } from "@odoorway/gateway";
import { readFlow } from "@odoorway/gateway/flows";
import { readConfiguration } from "../configuration.js";
import { CommandError } from "../explain.js";
import { findFlows } from "../flow/find.js";
import { harmless } from "../harmless.js";
import type { Terminal } from "../terminal.js";

export interface FlowTestOptions {
  /** Ask the connected Odoo too. */
  readonly connect?: boolean;
  readonly json?: boolean;
  readonly config?: string;
}

/** What was found of one file. */
interface Tested {
  readonly file: string;
  readonly name?: string;
  /** The flow cannot be read. */
  readonly error?: OdoorwayError;
  readonly examples: readonly ExampleResult[];
  /** What the connected Odoo does not have; undefined when it was not asked. */
  readonly problems?: readonly FieldProblem[];
}

const allHold = 0;
const someDiffer = 1;

/** @param targets files, folders or names; none means all flows @returns the exit code */
export async function testFlows(
  terminal: Terminal,
  targets: readonly string[],
  options: FlowTestOptions,
): Promise<number> {
  const config = readConfiguration(terminal, options.config);
  if (options.connect && config.odoo === undefined)
    throw new CommandError(
      "There is no connection to ask",
      "Neither ODOO_URL nor odoorway.yaml names an Odoo.",
      "Set ODOO_URL, ODOO_DB, ODOO_LOGIN and ODOO_API_KEY, or leave --connect out.",
    );
  const files = findFlows(targets, terminal.cwd, config.flowsFolder);
  const client = options.connect && config.odoo ? createClient(config.odoo) : undefined;
  const metadata = client && createMetadata({ caller: client, clock: systemClock, ttl: Number.POSITIVE_INFINITY });
  const tested: Tested[] = [];
  try {
    for (const path of files) {
      const one = await testFile(path, relative(terminal.cwd, path) || path, config.flows, metadata);
      tested.push(one);
      if (!options.json) terminal.out(harmless(words(one)));
    }
  } finally {
    await client?.close();
  }
  if (options.json) terminal.out(JSON.stringify(tested.map(told), null, 2));
  else terminal.out(closing(tested));
  return tested.every(holds) ? allHold : someDiffer;
}

async function testFile(
  path: string,
  file: string,
  settings: Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>>,
  metadata: MetadataSource | undefined,
): Promise<Tested> {
  let flow: Flow;
  try {
    flow = readFlow(path);
  } catch (error) {
    if (error instanceof OdoorwayError) return { file, error, examples: [] };
    throw error;
  }
  const { name } = flow;
  const examples = await testFlow(flow, {
    readFile: (payload) => readFile(join(dirname(path), payload), "utf8"),
    settings: settings[name]?.settings ?? {},
  });
  return { file, name, examples, ...(metadata === undefined ? {} : { problems: await checkFlow(flow, metadata) }) };
}

function holds({ error, examples, problems = [] }: Tested): boolean {
  return error === undefined && problems.length === 0 && examples.every(isGood);
}

function isGood({ error, differences }: ExampleResult): boolean {
  return error === undefined && differences.length === 0;
}

function words({ file, name, error, examples, problems }: Tested): string {
  const head = name === undefined ? file : `${name} (${file})`;
  const lines = [
    ...(error === undefined ? [] : [`  FAILED   ${error.title}: ${error.why}`, `           Fix: ${error.fix}`]),
    ...examples.flatMap(exampleWords),
    ...(problems ?? []).flatMap(({ pointer, cause, fix }) => [
      `  ODOO     ${pointer}: ${cause}`,
      `           Fix: ${fix}`,
    ]),
    ...(problems?.length === 0 ? ["  ok       Odoo has every model, field and method"] : []),
  ];
  return [head, ...(lines.length === 0 ? ["  -        it has no examples"] : lines)].join("\n");
}

function exampleWords({ name, differences, error }: ExampleResult): string[] {
  if (error !== undefined) return [`  FAILED   ${name}: ${error.title}: ${error.why}`, `           Fix: ${error.fix}`];
  if (differences.length === 0) return [`  ok       ${name}`];
  return [
    `  DIFFERS  ${name}`,
    ...differences.map(
      ({ path, expected, received }) => `           ${path || "the plan"}: ${received}, not ${expected}`,
    ),
  ];
}

function closing(tested: readonly Tested[]): string {
  const examples = tested.flatMap((one) => one.examples);
  const bad = examples.filter((one) => !isGood(one)).length;
  const unread = tested.filter(({ error }) => error !== undefined).length;
  const problems = tested.reduce((sum, one) => sum + (one.problems?.length ?? 0), 0);
  return [
    `${counted(tested.length, "flow")}, ${counted(examples.length, "example")}: ${examples.length - bad} hold, ${bad} do not.`,
    ...(unread === 0 ? [] : [`${counted(unread, "flow")} cannot be read.`]),
    ...(problems === 0 ? [] : [`Odoo lacks ${problems} of what they name.`]),
  ].join(" ");
}

function told({ file, name, error, examples, problems = [] }: Tested) {
  const shown = (one: OdoorwayError | undefined) =>
    one === undefined ? null : { code: one.code, title: one.title, cause: one.why, fix: one.fix };
  return {
    file,
    name: name ?? null,
    error: shown(error),
    examples: examples.map((one) => ({ ...one, error: shown(one.error), holds: isGood(one) })),
    problems,
  };
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
