/** The life of imports over HTTP and by the command: dry runs, pauses, schedules, mended rows, formats, orders at the wrong time. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, run, serveGateway, serveSandbox } from "./programs.js";

const folder = mkdtempSync(join(tmpdir(), "odoorway-imports-"));
const running: Program[] = [];
let url: string;
const token = { Authorization: `Bearer ${adminToken}` };

beforeAll(async () => {
  const odoo = await serveSandbox();
  running.push(odoo);
  const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data") });
  running.push(gateway);
  url = gateway.url;
});
afterAll(async () => {
  await Promise.all(running.map((program) => program.end()));
  rmSync(folder, { recursive: true, force: true });
});

interface Status {
  id: string;
  state: string;
  counts: Record<string, number>;
  [more: string]: unknown;
}

async function ask(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}${path}`, { method, headers: { ...token, ...headers }, ...(body ? { body } : {}) });
  const text = await answer.text();
  return { status: answer.status, text, body: (text.startsWith("{") ? JSON.parse(text) : {}) as Status };
}

const csv = { "content-type": "text/csv" };
const upload = (query: string, body: BodyInit, headers: Record<string, string> = csv) =>
  ask("POST", `/v1/imports?model=res.partner&key=ref${query}`, body, headers);

async function settled(id: string, states = ["done", "failed", "cancelled"]): Promise<Status> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { body } = await ask("GET", `/v1/imports/${id}`);
    if (states.includes(body.state)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the import does not end");
}

async function partners(ref: string): Promise<unknown[]> {
  const { text } = await ask("GET", `/v1/records/res.partner?ref=${ref}&fields=name`);
  return (JSON.parse(text) as { data: unknown[] }).data;
}

describe("a form of several files", () => {
  const form = (files: readonly (readonly [name: string, text: string, key?: string])[]) => {
    const data = new FormData();
    for (const [name, text, key] of files) {
      if (key !== undefined) data.append("key", key);
      data.append("file", new Blob([text], { type: "text/csv" }), name);
    }
    return data;
  };
  const tags = ["res.partner.category.csv", "name\nForm tag\n", "name"] as const;

  it("is one import, whose parts have ids of their own", async () => {
    const people = ["res.partner.csv", "ref,name,category_id/id\ng1,One,Form tag\ng2,,\n", "ref"] as const;
    const taken = await ask("POST", "/v1/imports", form([people, tags]));
    expect(taken.status, taken.text).toBe(202);
    const done = await settled(taken.body.id);
    expect(done).toMatchObject({ state: "done", counts: { read: 3, created: 2, failed: 1, unprocessed: 0 } });
    const [first, second] = done.parts as Status[];
    expect([first?.model, second?.model, second?.group]).toEqual(["res.partner.category", "res.partner", done.id]);
    expect((await ask("GET", `/v1/imports/${done.id}/rows?format=csv`)).body.code).toBe("invalid_parameter");
    expect((await ask("GET", `/v1/imports/${done.id}/rows?status=failed`)).text).toContain(`"import":"${second?.id}"`);
    expect((await ask("GET", `/v1/imports/${second?.id}/rows?status=failed&format=csv`)).text).toContain("g2,,");
    expect((await ask("GET", `/v1/imports/${done.id}/events`)).text).toContain(`"id":"${done.id}"`);
    expect((await ask("DELETE", `/v1/imports/${done.id}`)).status).toBe(204);
    expect((await ask("GET", `/v1/imports/${second?.id}`)).status).toBe(404);
  });

  it("is refused whole, and leaves nothing", async () => {
    const before = (await ask("GET", "/v1/imports")).text;
    for (const [files, code] of [
      [[tags, ["res.partner.csv", "ref,nmae\nr1,One\n", "ref"]], "import_unknown_column"],
      [[tags, ["people.csv", "ref,name\nr1,One\n"]], "invalid_parameter"],
      [[tags, ["res.partner.csv", "", "ref"]], "import_empty"],
    ] as const)
      expect((await ask("POST", "/v1/imports", form(files))).body.code).toBe(code);
    expect((await ask("GET", "/v1/imports")).text).toBe(before);
  });
});

describe("an import", () => {
  it("is tried dry, then run for real", async () => {
    const { body } = await upload("&dry_run=true", "ref,name\nd1,Dry\nd2,\n");
    expect(body.dry_run).toBe(true);
    expect((await settled(body.id)).counts).toMatchObject({ created: 1, failed: 1 });
    expect(await partners("d1")).toEqual([]);
    expect((await ask("POST", `/v1/imports/${body.id}/run`)).status).toBe(202);
    expect((await settled(body.id)).counts).toMatchObject({ created: 1, failed: 1 });
    expect(await partners("d1")).toHaveLength(1);
    expect((await ask("POST", `/v1/imports/${body.id}/run`)).body).toMatchObject({
      status: 409,
      code: "import_not_startable",
    });
  });

  it("waits for its time, is paused and resumed meanwhile, and started at once", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await upload(`&not_before=${later}&priority=low`, "ref,name\nw1,Wait\n");
    expect(body).toMatchObject({ state: "queued", not_before: later, priority: "low" });
    expect((await ask("POST", `/v1/imports/${body.id}/pause`)).body).toMatchObject({
      state: "paused",
      paused_by: "hand",
    });
    expect((await ask("POST", `/v1/imports/${body.id}/retry`)).body.code).toBe("import_not_finished");
    expect((await ask("DELETE", `/v1/imports/${body.id}`)).body.code).toBe("import_not_finished");
    expect((await ask("POST", `/v1/imports/${body.id}/resume`)).status).toBe(200);
    expect((await ask("POST", `/v1/imports/${body.id}/run`)).status).toBe(202);
    expect((await settled(body.id)).counts).toMatchObject({ created: 1 });
    for (const order of ["pause", "resume"])
      expect((await ask("POST", `/v1/imports/${body.id}/${order}`)).body).toMatchObject({
        status: 409,
        code: "import_over",
      });
  });

  it("is cancelled while it waits, and what is left is told as unprocessed", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await upload(`&not_before=${later}`, "ref,name\nx1,Cancel\n");
    expect((await ask("POST", `/v1/imports/${body.id}/cancel`)).status).toBe(200);
    expect((await settled(body.id)).state).toBe("cancelled");
    expect((await ask("GET", `/v1/imports/${body.id}/rows?status=unprocessed&format=csv`)).text).toContain(
      "x1,Cancel,2,unprocessed",
    );
  });

  it("takes mended rows in place of those that failed, in any format", async () => {
    const { body } = await upload("", "ref,name\nm1,One\nm2,\nm3,\n");
    await settled(body.id);
    const failed = (await ask("GET", `/v1/imports/${body.id}/rows?status=failed&format=csv`)).text;
    const mended = gzipSync(failed.replace("m2,,", "m2,Two,"));
    const retried = await ask("POST", `/v1/imports/${body.id}/retry`, mended, { ...csv, "content-encoding": "gzip" });
    expect(retried.status).toBe(202);
    expect((await settled(body.id)).counts).toMatchObject({ read: 3, created: 2, failed: 1 });
    const line = JSON.stringify({ line: 4, data: { ref: "m3", name: "Three" } });
    await ask("POST", `/v1/imports/${body.id}/retry`, line, { "content-type": "application/x-ndjson" });
    expect((await settled(body.id)).counts).toMatchObject({ read: 3, created: 3, failed: 0 });
    const wrong = JSON.stringify({ line: 99, data: {} });
    expect(
      (await ask("POST", `/v1/imports/${body.id}/retry`, wrong, { "content-type": "application/x-ndjson" })).status,
    ).toBe(400);
  });

  it("tells its status from where the listener was", async () => {
    const { body } = await upload("", "ref,name\ns1,Listen\n");
    await settled(body.id);
    const { text } = await ask("GET", `/v1/imports/${body.id}/events`);
    const id = /\nid: (\S+)\n/.exec(text)?.[1] ?? "";
    expect(id).not.toBe("");
    const again = await ask("GET", `/v1/imports/${body.id}/events`, undefined, { "last-event-id": id });
    expect([again.status, again.text]).toEqual([204, ""]);
    expect((await ask("GET", `/v1/imports/${body.id}/events`, undefined, { "last-event-id": "other" })).text).toContain(
      id,
    );
  });

  it.each([
    ["&on_existing=skp", { code: "invalid_parameter", fix: expect.stringContaining("Did you mean skip?") }],
    ["&priority=hihg", { code: "invalid_parameter", fix: expect.stringContaining("Did you mean high?") }],
    ["&dry_run=maybe", { code: "invalid_parameter" }],
    ["&not_before=tomorrow", { code: "invalid_parameter" }],
    ["&not_before=2026-01-31T22:00:00", { code: "invalid_parameter" }],
    ["&format=xls", { code: "invalid_parameter", fix: expect.stringContaining("Did you mean xlsx?") }],
    ["&encoding=window-1252", { code: "invalid_parameter" }],
    ["&dryrun=true", { code: "unknown_parameter", fix: expect.stringContaining("dry_run") }],
  ])("is refused with %s", async (query, problem) => {
    expect((await upload(query, "ref,name\n1,a\n")).body).toMatchObject(problem);
  });

  it.each([
    ["gzip by its bytes", gzipSync("ref;name\nf1;Form\n"), { "content-type": "application/octet-stream" }, "f1"],
    ["gzip by Content-Encoding", gzipSync("ref,name\nf2,Form\n"), { ...csv, "content-encoding": "gzip" }, "f2"],
    [
      "a charset",
      Buffer.from("ref,name\nf3,M\u00fcller\n", "latin1"),
      { "content-type": "text/csv; charset=iso-8859-1" },
      "f3",
    ],
    [
      "Excel's type for CSV",
      Buffer.from("ref\tname\nf4\tForm\n"),
      { "content-type": "application/vnd.ms-excel" },
      "f4",
    ],
  ])("may come as %s", async (_name, bytes, headers, ref) => {
    const { body } = await upload("", bytes, headers);
    expect((await settled(body.id)).counts).toMatchObject({ created: 1 });
    expect(await partners(ref)).toHaveLength(1);
  });

  it.each([
    [gzipSync("ref,name\nf1,Form\n").subarray(0, 20), { code: "import_compressed_damaged", status: 422 }],
    [Buffer.from("d0cf11e0a1b11ae1", "hex"), { code: "import_workbook_unsupported", status: 415 }],
    [
      gzipSync(`ref,name\n${`1,${"x".repeat(30_000)}\n`.repeat(1000)}`),
      { code: "import_expands_too_far", status: 413 },
    ],
  ])("is refused by the first bytes it has", async (bytes, problem) => {
    expect((await upload("", bytes)).body).toMatchObject(problem);
  });

  it("is refused in another Content-Encoding", async () => {
    const { body } = await upload("", "x", { ...csv, "content-encoding": "br" });
    expect(body).toMatchObject({ code: "unsupported_media_type", fix: expect.stringContaining("gzip") });
  });
});

describe("odoorway imports", () => {
  const odoorway = async (...args: string[]) => {
    const program = run(args, { ODOORWAY_URL: url, ODOORWAY_TOKEN: adminToken }, "");
    return { code: await program.done(), out: program.out(), said: program.said() };
  };

  it("shows, pauses, resumes, cancels, prints and forgets", async () => {
    const path = join(folder, "rows.csv");
    writeFileSync(path, "ref,name\nc1,One\nc2,\n");
    const put = await odoorway("import", path, "--model", "res.partner", "--key", "ref", "--at", "+1h", "--json");
    expect(put.code).toBe(0);
    const { id } = JSON.parse(put.out) as Status;
    expect(JSON.parse((await odoorway("imports", "pause", id, "--json")).out)).toMatchObject({ state: "paused" });
    expect((await odoorway("imports", "resume", id)).said).toContain("goes on");
    expect((await odoorway("imports", "run", id)).code).toBe(0);
    expect((await odoorway("imports", "show", id, "--follow")).out).toMatch(/rows of the file │\s+1 │/);
    expect((await odoorway("imports", "rows", id, "--status", "failed")).out).toContain("c2,,3,failed");
    expect(
      JSON.parse((await odoorway("imports", "rows", id, "--status", "successful", "--format", "ndjson")).out),
    ).toMatchObject({
      line: 2,
      status: "created",
    });
    expect((await odoorway("imports", "list")).out).toContain(id);
    expect((await odoorway("imports", "cancel", id)).code).toBe(0);
    expect((await odoorway("imports", "delete", id)).said).toContain("forgotten");
    const gone = await odoorway("imports", "show", id);
    expect([gone.code, gone.said]).toEqual([2, expect.stringContaining("import_not_found")]);
  });

  it("keeps all three results in a folder, as NDJSON where a file's name says so", async () => {
    const path = join(folder, "three.csv");
    writeFileSync(path, "ref,name\nt1,One\nt2,\n");
    const good = join(folder, "good.ndjson");
    const args = [
      "--model",
      "res.partner",
      "--key",
      "ref",
      "--results",
      join(folder, "all"),
      "--result-successful",
      good,
    ];
    expect((await odoorway("import", path, ...args)).code).toBe(1);
    expect(JSON.parse(readFileSync(good, "utf8"))).toMatchObject({ data: { ref: "t1" }, status: "created" });
    expect(readFileSync(join(folder, "all/three.failed.csv"), "utf8")).toContain("t2,,3,failed");
    expect(readFileSync(join(folder, "all/three.unprocessed.csv"), "utf8")).toMatch(/^ref,name,odoorway_line/);
  });
});
