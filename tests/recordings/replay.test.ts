/**
 * The sandbox, and any real server that REPLAY_URL, REPLAY_DB, REPLAY_KEYS (a file: login to API key) and
 * REPLAY_VERSION name (npm run replay), answers the recordings as the real Odoo did.
 */
import { readFileSync } from "node:fs";
import { createSandbox } from "@odoorway/sandbox";
import { expect, it } from "vitest";
import { type ReplayTarget, replay, type Score } from "./replay.js";
import { keys, recordedUsers } from "./users.js";

/** The score in one line, and a line for each miss. */
function told({ cases, alike, toTheWord, misses }: Score): string[] {
  const percent = (count: number) => `${((100 * count) / cases).toFixed(1)} %`;
  return [
    `${cases} cases: ${percent(alike)} alike, ${percent(toTheWord)} to the word`,
    ...misses.map(({ id, want, have }) => `${id}\n  want ${JSON.stringify(want)}\n  have ${JSON.stringify(have)}`),
  ];
}

/** Who answers; called, it starts, and `close` ends it. */
interface Target {
  readonly name: string;
  readonly version: 18 | 19;
  open(): Promise<ReplayTarget & { close(): Promise<void> }>;
}

const sandboxes = ([18, 19] as const).map(
  (version): Target => ({
    name: `the sandbox ${version}`,
    version,
    open: async () => {
      const { url, database, close } = await createSandbox({ version, seed: recordedUsers });
      return { url, database, keys, close };
    },
  }),
);

/** A server that the environment names stands alone, for its replay takes its time and leaves records. */
function targets(env: Readonly<Record<string, string | undefined>>): readonly Target[] {
  const { REPLAY_URL: url, REPLAY_DB: database = "", REPLAY_KEYS: file = "", REPLAY_VERSION: version } = env;
  if (url === undefined) return sandboxes;
  const open = async () => ({ url, database, keys: JSON.parse(readFileSync(file, "utf8")), close: async () => {} });
  return [{ name: url, version: version === "18" ? 18 : 19, open }];
}

it.each(targets(process.env))("$name answers alike, to the word", { timeout: 600_000 }, async (target) => {
  const { close, ...server } = await target.open();
  try {
    const score = await replay(target.version, server);
    const [summary = "", ...misses] = told(score);
    console.log(`${target.name}: ${summary}`);
    expect(score.cases).toBeGreaterThan(300);
    expect(misses).toEqual([]);
    expect(score.otherwise).toEqual([]);
  } finally {
    await close();
  }
});
