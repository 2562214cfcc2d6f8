/**
 * A burst at the door of the built gateway, and a process killed without warning in the middle of it: what was
 * answered with 200 is worked off, what was not is sent again by its sender, and every contact is in Odoo once.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@odoorway/client";
import { afterEach, describe, expect, it } from "vitest";
import { createDatabase } from "../system/databases.js";
import { adminToken, freePort, type Program, serveGateway, serveSandbox } from "../system/programs.js";
import { fromStandard } from "./senders.js";
import { shopFolder } from "./shop.js";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A sandbox, and what starts gateways beside it with the hooks of the shop. */
async function world(store: Record<string, string>) {
  const shop = shopFolder();
  undo.push(shop.remove);
  const data = mkdtempSync(join(tmpdir(), "odoorway-burst-"));
  undo.push(() => rmSync(data, { recursive: true, force: true }));
  const config = join(data, "odoorway.yaml");
  writeFileSync(config, shop.yaml);
  const sandbox = await serveSandbox();
  undo.push(() => sandbox.end());
  const odoo = createClient({ url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" });
  undo.push(() => odoo.close());
  const start = async (port?: string) => {
    const ODOORWAY_PORT = port ?? String(await freePort());
    const gateway = await serveGateway(sandbox.url, {
      ODOORWAY_CONFIG: config,
      ODOORWAY_DATA: join(data, "store"),
      ODOORWAY_LOG_LEVEL: "error",
      ODOORWAY_PORT,
      ...store,
    });
    undo.push(() => gateway.end("SIGKILL"));
    return gateway;
  };
  return { odoo, start };
}

/** Sends until it is answered with 200, as senders do. @returns how often it had to be sent again */
async function insist(urls: () => readonly string[], id: number): Promise<number> {
  for (let again = 0; ; again += 1) {
    const { headers, body } = fromStandard({ id, name: `Burst ${id}`, rank: 1 }, `burst-${id}`);
    const all = urls();
    const url = `${all[(id + again) % all.length]}/hooks/standard`;
    const status = await fetch(url, { method: "POST", headers, body }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    if (status === 200) return again;
    expect([0, 503]).toContain(status);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function burst(urls: () => readonly string[], events: number, halfway: () => Promise<void>): Promise<number> {
  let next = 0;
  let again = 0;
  let disturbance: Promise<void> | undefined;
  const sender = async () => {
    while (next < events) {
      const id = next;
      next += 1;
      if (id >= events / 2) disturbance ??= halfway();
      again += await insist(urls, id);
    }
  };
  await Promise.all(Array.from({ length: 100 }, sender));
  await disturbance;
  return again;
}

async function workedOff({ url }: { readonly url: string }): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  await expect
    .poll(
      async () => {
        const answer = await fetch(`${url}/v1/hooks`, { headers });
        const { data } = (await answer.json()) as { data: { name: string; waiting: number; dead: number }[] };
        const { waiting, dead } = data.find(({ name }) => name === "standard") ?? {};
        return { waiting, dead };
      },
      { timeout: 120_000, interval: 500 },
    )
    .toEqual({ waiting: 0, dead: 0 });
}

describe("a burst with a kill in the middle", () => {
  it("loses and doubles nothing on the embedded store", async () => {
    const { odoo, start } = await world({});
    let gateway: Program & { url: string } = await start();
    const events = 400;
    const again = await burst(
      () => [gateway.url],
      events,
      async () => {
        const { port } = new URL(gateway.url);
        await gateway.end("SIGKILL");
        gateway = await start(port);
      },
    );
    expect(again).toBeGreaterThan(0);
    await workedOff(gateway);
    const refs = (await odoo.call("res.partner", "search_read", [[["name", "=like", "Burst %"]]], {
      fields: ["ref"],
    })) as { ref: string }[];
    expect(refs).toHaveLength(events);
    expect(new Set(refs.map(({ ref }) => ref)).size).toBe(events);
  }, 240_000);

  it("loses and doubles nothing when one of two nodes on PostgreSQL dies for good", async () => {
    const { odoo, start } = await world({ DATABASE_URL: await createDatabase() });
    const [victim, survivor] = [await start(), await start()];
    let urls = [victim.url, survivor.url];
    const events = 300;
    await burst(
      () => urls,
      events,
      async () => {
        urls = [survivor.url];
        await victim.end("SIGKILL");
      },
    );
    await workedOff(survivor);
    const found = (await odoo.call("res.partner", "search_read", [[["name", "=like", "Burst %"]]], {
      fields: ["ref"],
    })) as { ref: string }[];
    expect(new Set(found.map(({ ref }) => ref)).size).toBe(events);
    expect(found).toHaveLength(events);
  }, 240_000);
});
