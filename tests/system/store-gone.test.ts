/**
 * A PostgreSQL that is gone for a while, in the middle of an import and of an upload: a door to it that shuts and opens.
 * STORE_GONE_SECONDS has it gone for longer.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase } from "./databases.js";
import { adminToken, freePort, type Program, serveGateway } from "./programs.js";

interface Door {
  readonly url: string;
  /** Every connection is cut, and none is taken. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** A door on a port of its own to the server of a database. */
async function doorTo(database: string): Promise<Door> {
  const target = new URL(database);
  const url = new URL(database);
  url.port = String(await freePort());
  const sockets = new Set<Socket>();
  const server = createServer((outside) => {
    const inside = connect(Number(target.port || 5432), target.hostname);
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const open = async () => {
    server.listen(Number(url.port), "127.0.0.1");
    await once(server, "listening");
  };
  await open();
  return {
    url: url.href,
    open,
    async shut() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
  };
}

interface Status {
  readonly id: string;
  readonly code?: string;
  readonly state: string;
  readonly paused_by: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly data: readonly { readonly id: string; readonly ref: string }[];
}

const folder = mkdtempSync(join(tmpdir(), "odoorway-gone-"));
let door: Door;
let odoo: Sandbox;
let gateway: Program & { url: string };

beforeAll(async () => {
  door = await doorTo(await createDatabase());
  odoo = await createSandbox();
  const settings = join(folder, "odoorway.yaml");
  writeFileSync(settings, "imports: { workers: 1, batch_rows: 50 }\n");
  gateway = await serveGateway(odoo.url, { DATABASE_URL: door.url, ODOORWAY_CONFIG: settings });
});

afterAll(async () => {
  await gateway?.end();
  await odoo?.close();
  await door?.shut();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: BodyInit) {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "text/csv" };
  const init = { method, headers, ...(body ? { body, duplex: "half" } : {}) };
  const answer = await fetch(`${gateway.url}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as Status };
}

const rows = (name: string, count: number) =>
  Array.from({ length: count }, (_none, row) => `${name}${row},Name ${row}\n`).join("");
const goneMs = Number(process.env.STORE_GONE_SECONDS ?? 0) * 1000;
const patienceMs = 60_000 + goneMs;
const imports = "/v1/imports?model=res.partner&key=ref";

it(
  "unreadies the gateway, stops an import and refuses an upload; both go on exactly when it is back",
  async () => {
    const { id } = (await ask("POST", imports, `ref,name\n${rows("w", 900)}`)).body;
    const status = async () => (await ask("GET", `/v1/imports/${id}`)).body;
    await expect
      .poll(async () => (await status()).counts.created, { timeout: 10_000, interval: 20 })
      .toBeGreaterThan(0);
    let goOn = () => {};
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slowFile = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from(`ref,name\n${rows("x", 600)}`));
        await gone;
        controller.enqueue(Buffer.from(rows("y", 600)));
        controller.close();
      },
    });
    const upload = ask("POST", imports, slowFile);
    await new Promise((resolve) => setTimeout(resolve, 200));

    await door.shut();
    goOn();
    expect(await upload).toMatchObject({ status: 503, body: { code: "store_unavailable" } });
    expect(await ask("GET", "/readyz")).toMatchObject({ status: 503, body: { code: "not_ready" } });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(await ask("GET", "/v1/imports")).toMatchObject({ status: 503, body: { code: "store_unavailable" } });
    expect(await ask("GET", `/v1/imports/${id}`)).toMatchObject({
      status: 200,
      body: { state: "paused", paused_by: "store", last_error: { code: "store_unavailable" } },
    });

    await new Promise((resolve) => setTimeout(resolve, goneMs));
    expect((await status()).counts).toMatchObject({ read: 900, failed: 0 });
    await door.open();
    await expect.poll(async () => (await ask("GET", "/readyz")).status, { timeout: 5000 }).toBe(200);
    await expect.poll(async () => (await status()).state, { timeout: 20_000, interval: 50 }).toBe("done");
    expect((await status()).counts).toMatchObject({ created: 900, failed: 0, unprocessed: 0 });
    expect((await ask("GET", "/v1/imports")).body.data.map((one) => one.id)).toEqual([id]);
    const found = (await ask("GET", "/v1/records/res.partner?fields=ref&limit=1000")).body.data.map(({ ref }) => ref);
    const [w, others] = [found.filter((ref) => ref?.startsWith("w")), found.filter((ref) => /^[xy]\d/.test(ref ?? ""))];
    expect([w.length, new Set(w).size, others.length]).toEqual([900, 900, 0]);
  },
  patienceMs,
);
