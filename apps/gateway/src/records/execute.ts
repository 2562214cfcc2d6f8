/** A plan carried out: its calls as they stand, with what belongs to each way of writing. */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { doubtAfter } from "./fresh-metadata.js";
import type { RecordParts } from "./parts.js";
import type { PlannedCall, WritePlan } from "./plan.js";

/** Milliseconds before the second and the last try of a conflict; each pause is twice the one before. */
const firstPause = 100;
const longestPause = 800;

/** What the last call answered; undefined when there was none to make. @throws OdoorwayError what Odoo said */
export async function execute(parts: RecordParts, { model }: ModelMetadata, plan: WritePlan): Promise<unknown> {
  let answer: unknown;
  try {
    for (const call of plan.calls)
      answer = call.method === "load" ? await loadWithRetries(parts, call) : await make(parts, call);
  } catch (error) {
    doubtAfter(parts, model, error);
    throw error;
  }
  return answer;
}

function make(parts: RecordParts, { model, method, args, kwargs }: PlannedCall): Promise<unknown> {
  return parts.caller.call(model, method, args, kwargs);
}

/**
 * Two writers of one key at once: Odoo rolls one back and says so in load()'s messages, where the client
 * cannot see that it is worth another try. load() by external id doubles nothing, so it is tried again.
 */
async function loadWithRetries(parts: RecordParts, call: PlannedCall): Promise<number> {
  for (let pause = firstPause; ; pause *= 2) {
    try {
      return await load(parts, call);
    } catch (error) {
      const conflict = error instanceof OdoorwayError && error.code === "serialization_failure";
      if (!conflict || pause > longestPause) throw error;
      await parts.clock.sleep(pause * (0.5 + parts.random() / 2));
    }
  }
}

/** The id of the record that load() made. @throws OdoorwayError what load() said of the values */
async function load(parts: RecordParts, call: PlannedCall): Promise<number> {
  const { ids, messages } = (await make(parts, call)) as { ids: number[] | false; messages: { message: string }[] };
  const id = ids === false ? undefined : ids[0];
  if (id !== undefined) return id;
  const said = messages[0] ?? { message: "load() saved nothing and gave no reason" };
  throw toError(diagnose({ kind: "load", message: said }, { model: call.model, method: "load" }));
}
