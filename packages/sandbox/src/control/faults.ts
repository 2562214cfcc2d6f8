/**
 * Faults that a test orders: a call that matches is delayed, or its connection is closed without a
 * byte of answer, before the work (nothing happened) or after it (it was committed).
 */

export interface FaultOrder {
  /** Model and method that it strikes; any where left out. */
  readonly model?: string;
  readonly method?: string;
  /** The first matching call that it strikes, from 1 on (default 1). */
  readonly nth?: number;
  /** How many matching calls it strikes from then on (default 1). */
  readonly times?: number;
  /** Milliseconds to wait before the work. */
  readonly delay?: number;
  /** Close the connection: before the work, or after its commit. */
  readonly drop?: "before" | "after";
}

interface Strike {
  readonly delay: number;
  readonly drop: "before" | "after" | undefined;
}

export interface Faults {
  add(order: FaultOrder): void;
  list(): readonly FaultOrder[];
  clear(): void;
  /** What strikes this call; counts it. */
  strike(model: string, method: string): Strike;
}

export function createFaults(): Faults {
  let orders: { order: FaultOrder; seen: number }[] = [];
  return {
    add: (order) => void orders.push({ order, seen: 0 }),
    list: () => orders.map(({ order }) => order),
    clear() {
      orders = [];
    },
    strike(model, method) {
      let delay = 0;
      let drop: Strike["drop"];
      for (const entry of orders) {
        const { order } = entry;
        if ((order.model ?? model) !== model || (order.method ?? method) !== method) continue;
        entry.seen += 1;
        const first = order.nth ?? 1;
        if (entry.seen < first || entry.seen >= first + (order.times ?? 1)) continue;
        delay = Math.max(delay, order.delay ?? 0);
        drop ??= order.drop;
      }
      return { delay, drop };
    },
  };
}
