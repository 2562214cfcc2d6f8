/**
 * Follows an import until it is over.
 *
 * The gateway is asked again and again rather than listened to: an answer is small, and a gateway that
 * is restarted in between (the import goes on by itself then) only makes one question wait. While nothing
 * answers, `away` is told, and the asking goes on until the signal aborts.
 */
import type { Clock } from "@odoorway/core";
import type { ImportStatus } from "@odoorway/imports";
import { GatewayProblem } from "../explain.js";
import { type GatewayApi, readStatus, Unreachable } from "../gateway-api.js";

/** Milliseconds between questions. */
const pauseMs = 250;
const unfinished: readonly string[] = ["receiving", "queued", "running", "paused"];

export interface Watchers {
  /** Told every status. */
  seen(status: ImportStatus): void;
  /** Told when the gateway stops answering (true), and when it answers again (false). */
  away(gone: boolean): void;
}

/** @returns the final status; undefined when the signal aborted before */
export async function follow(
  api: GatewayApi,
  id: string,
  watchers: Watchers,
  clock: Clock,
  signal: AbortSignal,
): Promise<ImportStatus | undefined> {
  let away = false;
  while (!signal.aborted) {
    const status = await ask(api, id, signal);
    if (away !== (status === undefined)) {
      away = !away;
      if (!signal.aborted) watchers.away(away);
    }
    if (status !== undefined) {
      watchers.seen(status);
      if (!unfinished.includes(status.state)) return status;
    }
    await clock.sleep(pauseMs, signal);
  }
  return undefined;
}

/** The status; undefined while the gateway is away. A 4xx is no matter of patience and rejects. */
async function ask(api: GatewayApi, id: string, signal: AbortSignal): Promise<ImportStatus | undefined> {
  try {
    return await readStatus(api, id, signal);
  } catch (error) {
    if (signal.aborted || error instanceof Unreachable) return undefined;
    if (error instanceof GatewayProblem && error.problem.status >= 500) return undefined;
    throw error;
  }
}
