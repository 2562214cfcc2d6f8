/** A sandbox that goes on where another ended. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-state-"));
});
afterAll(async () => rm(folder, { recursive: true }));

async function call<T>(sandbox: Sandbox, model: string, method: string, args: unknown[], kwargs = {}): Promise<T> {
  const post = async (service: string, name: string, params: unknown[]) => {
    const body = JSON.stringify({ params: { service, method: name, args: params } });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return ((await response.json()) as { result: unknown }).result;
  };
  const uid = await post("common", "authenticate", [sandbox.database, "demo", "demo-key", {}]);
  return (await post("object", "execute_kw", [sandbox.database, uid, "demo-key", model, method, args, kwargs])) as T;
}

describe("stateFile", () => {
  it("keeps records, ids and sequences from one run to the next", async () => {
    const stateFile = join(folder, "one.state");
    const first = await createSandbox({ stateFile });
    const values = Array.from({ length: 2500 }, (_, at) => ({ name: `P${at}` }));
    const ids = await call<number[]>(first, "res.partner", "create", [values]);
    const [order] = await call<number[]>(first, "sale.order", "create", [[{ partner_id: ids[0] }]]);
    const gone = await call<number>(first, "res.partner", "create", [{ name: "Gone" }]);
    await call(first, "res.partner", "unlink", [[gone]]);
    await first.close();
    expect(await readdir(folder)).toEqual(["one.state"]);

    const second = await createSandbox({ stateFile });
    expect(await call(second, "res.partner", "search_count", [[["name", "=like", "P%"]]])).toBe(2500);
    expect(await call(second, "sale.order", "read", [[order], ["name", "partner_id"]])).toEqual([
      { id: order, name: "S00001", partner_id: [ids[0], "P0"] },
    ]);
    expect(await call(second, "res.partner", "create", [{ name: "Next" }])).toBe(gone + 1);
    const [next] = await call<number[]>(second, "sale.order", "create", [[{ partner_id: ids[1] }]]);
    expect(await call(second, "sale.order", "read", [[next], ["name"]])).toEqual([{ id: next, name: "S00002" }]);
    await second.close();
  });
  it("holds no secret of the seed", async () => {
    const stateFile = join(folder, "secret.state");
    await (await createSandbox({ stateFile })).close();
    const text = await readFile(stateFile, "utf8");
    expect(text).toContain('"login":"demo"');
    expect(text).not.toContain("demo-key");
  });
  it("refuses a file of another version or database, a damaged one, and a place that is not there", async () => {
    const stateFile = join(folder, "mine.state");
    await (await createSandbox({ stateFile })).close();
    const refused = (options: object) =>
      expect(createSandbox({ stateFile, ...options })).rejects.toMatchObject({ code: "configuration_error" });
    await refused({ version: 19 });
    await refused({ seed: { db: "other" } });
    await refused({ stateFile: join(folder, "nowhere", "x.state") });
    await refused({ stateFile: "" });
    const damaged = join(folder, "damaged.state");
    for (const text of ["", "x", '{"format":9}', `${(await readFile(stateFile, "utf8")).slice(0, -20)}`]) {
      await writeFile(damaged, text);
      await refused({ stateFile: damaged });
    }
  });
});
