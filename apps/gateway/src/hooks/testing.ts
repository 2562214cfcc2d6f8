/** For tests: flows and a runner without an Odoo. */
import type { CompiledFlow, Flow, FlowOutcome, FlowRunner } from "@odoorway/flows";

/** A flow whose key is the payload's `key`; nothing else of it is used. */
export function fakeFlow(name = "orders"): CompiledFlow {
  return {
    flow: { name, source: { kind: "webhook" }, settings: {}, records: [] } as unknown as Flow,
    plan: async () => [],
    keyOf: async (payload) => String((payload as { key?: unknown }).key ?? "") || undefined,
  };
}

export interface FakeOdoo {
  readonly runner: FlowRunner;
  /** Payloads that came through, in order; of each key. */
  readonly done: Map<string, unknown[]>;
  /** What happens to a payload before it comes through; an outcome takes the place of success. */
  before: (payload: unknown) => Promise<FlowOutcome | undefined>;
  /** Keys at work right now; more than one of a key at once is noted in `clashes`. */
  readonly clashes: string[];
}

export function fakeOdoo(): FakeOdoo {
  const atWork = new Set<string>();
  const odoo: FakeOdoo = {
    done: new Map(),
    clashes: [],
    before: async () => undefined,
    runner: {
      async run(_flow, payloads) {
        return Promise.all(
          payloads.map(async (payload): Promise<FlowOutcome> => {
            const key = String((payload as { key?: unknown }).key ?? "");
            if (atWork.has(key)) odoo.clashes.push(key);
            atWork.add(key);
            try {
              const instead = await odoo.before(payload);
              if (instead !== undefined) return instead;
              odoo.done.set(key, [...(odoo.done.get(key) ?? []), payload]);
              return { outcome: "created", id: 7, records: [], warnings: [] };
            } finally {
              atWork.delete(key);
            }
          }),
        );
      },
    },
  };
  return odoo;
}
