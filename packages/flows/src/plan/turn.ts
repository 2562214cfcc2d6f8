/**
 * Plans are made one after the other: they share the one thread, and the time of an expression is measured on the
 * wall. Interleaved, one that takes long would use up the time of all.
 */
let last: Promise<unknown> = Promise.resolve();

/** Runs `work` once all that came before has ended. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}
