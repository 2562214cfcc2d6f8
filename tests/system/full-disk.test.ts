/**
 * A disk without space under the embedded store: a small file system of its own where one may be mounted (root), else
 * a limit on the size of files, which any user may set for its own process (Linux).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adminToken, type Program, serveGateway } from "./programs.js";

/** How the disk is made full for a process, and what the store says then. */
interface Disk {
  readonly data: string;
  readonly refusal: { readonly status: number; readonly body: { readonly code: string } };
  /** Nothing more fits. */
  fill(pid: number): void;
  /** Far less fits than a large upload needs. */
  narrow(pid: number): void;
  free(pid: number): void;
  remove(): void;
}

/** 44 MiB, of which the store keeps 32 for the work under way. */
function smallDisk(folder: string): Disk | undefined {
  const mountPoint = join(folder, "disk");
  mkdirSync(mountPoint);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=44m", "tmpfs", mountPoint]).status !== 0) return undefined;
  const filling = join(mountPoint, "filling");
  return {
    data: join(mountPoint, "data"),
    refusal: { status: 507, body: { code: "store_full" } },
    fill() {
      const file = openSync(filling, "w");
      const block = Buffer.alloc(4096);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      } finally {
        closeSync(file);
      }
    },
    narrow: () => {},
    free: () => rmSync(filling, { force: true }),
    remove: () => {
      execFileSync("umount", ["--lazy", mountPoint]);
    },
  };
}

function smallFiles(folder: string): Disk {
  const limit = (pid: number, bytes: string) => {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
  };
  return {
    data: join(folder, "data"),
    refusal: { status: 503, body: { code: "store_unavailable" } },
    fill: (pid) => limit(pid, "65536"),
    narrow: (pid) => limit(pid, "4194304"),
    free: (pid) => limit(pid, "unlimited"),
    remove: () => {},
  };
}

interface Status {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly paused_by: string | null;
  readonly last_error: { readonly code: string } | null;
  readonly counts: Readonly<Record<"read" | "created" | "updated" | "unchanged" | "failed" | "unprocessed", number>>;
}

const folder = mkdtempSync(join(tmpdir(), "odoorway-full-"));
let disk: Disk;
let odoo: Sandbox;
let gateway: Program & { url: string };
let pid: number;

beforeAll(async () => {
  disk = smallDisk(folder) ?? smallFiles(folder);
  odoo = await createSandbox();
  const settings = join(folder, "odoorway.yaml");
  writeFileSync(settings, "imports: { workers: 1, batch_rows: 50 }\n");
  gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: disk.data, ODOORWAY_CONFIG: settings });
  pid = gateway.child.pid ?? 0;
});

afterAll(async () => {
  await gateway?.end();
  await odoo?.close();
  disk?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: string) {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "text/csv" };
  const answer = await fetch(`${gateway.url}${path}`, { method, headers, ...(body ? { body } : {}) });
  return { status: answer.status, body: (await answer.json()) as Status & { data: readonly { ref: string }[] } };
}

const upload = (name: string, rows: number) =>
  ask(
    "POST",
    "/v1/imports?model=res.partner&key=ref",
    `ref,name,street\n${Array.from({ length: rows }, (_none, row) => `${name}${row},Name ${row},${"s".repeat(60)}\n`).join("")}`,
  );

async function when(id: string, condition: (status: Status) => boolean): Promise<Status> {
  let last: Status | undefined;
  await expect
    .poll(
      async () => {
        last = (await ask("GET", `/v1/imports/${id}`)).body;
        return condition(last);
      },
      { timeout: 12_000, interval: 50 },
    )
    .toBe(true);
  if (!last) throw new Error("no status");
  return last;
}

const done = ({ counts }: Status) => counts.created + counts.updated + counts.unchanged + counts.failed;

/** Records in Odoo, and how many of them are not one twice. */
async function inOdoo(name: string): Promise<[number, number]> {
  const domain = encodeURIComponent(JSON.stringify([["ref", "like", name]]));
  const { body } = await ask("GET", `/v1/records/res.partner?domain=${domain}&fields=ref&limit=1000`);
  return [body.data.length, new Set(body.data.map(({ ref }) => ref)).size];
}

it("makes an import wait, say so, and go on exactly when there is room", async () => {
  const { id } = (await upload("w", 900)).body;
  await when(id, ({ counts }) => counts.created > 0);
  disk.fill(pid);
  const waiting = await when(id, ({ paused_by }) => paused_by === "store");
  expect(waiting).toMatchObject({ state: "paused", last_error: disk.refusal.body });
  expect(done(waiting) + waiting.counts.unprocessed).toBe(900);
  expect(waiting.counts.unprocessed).toBeGreaterThan(0);
  expect(await upload("x", 10)).toMatchObject(disk.refusal);
  disk.free(pid);
  const ended = await when(id, ({ state }) => state === "done");
  expect(ended).toMatchObject({ last_error: null, counts: { created: 900, failed: 0, unprocessed: 0 } });
  expect([await inOdoo("w"), await inOdoo("x")]).toEqual([
    [900, 900],
    [0, 0],
  ]);
}, 30_000);

it("refuses an upload that is larger, keeps nothing of it, and takes the next", async () => {
  const before = (await ask("GET", "/v1/imports")).body.data;
  disk.narrow(pid);
  expect(await upload("y", 100_000)).toMatchObject(disk.refusal);
  expect((await ask("GET", "/v1/imports")).body.data).toEqual(before);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  disk.free(pid);
  const { id } = (await upload("z", 100)).body;
  expect(await when(id, ({ state }) => state === "done")).toMatchObject({ counts: { created: 100 } });
  expect([await inOdoo("y"), await inOdoo("z")]).toEqual([
    [0, 0],
    [100, 100],
  ]);
}, 30_000);
