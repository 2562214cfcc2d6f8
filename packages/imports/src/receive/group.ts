/**
 * Takes the files of one import in, one after the other as they arrive, and hands all of them over at once. Until then
 * each is held by its lease; a process that dies leaves none of them (engine/keeper.ts removes what nobody holds), and so
 * does a file that is refused.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Lease } from "@odoorway/store";
import { orderOf } from "../group/order.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { ImportLimits, ImportsParts, ReceiveInput } from "../types.js";
import { receive } from "./receive.js";

/** @returns the id of the import: of the one file, or of the group */
export async function receiveGroup(
  parts: ImportsParts,
  limits: ImportLimits,
  inputs: AsyncIterable<ReceiveInput>,
  newId: () => string,
): Promise<string> {
  const { store } = parts;
  const received: { id: string; plan: CompiledPlan }[] = [];
  const leases: (Lease | undefined)[] = [];
  try {
    for await (const input of inputs) {
      const id = newId();
      leases.push(await store.lease(id));
      received.push({ id, plan: await receive(parts, limits, id, input) });
    }
    return await handOver(parts, received, newId);
  } catch (error) {
    // When that fails too, the keeper does it later: the first reason is the one to tell.
    for (const { id } of received) await store.deleteImport(id).catch(() => {});
    throw error;
  } finally {
    for (const lease of leases) await lease?.release();
  }
}

async function handOver(
  { store, metadata }: ImportsParts,
  received: readonly { id: string; plan: CompiledPlan }[],
  newId: () => string,
): Promise<string> {
  const [first, second] = received;
  if (!first) throw new OdoorwayError("import_empty");
  if (!second) {
    await store.finishReceiving(first.id);
    return first.id;
  }
  const order = await orderOf(
    received.map(({ plan }) => plan),
    metadata,
  );
  const group = newId();
  await store.finishReceiving({ group, parts: order.flatMap((place) => received[place]?.id ?? []) });
  return group;
}
