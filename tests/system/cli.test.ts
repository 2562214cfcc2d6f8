/** The odoorway command as a black box: its exit codes, its words, and the files that it leaves. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@odoorway/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  adminToken,
  childrenOf,
  command,
  freePort,
  isAlive,
  type Program,
  run,
  serve,
  serveGateway,
  serveSandbox,
  until,
} from "./programs.js";

const sample = fileURLToPath(new URL("../../examples/data/online-retail-sample.csv", import.meta.url));
const partners = "ref,name,color\nA1,Ada,3\nB2,Bob,blue\nC3,,1\nD4,Dan,4\n";

const running: Program[] = [];
let folder: string;
let odoo: Program & { url: string };

beforeAll(async () => {
  odoo = await serveSandbox();
});
afterAll(() => odoo.end("SIGKILL"));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoorway-cli-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.end("SIGKILL")));
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  /** Both streams. */
  readonly said: string;
}

/** Runs a command to its end; whatever it says, it is never a stack. */
async function odoorway(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const program = run(args, env);
  running.push(program);
  const code = await program.done();
  expect(program.said()).not.toMatch(/^\s+at .+:\d+/m);
  return { code, out: program.out(), said: program.said() };
}

/** A gateway on this test's folder, and the environment in which commands find it. */
async function gateway(more: Record<string, string> = {}) {
  const program = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data"), ...more });
  running.push(program);
  return { ...program, env: { ODOORWAY_URL: program.url, ODOORWAY_TOKEN: adminToken } };
}

