/** `odoorway explain` and POST /v1/explain as black boxes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, run, serveGateway, serveSandbox } from "./programs.js";

const page = readFileSync(fileURLToPath(new URL("../../docs/reference/explain.md", import.meta.url)), "utf8");
const folder = mkdtempSync(join(tmpdir(), "odoorway-explain-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fault =
  "<Fault 4: \"You are not allowed to create 'Product' (product.template) records.\\n\\nThis operation is allowed for the following groups:\\n\\t- Sales/Administrator\">";

async function explain(args: readonly string[], input?: string | Uint8Array) {
  const program = run(["explain", ...args], {}, input);
  const code = await program.done();
  expect(program.said()).not.toMatch(/^\s+at .+:\d+/m);
  return { code, out: program.out(), said: program.said() };
}

describe("odoorway explain", () => {
  it("prints what the documentation shows", async () => {
    const { code, out } = await explain([], fault);
    expect(code).toBe(0);
    expect(out.trim()).toBe(/```text\n([\s\S]*?)```/.exec(page)?.[1]?.trim());
  });

  it("reads a file, and prints JSON with everything that the documentation names", async () => {
    writeFileSync(join(folder, "fault.txt"), fault);
    const { out } = await explain([join(folder, "fault.txt"), "--json"]);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      code: "access_model_denied",
      evidence: { model: "product.template", operation: "create", groups: "Sales/Administrator" },
      status: 403,
      retryable: false,
      happened: "no",
    });
    const documented = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(
      ([, names = ""]) => names.match(/\w+/g) ?? [],
    );
    expect(Object.keys(answer).sort()).toEqual(documented.sort());
  });

  it("takes the model and method from the options", async () => {
    const { out } = await explain(
      ["--json", "--model", "sale.order", "--method", "action_confirm"],
      "KeyError: 'sale.order'",
    );
    expect(JSON.parse(out)).toMatchObject({ code: "model_not_found", evidence: { model: "sale.order" } });
  });

  it("answers empty, binary, huge and hostile input", async () => {
    const hostile = "\u001b]0;owned\u0007\u001b[2J\u202e";
    for (const input of ["", Buffer.alloc(10_000_000, 0xff), hostile.repeat(1000), "x".repeat(10_000_000)]) {
      const { code, out } = await explain([], input);
      expect(code).toBe(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
    }
    expect((await explain([join(folder, "missing")])).code).toBe(2);
  });
});

describe("POST /v1/explain", () => {
  let odoo: Program & { url: string };
  let gateway: Program & { url: string };
  beforeAll(async () => {
    odoo = await serveSandbox();
    gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data") });
  });
  afterAll(async () => {
    await gateway.end();
    await odoo.end();
  });

  async function post(type: string, body: string | Uint8Array<ArrayBuffer>) {
    const headers = { "content-type": type, authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${gateway.url}/v1/explain`, { method: "POST", headers, body });
    return { status: answer.status, body: await answer.json() };
  }

  it("explains as the command does, from a bare text, a question and an Odoo's own answer", async () => {
    const { out } = await explain(["--json"], fault);
    const documentation = "/errors/access_model_denied";
    expect(await post("text/plain", fault)).toEqual({ status: 200, body: { ...JSON.parse(out), documentation } });
    expect((await post("application/json", JSON.stringify({ text: fault }))).body).toEqual({
      ...JSON.parse(out),
      documentation,
    });
    const error = {
      code: 200,
      message: "Odoo Server Error",
      data: { name: "builtins.ValueError", message: "Invalid field 'emial' on model 'res.partner'" },
    };
    expect((await post("application/json", JSON.stringify({ jsonrpc: "2.0", id: 1, error }))).body).toMatchObject({
      code: "invalid_field_name",
      evidence: { field: "emial" },
    });
    const known = await fetch(`${gateway.url}${documentation}`, { headers: { accept: "application/json" } });
    expect(known.status).toBe(200);
  });

  it("refuses an unknown member with the nearest known one, and a text that is too large", async () => {
    expect(await post("application/json", JSON.stringify({ text: fault, modle: "x" }))).toMatchObject({
      status: 400,
      body: { code: "unknown_parameter", fix: expect.stringContaining("model") },
    });
    expect((await post("text/plain", new Uint8Array(17 * 1024 * 1024))).status).toBe(413);
    expect((await post("text/plain", new Uint8Array(1024 * 1024))).body.code).toBe("not_recognised");
  });
});
