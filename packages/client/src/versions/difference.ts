/** What a line of the table of versions is, and how the lines that concern a call are applied to it. */
import { OdoorwayError } from "@odoorway/core";
import type { MethodCall } from "../transports/transport.js";
import type { Version } from "./version.js";

/** The call that this version understands, and what turns its answer into the one that was asked for. */
export interface Adapted {
  readonly call: MethodCall;
  result?(value: unknown): unknown;
}

export interface Difference {
  /** What differs and what the client does about it, each in a line of the reference. */
  readonly what: string;
  readonly does: string;
  readonly methods: readonly string[];
  /** First and last major version that it holds for. */
  readonly from?: number;
  readonly until?: number;
  /** Whether the call, by its form alone, is one that it is about. Without: every call of its methods. */
  concerns?(call: MethodCall): boolean;
  /** Throws `version_unsupported` where there is nothing that would be the same. */
  adapt(call: MethodCall, version: Version): Adapted;
}

/** The lines that concern the call by its form, in some version or other; undefined for most calls. */
export function concerning(table: ReadonlyMap<string, readonly Difference[]>, call: MethodCall) {
  const lines = table.get(call.method)?.filter((line) => line.concerns?.(call) ?? true);
  return lines?.length ? lines : undefined;
}

/** Applies the lines that hold for the version, one after the other. */
export function adapted(lines: readonly Difference[], call: MethodCall, version: Version): Required<Adapted> {
  let now = call;
  const back: ((value: unknown) => unknown)[] = [];
  for (const line of lines) {
    const { from = 0, until = Number.POSITIVE_INFINITY } = line;
    if (version.major < from || version.major > until) continue;
    const next = line.adapt(now, version);
    now = next.call;
    if (next.result !== undefined) back.unshift(next.result);
  }
  return { call: now, result: (value) => back.reduce((answer, turn) => turn(answer), value) };
}

/** The table by method. */
export function byMethod(table: readonly Difference[]): ReadonlyMap<string, readonly Difference[]> {
  const lines = new Map<string, Difference[]>();
  for (const line of table) for (const method of line.methods) lines.set(method, [...(lines.get(method) ?? []), line]);
  return lines;
}

/** An `adapt` that refuses: what is the matter, and what to do instead. */
export function refuse(detail: string, expected: string): Difference["adapt"] {
  return (_call, version) => {
    throw new OdoorwayError("version_unsupported", { evidence: { version: version.server, detail, expected } });
  };
}

/** The call with another name for one of its named arguments. */
export function renamed(call: MethodCall, from: string, to: string): Adapted {
  const { [from]: value, ...rest } = call.kwargs;
  return { call: { ...call, kwargs: { ...rest, [to]: value } } };
}

/** An argument by its place or its name; undefined when it is given neither way. */
export function argument(call: MethodCall, place: number, name: string): unknown {
  return call.args[place] ?? call.kwargs[name];
}

/** The context alone, of the named arguments, to hand on to another method. */
export function contextOf({ kwargs }: MethodCall): Readonly<Record<string, unknown>> {
  return kwargs.context === undefined ? {} : { context: kwargs.context };
}
