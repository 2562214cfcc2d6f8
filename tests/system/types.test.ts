/** odoorway types as a black box: the file that it writes, that it compiles, and what then does not. */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@odoorway/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort, type Program, run, serveSandbox } from "./programs.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");
const options = {
  target: "ES2023",
  lib: ["ES2023"],
  module: "NodeNext",
  strict: true,
  noEmit: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: [],
};

const versions = [18, 19] as const;
const odoo = new Map<number, Program & { url: string }>();
let folder: string;

beforeAll(async () => {
  for (const version of versions) odoo.set(version, await serveSandbox(version));
});
afterAll(() => Promise.all([...odoo.values()].map((one) => one.end("SIGKILL"))));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoorway-types-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, "odoo-models.ts");
const text = () => readFileSync(file(), "utf8");

function connection(version: number): Record<string, string> {
  return { ODOO_URL: odoo.get(version)?.url ?? "", ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };
}

/** Runs the command to its end, which never shows a stack or the key. */
async function types(args: readonly string[], env: Record<string, string> = connection(18)) {
  const program = run(["types", ...args], env);
  const code = await program.done();
  expect(program.said()).not.toMatch(/^\s+at .+:\d+|demo-key/m);
  return { code, out: program.out(), said: program.said() };
}

/** What the compiler says of the files in the folder, as a project that has installed the client. */
function compile(): Promise<string> {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules/@odoorway"), join(folder, "node_modules/@odoorway"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-p", folder], (_error, stdout) => resolve(stdout));
  });
}

describe.each(versions)("the types of a sandbox %d", (version) => {
  it("compile, and so does what is right, and nothing that is wrong", async () => {
    const { code, said } = await types(["--out", file()], connection(version));
    expect(code, said).toBe(0);
    expect(text()).toMatch(new RegExp(`^/\\*\\*\\n \\* \\d+ models of Odoo ${version}\\.0`));
    copyFileSync(join(root, "tests/types/uses.ts.txt"), join(folder, "uses.ts"));
    expect(await compile()).toBe("");
  });

  it("hold for the records that it answers", async () => {
    const models = ["product.product", "res.country", "res.partner", "sale.order", "sale.order.line", "uom.uom"];
    await types(["--out", file()], connection(version));
    const url = odoo.get(version)?.url ?? "";
    const client = createClient({ url, database: "demo", login: "demo", apiKey: "demo-key" });
    const lines = ['import type { Models } from "./odoo-models.js";'];
    for (const model of models)
      for (const record of await client.model(model).searchRead([], { limit: 30, context: { active_test: false } }))
        lines.push(`export const r${lines.length}: Models["${model}"]["read"] = ${JSON.stringify(record)};`);
    await client.close();
    expect(lines.length).toBeGreaterThan(20);
    writeFileSync(join(folder, "records.ts"), lines.join("\n"));
    expect((await compile()).split("\n").slice(0, 10).join("\n")).toBe("");
  });
});

