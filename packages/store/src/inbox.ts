/** Binds the inbox's operations. */
import type { InboxStore } from "./inbox-types.js";
import { appendEvents } from "./operations/append-events.js";
import { claimEvents } from "./operations/claim-events.js";
import { countEvents } from "./operations/count-events.js";
import { discardEvent } from "./operations/discard-event.js";
import { forgetEvents } from "./operations/forget-events.js";
import { getEvent } from "./operations/get-event.js";
import { laterDone } from "./operations/later-done.js";
import { listEvents } from "./operations/list-events.js";
import { reopenEvent } from "./operations/reopen-event.js";
import { settleEvents } from "./operations/settle-events.js";
import type { Db } from "./schema.js";

/** Hands an operation the database, and says of what a driver throws that the store is unavailable. */
export type Bind = <A extends unknown[], R>(
  operation: (db: Db, ...rest: A) => Promise<R>,
) => (...rest: A) => Promise<R>;

export function bindInbox(on: Bind): InboxStore {
  return {
    appendEvents: on(appendEvents),
    claimEvents: on(claimEvents),
    settleEvents: on(settleEvents),
    getEvent: on(getEvent),
    listEvents: on(listEvents),
    reopenEvent: on(reopenEvent),
    discardEvent: on(discardEvent),
    laterDone: on(laterDone),
    countEvents: on(countEvents),
    forgetEvents: on(forgetEvents),
  };
}
