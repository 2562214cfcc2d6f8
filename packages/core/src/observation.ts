/** One event that logs, metrics and the request log all subscribe to. */

export interface Observation {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Facts about it; never a secret. */
  readonly facts: Readonly<Record<string, string | number | boolean | undefined>>;
}

export type Observer = (observation: Observation) => void;

/** The observer that looks away. */
export const ignoreObservations: Observer = () => {};