function connection() {
  return { ODOO_URL: odoo.url, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The lines of a file of results, whose cells here hold no line breaks. */
function linesOf(path: string): string[] {
  return readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
}

/** Partners whose `ref` begins with a text of this test's own: the tests share one Odoo. */
function partnersOf(test: string): string {
  return partners.replace(/^([A-D]\d),/gm, `${test}-$1,`);
}

const asPartners = ["--model", "res.partner", "--key", "ref"];

async function refsInOdoo(test: string): Promise<string[]> {
  const client = createClient({ url: odoo.url, database: "demo", login: "demo", apiKey: "demo-key" });
  const found = (await client.call("res.partner", "search_read", [[["ref", "like", `${test}-`]]], {
    fields: ["ref"],
  })) as { ref: string }[];
  await client.close();
  return found.map(({ ref }) => ref).sort();
}

describe("odoorway token", () => {
  const call = (url: string, token: string, method: string, path: string) =>
    fetch(`${url}${path}`, { method, headers: { Authorization: `Bearer ${token}` } }).then(({ status }) => status);

  it("makes, lists and revokes tokens of a gateway that runs", async () => {
    const { url, env } = await gateway();
    const made = await odoorway(
      ["token", "create", "--name", "reader", "--scope", "models:read", "--scope", "records:read", "--json"],
      env,
    );
    expect(made.code).toBe(0);
    const { id, token, scopes } = JSON.parse(made.out);
    expect(scopes).toEqual(["models:read", "records:read"]);
    expect(await call(url, token, "GET", "/v1/models")).toBe(200);
    expect(await call(url, token, "GET", "/v1/imports")).toBe(403);
    expect(await call(url, token, "POST", "/v1/records/res.partner")).toBe(403);

    const listed = await odoorway(["token", "list", "--json"], env);
    const mine = JSON.parse(listed.out).find((one: { id: string }) => one.id === id);
    expect(mine).toMatchObject({ name: "reader", scopes: ["models:read", "records:read"] });
    expect(listed.said).not.toContain(token);
    const table = await odoorway(["token", "list"], env);
    expect(table.out).toMatch(new RegExp(`${id}.*reader.*models:read, records:read`));
    expect(table.out).not.toContain(token);

    expect(await odoorway(["token", "revoke", id], env)).toMatchObject({ code: 0 });
    expect(await call(url, token, "GET", "/v1/models")).toBe(401);
    const again = await odoorway(["token", "revoke", id], env);
    expect(again.code).toBe(2);
    expect(again.said).toContain("(token_not_found");
    expect((await odoorway(["token", "list", "--json"], env)).out).not.toContain(id);
  });

  it("prints the token alone on standard output, for $(...)", async () => {
    const { url, env } = await gateway();
    const { code, out } = await odoorway(["token", "create", "--scope", "models:read"], env);
    expect(code).toBe(0);
    expect(out).toMatch(/^odw_[\w-]{43}\n$/);
    expect(await call(url, out.trim(), "GET", "/v1/models")).toBe(200);
  });

  it("names the nearest scope, and says that a token is wrong", async () => {
    const { env } = await gateway();
    const unknown = await odoorway(["token", "create", "--scope", "recrods:read"], env);
    expect(unknown.code).toBe(2);
    expect(unknown.said).toContain("Did you mean records:read?");
    const wrong = await odoorway(["token", "list"], { ...env, ODOORWAY_TOKEN: "odw_wrong" });
    expect(wrong.code).toBe(2);
    expect(wrong.said).toMatch(/Error: .+\n {2}Cause: .+\n {2}Fix: .+/);
  });

  it("works on the store itself when no gateway runs", async () => {
    const port = String(await freePort());
    const env = { ODOORWAY_DATA: join(folder, "data"), ODOORWAY_PORT: port };
    const made = await odoorway(["token", "create", "--name", "first", "--json"], env);
    expect(made.code).toBe(0);
    const dropped = JSON.parse((await odoorway(["token", "create", "--name", "second", "--json"], env)).out);
    const { token } = JSON.parse(made.out);
    const listed = JSON.parse((await odoorway(["token", "list", "--json"], env)).out) as { name: string }[];
    expect(listed.map(({ name }) => name).sort()).toEqual(["first", "second"]);
    expect((await odoorway(["token", "revoke", dropped.id], env)).code).toBe(0);
    expect((await odoorway(["token", "revoke", dropped.id], env)).said).toContain("(token_not_found)");

    const { url } = await gateway({ ODOORWAY_PORT: port });
    expect(await call(url, token, "GET", "/v1/models")).toBe(200);
    expect(await call(url, dropped.token, "GET", "/v1/models")).toBe(401);
    // The same environment finds the gateway now, rather than its store.
    const through = await odoorway(["token", "list", "--json"], { ...env, ODOORWAY_TOKEN: token });
    expect(JSON.parse(through.out)).toMatchObject([{ name: "first" }]);
  });
});

describe("odoorway import through a gateway", () => {
  it("keeps failed rows with line and cause; mended, they are input again", async () => {
    const { env } = await gateway();
    const path = file("partners.csv", partnersOf("mend"));
    const first = await odoorway(["import", path, ...asPartners, "--json"], env);
    expect(first.code, first.said).toBe(1);
    expect(JSON.parse(first.out)).toMatchObject({
      state: "done",
      model: "res.partner",
      file_name: "partners.csv",
      counts: { read: 4, created: 2, updated: 0, unchanged: 0, failed: 2, unprocessed: 0 },
    });
    expect(first.said).toContain("2 rows failed");
    expect(first.said).toContain("partners.failed.csv");

    const failed = join(folder, "partners.failed.csv");
    const [header, ...rows] = linesOf(failed);
    const added = ["line", "status", "id", "code", "cause", "fix"].map((name) => `odoorway_${name}`);
    expect(header).toBe(["ref", "name", "color", ...added].join(","));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^mend-B2,Bob,blue,3,failed,,row_value_invalid,".*""blue"".*",.+\.$/);
    expect(rows[1]).toMatch(/^mend-C3,,1,4,failed,,\w+,.*name.*,.+\.$/);

    writeFileSync(failed, readFileSync(failed, "utf8").replace(",blue,", ",5,").replace("mend-C3,,", "mend-C3,Cleo,"));
    const mended = await odoorway(["import", failed, ...asPartners, "--json"], env);
    expect(mended.code, mended.said).toBe(0);
    expect(JSON.parse(mended.out).counts).toMatchObject({ read: 2, created: 2, failed: 0 });
    expect(await refsInOdoo("mend")).toEqual(["mend-A1", "mend-B2", "mend-C3", "mend-D4"]);
    expect(readdirSync(folder).sort()).toEqual(["data", "partners.csv", "partners.failed.csv"]);
  });

  it("sums up for people, and writes the failed rows where --result says", async () => {
    const { env } = await gateway();
    const result = join(folder, "left.csv");
    const path = file("partners.csv", partnersOf("sum"));
    const { code, out, said } = await odoorway(["import", path, ...asPartners, "--result", result], env);
    expect(code).toBe(1);
    expect(out).toMatch(/rows of the file\D+2\D+0\D+0\D+2\D+0\D+4\D/);
    expect(out).toMatch(/res\.partner\D+2\D+0\D+0\D+2\D/);
    expect(out).not.toContain("left.csv");
    expect(said).toContain("left.csv");
    expect(existsSync(result)).toBe(true);
    expect(existsSync(join(folder, "partners.failed.csv"))).toBe(false);
  });

  it("ends with 0 and leaves no file when every row is in Odoo; --quiet says nothing", async () => {
    const { env } = await gateway();
    const path = file("good.ndjson", '{"ref": "good-1", "name": "Gus"}\n{"ref": "good-2", "name": "Gwen"}\n');
    expect(await odoorway(["import", path, ...asPartners, "--quiet"], env)).toEqual({ code: 0, out: "", said: "" });
    const again = await odoorway(["import", path, ...asPartners, "--quiet", "--json"], env);
    expect(again.code).toBe(0);
    expect(again.said).toBe(again.out);
    expect(JSON.parse(again.out).counts).toMatchObject({ read: 2, created: 0, unchanged: 2, failed: 0 });
    expect(readdirSync(folder).sort()).toEqual(["data", "good.ndjson"]);
  });

  it("refuses with 2, and says what is meant or missing", { timeout: 60_000 }, async () => {
    const { env } = await gateway();
    const path = file("partners.csv", partnersOf("refused"));
    const broken = file("broken.csv", "ref,name\nrefused-1,Rae\nrefused-2\n");
    const shapeless = file("partners.doc", "x");
    const cases: [string[], RegExp][] = [
      [["import", broken, ...asPartners], /Line 3[\s\S]*\(import_wrong_cell_count/],
      [["import", path, "--mapping", "online-retial"], /Did you mean online-retail\?/],
      [["import", path, "--mapping", "./gone.yaml"], /There is no file .*gone\.yaml/],
      [["import", path, "--modle", "res.partner"], /Did you mean --model\?/],
      [["import", path, "--model", "res.partnr", "--key", "ref"], /Did you mean res\.partner\?/],
      [["import", join(folder, "gone.csv"), ...asPartners], /There is no file .*gone\.csv/],
      [["import", folder, ...asPartners], /is a folder/],
      [["import", shapeless, ...asPartners], /--format csv/],
      [["improt", path], /Did you mean import\?/],
      [["import", path, ...asPartners, "--gateway", "nowhere"], /not an http or https address/],
      [["import", path, ...asPartners, "--gateway", `http://127.0.0.1:${await freePort()}`], /refused[\s\S]*npm start/],
      [["import", path, ...asPartners, "--gateway", odoo.url], /not as an Odoorway gateway/],
      [["import", path, ...asPartners, "--token", "odw_wrong"], /Error: .+\n {2}Cause: .+\n {2}Fix: /],
    ];
    for (const [args, words] of cases) {
      const { code, out, said } = await odoorway(args, env);
      expect(said, args.join(" ")).toMatch(words);
      expect([args.join(" "), code, out]).toEqual([args.join(" "), 2, ""]);
    }
    expect(await refsInOdoo("refused")).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["broken.csv", "data", "partners.csv", "partners.doc"]);
  });

  it("follows through kill -9 and a new start of the gateway to the right end", { timeout: 90_000 }, async () => {
    const port = String(await freePort());
    const first = await gateway({ ODOORWAY_PORT: port });
    const result = join(folder, "failed.csv");
    const following = run(["import", sample, "--mapping", "online-retail", "--json", "--result", result], first.env);
    running.push(following);
    await until(() => /^(queued|running): /m.test(following.said()), following.said);
    await first.end("SIGKILL");
    await until(() => following.said().includes("does not answer, waiting"), following.said);
    expect(following.child.exitCode).toBeNull();
    await gateway({ ODOORWAY_PORT: port });
    expect(await following.done(), following.said()).toBe(1);
    const { state, counts } = JSON.parse(following.out());
    expect(state).toBe("done");
    expect(counts).toMatchObject({ read: 2048, unprocessed: 0 });
    expect(counts.created + counts.updated + counts.unchanged + counts.failed).toBe(2048);
    expect(linesOf(result)).toHaveLength(1 + counts.failed);
  });

  it("leaves the import to the gateway at Ctrl-C, and says where to look", async () => {
    const { env, url } = await gateway();
    const result = join(folder, "failed.csv");
    const following = run(["import", sample, "--mapping", "online-retail", "--result", result], env);
    running.push(following);
    await until(() => /^(queued|running): /m.test(following.said()), following.said);
    following.child.kill("SIGINT");
    expect(await following.done()).toBe(2);
    const [, id] = /the import (imp_\w+) goes on/.exec(following.said()) ?? [];
    const answer = await fetch(`${url}/v1/imports/${id}`, { headers: { Authorization: `Bearer ${adminToken}` } });
    expect(await answer.json()).toMatchObject({ id, counts: { read: 2048 } });
  });

  it("draws a bar on a terminal: rows, rate, time left, failed", async () => {
    const { env } = await gateway();
    const path = file("partners.csv", partnersOf("bar"));
    const line = `stty cols 160; exec '${process.execPath}' '${command}' import '${path}' ${asPartners.join(" ")}`;
    const { PATH, HOME } = process.env;
    let code = 0;
    let drawn = "";
    try {
      drawn = execFileSync("script", ["-qec", line, "/dev/null"], {
        env: { PATH, HOME, TERM: "xterm", SHELL: "/bin/sh", ...env },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      ({ status: code, stdout: drawn } = error as { status: number; stdout: string });
    }
    expect(code).toBe(1);
    expect(drawn).toMatch(/Sending {3}█+ 100%/);
    expect(drawn).toMatch(/Importing [█░]+ \d+% +\d of 4 rows +\d+\/s +(\d+ s left|time left unknown|done) +\d failed/);
    expect(drawn).toMatch(/Importing █+ 100% +4 of 4 rows +\d+\/s +done +2 failed/);
    // The cursor is shown again at the end.
    expect(drawn.lastIndexOf("\x1b[?25h")).toBeGreaterThan(drawn.lastIndexOf("\x1b[?25l"));
  });
});

describe("odoorway import without a gateway", () => {
  it("brings one of its own for the Odoo of ODOO_URL, and leaves nothing of it", async () => {
    const path = file("partners.csv", partnersOf("own"));
    const env = { ...connection(), TMPDIR: folder, ODOORWAY_PORT: String(await freePort()) };
    const { code, out, said } = await odoorway(["import", path, ...asPartners, "--json"], env);
    expect(code, said).toBe(1);
    expect(said).toContain("No gateway answers; a gateway of this command's own");
    expect(JSON.parse(out).counts).toMatchObject({ read: 4, created: 2, failed: 2 });
    expect(await refsInOdoo("own")).toEqual(["own-A1", "own-D4"]);
    expect(readdirSync(folder).sort()).toEqual(["partners.csv", "partners.failed.csv"]);
  });

  it("says so when there is neither a gateway nor ODOO_URL", async () => {
    const path = file("partners.csv", partnersOf("none"));
    const { code, said } = await odoorway(["import", path, ...asPartners], {
      ODOORWAY_PORT: String(await freePort()),
    });
    expect(code).toBe(2);
    expect(said).toMatch(/No gateway answers[\s\S]*odoorway start/);
  });
});

describe("odoorway start", () => {
  it("refuses a data folder that another process holds, in words", async () => {
    const { env } = await gateway();
    const data = { ODOORWAY_DATA: join(folder, "data"), ODOORWAY_PORT: String(await freePort()) };
    const second = await odoorway(["start"], { ...connection(), ...data });
    expect(second.code).toBe(2);
    expect(second.said).toMatch(/Cause: Another process holds the store[\s\S]*\(store_locked\)/);
    const token = await odoorway(["token", "create"], data);
    expect(token.code).toBe(2);
    expect(token.said).toContain("(store_locked)");
    expect((await odoorway(["token", "list"], env)).code).toBe(0);
  });

  it("says of a taken port which one is free", async () => {
    const port = await freePort();
    const taken = createServer().listen(port, "127.0.0.1");
    await once(taken, "listening");
    const { code, said } = await odoorway(["start"], {
      ...connection(),
      ODOORWAY_DATA: join(folder, "data"),
      ODOORWAY_PORT: String(port),
    });
    taken.close();
    expect(code).toBe(2);
    const [, free] = new RegExp(`Port ${port} of \\S+ is taken[\\s\\S]*ODOORWAY_PORT=(\\d+)`).exec(said) ?? [];
    expect(Number(free)).toBeGreaterThan(port);
  });

  it("names the nearest variable and the nearest setting", async () => {
    const env = { ODOORWAY_DATA: join(folder, "data") };
    const variable = await odoorway(["start"], { ...env, ODOORWAY_PROT: "8080" });
    expect(variable.code).toBe(2);
    expect(variable.said).toContain("Did you mean ODOORWAY_PORT?");
    const setting = await odoorway(["start", "--config", file("odoorway.yaml", "limts:\n  json_mib: 5\n")], env);
    expect(setting.code).toBe(2);
    expect(setting.said).toContain("Did you mean limits?");
    const gone = await odoorway(["start", "--config", join(folder, "gone.yaml")], env);
    expect([gone.code, gone.said]).toEqual([2, expect.stringContaining("There is no file")]);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  it("ends with 0 at SIGTERM, with the sandbox that it brought, and leaves the store free", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const env = { ODOORWAY_DATA: join(folder, "data"), ODOORWAY_PORT: new URL(url).port, TMPDIR: folder };
    const program = await serve(["start"], env, `${url}/readyz`);
    running.push(program);
    const children = childrenOf(program.child.pid ?? 0);
    expect(children).toHaveLength(1);
    expect(await program.end("SIGTERM")).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["data"]);
    expect((await odoorway(["token", "list", "--json"], env)).code).toBe(0);
  });
});

describe("odoorway", () => {
  it("lists its commands, and says its version", async () => {
    const help = await odoorway(["--help"]);
    expect(help.code).toBe(0);
    for (const name of ["start", "sandbox", "import", "token"])
      expect(help.out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    expect(await odoorway(["--version"])).toMatchObject({ code: 0, out: "0.1.0\n" });
  });
});
