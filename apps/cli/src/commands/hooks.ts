/** odoorway hooks: what webhooks brought, what failed for good and why, and what shall become of it. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import Table from "cli-table3";
import { type ConnectionOptions, findToken, gatewayUrl } from "../connection.js";
import { CommandError } from "../explain.js";
import { createGatewayApi, type GatewayApi } from "../gateway-api.js";
import { harmless } from "../harmless.js";
import type { Terminal } from "../terminal.js";

export interface HooksOptions extends ConnectionOptions {
  readonly json?: boolean;
}

export interface HooksListOptions extends HooksOptions {
  readonly hook?: string;
  readonly state?: string;
  readonly limit: number;
}

export interface HooksReplayOptions extends HooksOptions {
  /** File with the payload to take instead. */
  readonly payload?: string;
  /** Every dead event, of one hook perhaps. */
  readonly allDead?: boolean;
  readonly hook?: string;
}

/** As GET /v1/hooks/events lists it. */
interface EventSummary {
  readonly id: string;
  readonly hook: string;
  readonly topic: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly received_at: string;
  readonly result: string | null;
  readonly record_id: number | null;
  readonly code: string | null;
}

interface EventPage {
  readonly data: readonly EventSummary[];
  readonly next_cursor: string | null;
}

/** @returns the exit code */
export async function listHookEvents(terminal: Terminal, options: HooksListOptions): Promise<number> {
  const query = queryOf({ hook: options.hook, state: options.state, limit: String(options.limit) });
  const page = await read<EventPage>(apiOf(terminal, options), `/v1/hooks/events?${query}`);
  if (options.json) terminal.out(JSON.stringify(page));
  else if (page.data.length === 0) terminal.say("No such events.");
  else {
    const table = new Table({
      head: ["id", "hook", "topic", "received", "state", "tries", "result"],
      style: { head: [], border: [] },
    });
    for (const { id, hook, topic, received_at, state, attempts, result, record_id, code } of page.data) {
      const told = code ?? [result, record_id].filter((part) => part !== null).join(" ");
      table.push([id, hook, topic ?? "", received_at, state, attempts, told].map((cell) => harmless(String(cell))));
    }
    terminal.out(table.toString());
  }
  return 0;
}

/** @returns the exit code */
export async function showHookEvent(terminal: Terminal, id: string, options: HooksOptions): Promise<number> {
  const event = await read<unknown>(apiOf(terminal, options), `/v1/hooks/events/${encodeURIComponent(id)}`);
  terminal.out(options.json ? JSON.stringify(event) : harmless(JSON.stringify(event, null, 2)));
  return 0;
}

/** @returns the exit code */
export async function replayHookEvents(
  terminal: Terminal,
  id: string | undefined,
  options: HooksReplayOptions,
): Promise<number> {
  const api = apiOf(terminal, options);
  if ((id === undefined) !== (options.allDead === true) || (id === undefined && options.payload !== undefined))
    throw new CommandError(
      "It is not clear what to replay",
      "The command takes either an event, with --payload FILE perhaps, or --all-dead.",
      "odoorway hooks replay ID, or odoorway hooks replay --all-dead.",
    );
  if (id !== undefined) {
    const { later_done } = await act<{ later_done: number }>(
      api,
      id,
      "replay",
      await bodyOf(terminal, options.payload),
    );
    terminal.say(`The event ${id} waits to be worked off again.`);
    if (later_done > 0)
      terminal.say(
        `Look at its record afterwards: ${later_done} later events of it are done, and older values go over theirs.`,
      );
    return 0;
  }
  const ids = await allDead(api, options.hook);
  // The oldest first, as they came.
  for (const one of ids.reverse()) await act(api, one, "replay");
  terminal.say(`${ids.length} events wait to be worked off again.`);
  return 0;
}

/** @returns the exit code */
export async function discardHookEvent(terminal: Terminal, id: string, options: HooksOptions): Promise<number> {
  await act(apiOf(terminal, options), id, "discard");
  terminal.say(`The event ${id} is given up. Until it is forgotten it can be replayed.`);
  return 0;
}

/** Ids, the newest first; all of them before the first is touched, since replaying changes the list. */
async function allDead(api: GatewayApi, hook: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read<EventPage>(
      api,
      `/v1/hooks/events?${queryOf({ hook, cursor, state: "dead", limit: "200" })}`,
    );
    ids.push(...page.data.map((event) => event.id));
    if (page.next_cursor === null) return ids;
    cursor = page.next_cursor;
  }
}

function apiOf(terminal: Terminal, options: ConnectionOptions): GatewayApi {
  return createGatewayApi(gatewayUrl(terminal, options), findToken(terminal, options));
}

async function read<T>(api: GatewayApi, path: string): Promise<T> {
  return (await (await api.request(path)).json()) as T;
}

async function act<T>(api: GatewayApi, id: string, verb: "replay" | "discard", body?: string): Promise<T> {
  const answer = await api.request(`/v1/hooks/events/${encodeURIComponent(id)}/${verb}`, {
    method: "POST",
    ...(body === undefined ? {} : { body, headers: { "Content-Type": "application/json" } }),
  });
  return (await answer.json()) as T;
}

async function bodyOf(terminal: Terminal, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const path = resolve(terminal.cwd, file);
  try {
    return `{"payload":${await readFile(path, "utf8")}}`;
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError("The payload cannot be read", `${path}: ${why}.`, "Name a JSON file that you may read.");
  }
}

function queryOf(parts: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value);
  return query;
}
