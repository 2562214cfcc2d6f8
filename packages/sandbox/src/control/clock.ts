/** A clock that a test can set: what moves with it are timestamps, the ends of keys and sessions, the cooldown. */
import type { Clock } from "@odoorway/core";

export interface MovableClock extends Clock {
  /** Stands still at this time (milliseconds since the epoch) until it is advanced or released. */
  set(now: number): void;
  /** Goes forward by so many milliseconds, or back. */
  advance(milliseconds: number): void;
  /** The time of the clock below again. */
  release(): void;
}

/** Waiting is not moved: a sleep lasts as long as the clock below says. */
export function movableClock(below: Clock): MovableClock {
  let fixed: number | undefined;
  let ahead = 0;
  return {
    now: () => (fixed ?? below.now()) + ahead,
    sleep: (milliseconds, signal) => below.sleep(milliseconds, signal),
    set(now) {
      fixed = now;
      ahead = 0;
    },
    advance(milliseconds) {
      ahead += milliseconds;
    },
    release() {
      fixed = undefined;
      ahead = 0;
    },
  };
}
