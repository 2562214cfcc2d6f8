/** The nouns of the inbox: events that webhooks brought, until they are worked off and forgotten. */

/** See the state machine in operations/claim-events.ts. */
export type EventState = "waiting" | "done" | "dead" | "discarded";

/** An event as a hook received it. */
export interface NewHookEvent {
  readonly id: string;
  readonly hook: string;
  /** What the sender calls it; an event of the same hook and eventId is not kept twice. */
  readonly eventId: string;
  readonly topic: string | null;
  /** Events of one lane are worked on one after the other, in the order in which they came. */
  readonly lane: string;
  /** JSON, as received. */
  readonly payload: string;
  /**
   * Of senders that sign the body alone: its hash, since whoever caught a delivery can send it again under any id. An
   * event of the same hook and bodyHash is not kept twice either. Null: only the ids count.
   */
  readonly bodyHash: string | null;
}

/** What became of an arrival: `id` and `state` are of the event that is kept. */
export interface Arrival {
  readonly id: string;
  readonly duplicate: boolean;
  readonly state: EventState;
}

export interface StoredEvent extends Omit<NewHookEvent, "bodyHash"> {
  /** Numbers events in the order in which they were kept. */
  readonly seq: number;
  /** JSON that a person put in place of the payload; null: none did. */
  readonly edited: string | null;
  readonly state: EventState;
  /** Whether a node works on it now. */
  readonly claimed: boolean;
  readonly attempts: number;
  /** Milliseconds until the next try; 0 is at once. Of an event that is not waiting it says nothing. */
  readonly dueInMs: number;
  readonly receivedAt: number;
  readonly finishedAt: number | null;
  /** JSON: what became of it in Odoo. */
  readonly outcome: string | null;
  /** JSON: why the last try failed. */
  readonly diagnosis: string | null;
}

/** How an attempt at an event ended. `release`: it was none, as nothing was tried. */
export type Settlement =
  | { readonly id: string; readonly to: "done"; readonly outcome: string }
  | { readonly id: string; readonly to: "dead"; readonly outcome: string | null; readonly diagnosis: string }
  | { readonly id: string; readonly to: "again"; readonly inMs: number; readonly diagnosis: string }
  | { readonly id: string; readonly to: "release"; readonly diagnosis: string | null };

export interface EventFilter {
  readonly hook?: string;
  readonly state?: EventState;
  /** Only events kept before the one of this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Events of one hook that are not over, and those that are dead. */
export interface EventCounts {
  readonly hook: string;
  readonly waiting: number;
  readonly dead: number;
  /** When the oldest waiting one came; null: none waits. */
  readonly oldestWaiting: number | null;
}

/** The inbox's operations. */
export interface InboxStore {
  /** Keeps events in one transaction; one arrival an event, in order. Once it resolves they are durable. */
  appendEvents(events: readonly NewHookEvent[]): Promise<Arrival[]>;
  /**
   * Takes events of these hooks for a node, at most one a lane: the oldest of each lane that is due and that
   * nobody holds. "lapsed": the node is not known any more.
   */
  claimEvents(node: string, hooks: readonly string[], limit: number): Promise<StoredEvent[] | "lapsed">;
  /** Writes how the attempts ended and lets go of the events. What the node holds no more is left alone. */
  settleEvents(node: string, settlements: readonly Settlement[]): Promise<void>;
  getEvent(id: string): Promise<StoredEvent | undefined>;
  /** Newest first. */
  listEvents(filter: EventFilter): Promise<StoredEvent[]>;
  /** done, dead or discarded -> waiting, with an edited payload and its lane if there are; false: it is none of these. */
  reopenEvent(id: string, edit?: { readonly payload: string; readonly lane: string }): Promise<boolean>;
  /** dead, or waiting and held by nobody -> discarded; false: it is neither. */
  discardEvent(id: string): Promise<boolean>;
  /** How many later events of the same lane are done: replaying this one would write older values over theirs. */
  laterDone(id: string): Promise<number>;
  countEvents(): Promise<EventCounts[]>;
  /** Forgets events that were done or discarded this many milliseconds ago or longer, some at a time; tells how many. */
  forgetEvents(olderThanMs: number): Promise<number>;
}