describe("odoorway types", { timeout: 90_000 }, () => {
  it("writes the models that are asked for, the same text each time", async () => {
    const asked = ["--model", "res.partner", "--model", "sale.order", "--out", file()];
    const first = await types(asked);
    expect(first.said).toMatch(/Odoo 18\.0: 2 of 2 models\n.*odoo-models\.ts is written\./);
    const written = text();
    expect(written).toMatch(
      /"res\.partner": \{ read: ResPartner; create: ResPartnerCreate; write: ResPartnerWrite \};/,
    );
    expect(written).not.toContain('"res.country": {');
    const second = await types(["--model", "sale.order", ...asked]);
    expect(second.said).toContain("is up to date");
    expect(text()).toBe(written);
    const printed = await types(["--model", "sale.order", "--model", "res.partner"]);
    expect(printed.out.trimEnd()).toBe(written.trimEnd());
    expect(readdirSync(folder)).toEqual(["odoo-models.ts"]);
  });

  it("--check writes nothing, and ends with 1 when the file is out of date", async () => {
    const check = ["--model", "res.partner", "--out", file(), "--check"];
    const missing = await types(check);
    expect([missing.code, readdirSync(folder)]).toEqual([1, []]);
    expect(missing.said).toContain("is not there");
    await types(["--model", "res.partner", "--out", file()]);
    expect((await types(check)).code).toBe(0);
    writeFileSync(file(), text().replaceAll("\n", "\r\n"));
    expect((await types(check)).code).toBe(0);
    const changed = text().replace("  id: number;", "  id: string;");
    writeFileSync(file(), changed);
    const old = await types(check);
    expect(old.code).toBe(1);
    expect(old.said).toMatch(/out of date: it differs from line \d+ on/);
    expect(text()).toBe(changed);
  });

  it("writes over its own files, and over others only with --force", async () => {
    writeFileSync(file(), "export const mine = 1;\n");
    const args = ["--model", "res.partner", "--out", file()];
    const refused = await types(args);
    expect(refused.code).toBe(2);
    expect(refused.said).toMatch(/not one of odoorway types[\s\S]*--force/);
    expect(text()).toBe("export const mine = 1;\n");
    expect((await types([...args, "--force"])).code).toBe(0);
    expect((await types(["--model", "sale.order", "--out", file()])).said).toContain("is written");
    expect(text()).toContain("export interface SaleOrder ");
  });

  it("refuses with 2, and says what is meant", async () => {
    const cases: [string[], Record<string, string>, RegExp][] = [
      [["--model", "res.partnr"], connection(18), /no model res\.partnr[\s\S]*Did you mean res\.partner\?/],
      [["--model", "zzzz", "--model", "sale.oder"], connection(18), /No such models[\s\S]*zzzz, sale\.oder/],
      [["--check"], connection(18), /--out FILE/],
      [["--out", folder], connection(18), /is a folder/],
      [["--out", join(folder, "no", "x.ts"), "--model", "res.partner"], connection(18), /ENOENT[\s\S]*folder exists/],
      [["--ouput", "x"], connection(18), /unknown option/],
      [[], { ...connection(18), ODOO_API_KEY: "wrong-key" }, /\(auth_invalid_credentials\)/],
      [[], { ...connection(18), ODOO_URL: `http://127.0.0.1:${await freePort()}` }, /\(connection_refused\)/],
      [[], { ODOO_URL: "http://127.0.0.1:1" }, /lacks ODOO_DB/],
    ];
    for (const [args, env, words] of cases) {
      const { code, out, said } = await types(args, env);
      expect(said, args.join(" ")).toMatch(words);
      expect([args.join(" "), code, out]).toEqual([args.join(" "), 2, ""]);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves out a model that Odoo fails to describe, unless it was asked for", async () => {
    const fault = async () => {
      const order = {
        model: "res.partner",
        method: "fields_get",
        exception: { name: "builtins.KeyError", message: "x" },
      };
      const answer = await fetch(`${odoo.get(18)?.url}/_sandbox/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(order),
      });
      expect(answer.ok).toBe(true);
    };
    await fault();
    const all = await types(["--out", file()]);
    expect(all.code, all.said).toBe(0);
    expect(all.said).toContain("Left out: res.partner (server_exception");
    expect(text()).not.toContain("export interface ResPartner ");
    await fault();
    const asked = await types(["--model", "res.partner"]);
    expect([asked.code, asked.out]).toEqual([2, ""]);
  });

  it("takes a sandbox of its own where no Odoo is configured, and says so", async () => {
    const { code, said } = await types(["--model", "res.partner", "--out", file()], {});
    expect(code, said).toBe(0);
    expect(said).toMatch(/No ODOO_URL: the types are those of a sandbox Odoo/);
    expect(text()).toContain("export interface ResPartner ");
  });
});
