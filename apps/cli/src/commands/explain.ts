/** odoorway explain: any error text, from a file or standard input, to its diagnosis. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Explanation, explainText } from "@odoorway/diagnose";
import type { FurtherExplanation } from "@odoorway/gateway";
import { CommandError } from "../explain.js";
import { harmless } from "../harmless.js";
import type { TargetOptions } from "../target.js";
import type { Terminal } from "../terminal.js";

export interface ExplainOptions extends TargetOptions {
  readonly json?: boolean;
  readonly model?: string;
  readonly method?: string;
  /** Ask the connected Odoo too. */
  readonly connect?: boolean;
  readonly field?: string;
  /** Ids of the records that the call was about. */
  readonly id?: readonly number[];
}

/** Of a longer text only the end is kept, where the exception stands. */
const largest = 64 * 1024 * 1024;

/** @returns the exit code: 0 explained, 1 not recognised */
export async function explainInput(
  terminal: Terminal,
  file: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const { json = false, model, method, connect = false } = options;
  // Before standard input is waited for, not after.
  const further = connect ? await connected(terminal, options) : undefined;
  const text = file === undefined || file === "-" ? await inputOf(terminal) : await textOf(resolve(terminal.cwd, file));
  const call = { ...(model === undefined ? {} : { model }), ...(method === undefined ? {} : { method }) };
  const offline = explainText(text, call);
  const explanation = (await further?.(offline, text, { ...call, ...aboutOf(options) })) ?? offline;
  terminal.out(json ? JSON.stringify(explanation, null, 2) : harmless(words(explanation)));
  return explanation.code === "not_recognised" ? 1 : 0;
}

type Look = (offline: Explanation, text: string, about: About) => Promise<FurtherExplanation>;

interface About {
  readonly model?: string;
  readonly method?: string;
  readonly field?: string;
  readonly ids?: readonly number[];
}

/** What asks the connected Odoo; loaded by --connect alone, since the explanation itself needs none of it. */
async function connected(terminal: Terminal, options: ExplainOptions): Promise<Look> {
  const [{ targetOf }, { lookFurtherAt }] = await Promise.all([import("../target.js"), import("@odoorway/gateway")]);
  const target = targetOf(terminal, options, "explain --connect");
  return (offline, text, about) => lookFurtherAt(target, offline, text, about);
}

function aboutOf({ field, id = [] }: ExplainOptions): { field?: string; ids?: readonly number[] } {
  return { ...(field === undefined ? {} : { field }), ...(id.length === 0 ? {} : { ids: id }) };
}

async function inputOf({ input, say, interrupted }: Terminal): Promise<string> {
  if ("isTTY" in input && input.isTTY === true) say("Paste the text and end it with Ctrl-D.");
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of input) {
    if (interrupted.aborted) break;
    pieces.push(Buffer.from(piece));
    size += piece.length;
    if (size > 2 * largest) {
      pieces = [Buffer.concat(pieces).subarray(-largest)];
      size = largest;
    }
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

async function textOf(path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readFile(path));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError("The text cannot be read", `${path}: ${why}.`, "Name a file that you may read.");
  }
}

function words(explanation: Explanation | FurtherExplanation): string {
  const { code, title, cause, fix, confidence, evidence, odoo, happened, retryable } = explanation;
  const facts = Object.entries(evidence).filter(([name, value]) => name !== "detail" && value !== undefined);
  const lines = [
    `${confidence > 0 && confidence < 0.5 ? "Perhaps: " : ""}${title} (${code})`,
    `  Cause:    ${cause}`,
    `  Fix:      ${fix}`,
  ];
  if (odoo?.message)
    lines.push(`  Odoo:     ${[odoo.exception, odoo.message.split("\n")[0]].filter(Boolean).join(": ")}`);
  if (facts.length > 0) lines.push(`  Found:    ${facts.map(([name, value]) => `${name} ${value}`).join(", ")}`);
  if ("findings" in explanation) {
    const findings = explanation.findings.map(({ what }) => what);
    const told = findings.length > 0 ? findings : ["nothing that says more of this failure"];
    lines.push(...told.map((what, at) => `  ${at === 0 ? "Asked:    " : "          "}${what}`));
  }
  if (code !== "not_recognised") {
    const did = {
      yes: "It happened all the same.",
      no: "Nothing happened in Odoo.",
      unknown: "Whether it happened is not known: verify first.",
    };
    lines.push(
      `  Effect:   ${did[happened]}`,
      `  Again:    ${retryable ? "may work later" : "fails the same way until it is mended"}`,
    );
    lines.push(`  Sure:     ${Math.round(confidence * 100)} %`);
  }
  return lines.join("\n");
}
