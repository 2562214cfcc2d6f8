/**
 * The actions of a record, safe to repeat. For each:
 *
 *     read -> (state is none of only_if) -> done: it was carried out before, or does not apply
 *     read -> call -> answered          -> read -> changed: done; as before: flow_action_failed (Odoo asks something)
 *                  -> refused           -> the record is refused with Odoo's reason
 *                  -> end unknown       -> read, up to three times -> changed: done
 *                                                                  -> as before: the failure, to be tried again later
 *
 * A repetition begins with reading, so an action whose end was unknown is not carried out twice.
 */
import { type Clock, type OdooCaller, OdoorwayError } from "@odoorway/core";
import type { PlannedAction } from "../types.js";
import { readRows } from "./lookup.js";
import { sayRecord } from "./state.js";
import type { Row } from "./terms.js";
import type { Step } from "./write.js";

/** Pauses before an action whose end is unknown is looked at again, in milliseconds. */
const pauses = [500, 1_500, 3_000];

export interface ActionParts {
  readonly caller: OdooCaller;
  readonly clock: Clock;
}

/** Carries out the actions of the record that was written at this step; its run notes what failed. */
export async function act(step: Step, parts: ActionParts, signal: AbortSignal | undefined): Promise<void> {
  const { state, record } = step;
  const id = state.references(record.name, record.item);
  if (state.failure !== undefined || id === undefined || id === 0) return;
  try {
    for (const action of record.then ?? []) {
      const done = await new Action(record.model, id, action, parts, signal).run(sayRecord(record));
      state.acted ||= done;
    }
  } catch (error) {
    if (!(error instanceof OdoorwayError)) throw error;
    state.refused(record, error);
  }
}

class Action {
  constructor(
    private readonly model: string,
    private readonly id: number,
    private readonly action: PlannedAction,
    private readonly parts: ActionParts,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Whether the action was carried out now. */
  async run(record: string): Promise<boolean> {
    if (!this.applies(await this.read())) return false;
    try {
      await this.call();
    } catch (error) {
      if (!(error instanceof OdoorwayError) || error.happened === "no") throw error;
      return await this.settle(error);
    }
    const row = await this.read();
    if (!this.applies(row)) return true;
    const [field = ""] = Object.keys(this.action.only_if);
    throw new OdoorwayError("flow_action_failed", {
      evidence: {
        record,
        id: this.id,
        method: this.action.method,
        field,
        received: JSON.stringify(held(row?.[field])),
      },
    });
  }

  private async settle(failure: OdoorwayError): Promise<boolean> {
    for (const pause of pauses) {
      await this.parts.clock.sleep(pause, this.signal);
      if (this.signal?.aborted) break;
      if (!this.applies(await this.read())) return true;
    }
    throw failure;
  }

  private call(): Promise<unknown> {
    const { method, args = [], context } = this.action;
    const kwargs = context === undefined ? {} : { context };
    return this.parts.caller.call(this.model, method, [[this.id], ...args], kwargs, this.options());
  }

  private async read(): Promise<Row | undefined> {
    const fields = Object.keys(this.action.only_if);
    const answer = await this.parts.caller.call(this.model, "read", [[this.id], fields], {}, this.options());
    return readRows(this.model, answer)[0];
  }

  private options() {
    return this.signal === undefined ? {} : { signal: this.signal };
  }

  private applies(row: Row | undefined): boolean {
    if (row === undefined) return false;
    return Object.entries(this.action.only_if).every(([field, wanted]) =>
      wanted.some((one) => one === held(row[field])),
    );
  }
}

/** A many2one reads as [id, name]. */
function held(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}
