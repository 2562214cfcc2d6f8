/** One run of a flow on one input while its plan is made: what its parts share. */
import type { Clock } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import type { Meter, Names } from "../expressions/expression.js";
import { limits } from "../expressions/limits.js";

export class Run {
  /** Records planned so far: by name, and of an `each` by item, the item that stands for it (of equal keys the first). */
  private readonly planned = new Map<string, Map<number | undefined, number | undefined>>();
  private records = 0;

  constructor(
    readonly input: unknown,
    readonly meter: Meter,
    private readonly rest: () => Promise<void>,
  ) {}

  note(name: string, item: number | undefined, standsFor = item): void {
    const items = this.planned.get(name) ?? new Map<number | undefined, number | undefined>();
    items.set(item, standsFor);
    this.planned.set(name, items);
  }

  /** The reference to a record of this run; undefined when it was not planned. */
  reference(name: string, item: number | undefined): { $record: string; item?: number } | undefined {
    const items = this.planned.get(name);
    if (items === undefined || !items.has(item)) return undefined;
    const standsFor = items.get(item);
    return { $record: name, ...(standsFor === undefined ? {} : { item: standsFor }) };
  }

  /** Counts a record or line against the bound, and lets others work in between. */
  async count(): Promise<void> {
    if (++this.records > limits.records)
      throw new OdoorwayError("flow_payload_refused", {
        evidence: { detail: `makes more than ${limits.records} records and lines` },
      });
    await this.rest();
  }
}

/** Resolves at once, or, when long enough was worked on end, after others had their turn. */
export function restsOf(clock: Clock): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < 20) return;
    await clock.sleep(0);
    since = performance.now();
  };
}

/** What a compiled part of a flow gives for a run, with the names that are bound there. */
export type Part<T> = (run: Run, names: Names) => Promise<T>;
