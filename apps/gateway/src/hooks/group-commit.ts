/**
 * Many small writes as few transactions: a commit costs the disk as much for one row as for hundreds.
 *
 *   idle ──(a write)──> gathering ──(a few ms later, or enough of them)──> writing ──> idle, or gathering
 *
 * What comes while a group is written gathers for the next one, which follows at once. A write resolves when its
 * group is durable; when a group fails, every write of it does.
 */
import { after, type Clock } from "@odoorway/core";

export interface GroupLimits {
  /** Writes of one group. */
  readonly most: number;
  /** How long the first write of a group waits for others. */
  readonly lingerMs: number;
}

interface Waiting<T, R> {
  readonly item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** @param write keeps the items of a group and answers one result an item, in order */
export function createGroupCommit<T, R>(
  write: (items: readonly T[]) => Promise<readonly R[]>,
  clock: Clock,
  limits: GroupLimits = { most: 200, lingerMs: 2 },
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let state: "idle" | "gathering" | "writing" = "idle";

  const flush = async (): Promise<void> => {
    state = "writing";
    while (waiting.length > 0) {
      const group = waiting.splice(0, limits.most);
      try {
        const results = await write(group.map(({ item }) => item));
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    state = "idle";
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (state !== "idle") return;
      state = "gathering";
      after(clock, limits.lingerMs, () => void flush());
    });
}
