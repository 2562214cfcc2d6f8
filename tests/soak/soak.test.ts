/**
 * The soak: short here, long by `npm run soak`, which sets SOAK_ROWS and SOAK_KILLS. With SOAK_ODOO_URL, _DB,
 * _LOGIN and _API_KEY it runs against that Odoo in place of the sandbox, and leaves its records there. SOAK_CALM is
 * the longest time between progress and the next kill, in milliseconds: an Odoo whose calls take seconds wants some.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createDatabase } from "../system/databases.js";
import { serveSandbox } from "../system/programs.js";
import type { Mishaps } from "./bad-way.js";
import { soak } from "./soak.js";

const long = process.env.SOAK_ROWS !== undefined;
const rows = Number(process.env.SOAK_ROWS ?? 1200);
const kills = Number(process.env.SOAK_KILLS ?? 10);
const calm = Number(process.env.SOAK_CALM ?? 700);
const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
const mishaps: Mishaps = { lostCall: 0.03, lostReply: 0.04, late: 0.02, badGateway: 0.03, tooMany: 0.02, delay: 60 };

/** Seeded, so that a failure's run of luck can be had again (the timing cannot). */
function luck(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function place(kind: "SQLite" | "PostgreSQL") {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-soak-"));
  const store = { ODOORWAY_DATA: folder, ...(kind === "SQLite" ? {} : { DATABASE_URL: await createDatabase() }) };
  return { store, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The Odoo that the environment names, else a sandbox in which writers meet. */
async function openOdoo() {
  const { SOAK_ODOO_URL: url, SOAK_ODOO_DB = "", SOAK_ODOO_LOGIN = "", SOAK_ODOO_API_KEY = "" } = process.env;
  if (url)
    return {
      odoo: { url, database: SOAK_ODOO_DB, login: SOAK_ODOO_LOGIN, apiKey: SOAK_ODOO_API_KEY },
      end: async () => {},
    };
  const sandbox = await serveSandbox();
  const conflict = { method: "load", conflicts: 1, probability: 0.05, seed };
  await fetch(`${sandbox.url}/_sandbox/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(conflict),
  });
  return {
    odoo: { url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" },
    end: async () => void (await sandbox.end("SIGKILL")),
  };
}

it.each([
  ["SQLite", 1],
  ["PostgreSQL", 3],
] as const)(
  "loses nothing and doubles nothing on %s with %i node(s)",
  async (kind, nodes) => {
    const { store, remove } = await place(kind);
    const { odoo, end } = await openOdoo();
    try {
      const say = (text: string) => (long ? console.log(`${kind}: ${text}`) : undefined);
      const result = await soak({ rows, kills, nodes, store, odoo, mishaps, calm, random: luck(seed), say });
      expect(result.kills).toBeGreaterThanOrEqual(kills);
      say(JSON.stringify(result, null, 2));
    } catch (error) {
      throw new Error(`the soak on ${kind} failed with SOAK_SEED=${seed}`, { cause: error });
    } finally {
      await end();
      remove();
    }
  },
  long ? 3 * 3_600_000 : 180_000,
);
