/** The content of files, as `datas` and as `raw`, by each door. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type OdooVersion, type Sandbox } from "../index.js";

describe.each<OdooVersion>([18, 19])("ir.attachment of %s", (version) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ version });
  });
  afterAll(() => sandbox.close());

  const post = (method: string, ...args: unknown[]) =>
    fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        params: {
          service: "object",
          method: "execute_kw",
          args: ["demo", 2, "admin", "ir.attachment", method, args],
        },
      }),
    });
  const call = async (method: string, ...args: unknown[]) => {
    const { result, error } = (await (await post(method, ...args)).json()) as {
      result?: unknown;
      error?: { data: { message: string } };
    };
    if (error) throw new Error(error.data.message);
    return result;
  };
  const content = async (id: unknown) => {
    const [record] = (await call("read", [id], ["raw", "datas", "file_size"])) as [Record<string, unknown>];
    return record;
  };

  it("shows one content as text and as base64", async () => {
    const id = await call("create", { name: "a.txt", raw: "héllo" });
    expect(await content(id)).toEqual({ id, raw: "héllo", datas: "aMOpbGxv", file_size: 6 });
    await call("write", [id], { datas: "aGk=" });
    expect(await content(id)).toEqual({ id, raw: "hi", datas: "aGk=", file_size: 2 });
  });

  it("is empty at first, and emptied", async () => {
    const id = await call("create", { name: "a.txt" });
    expect(await content(id)).toEqual({ id, raw: false, datas: "", file_size: 0 });
    await call("write", [id], { datas: "aGk=" });
    await call("write", [id], { datas: false });
    expect(await content(id)).toEqual({ id, raw: version === 18 ? false : "", datas: "", file_size: 0 });
  });

  it("takes a text for raw of a written record on 18 alone", async () => {
    const id = await call("create", { name: "a.txt", raw: "one" });
    const written = call("write", [id], { raw: "two" });
    if (version === 18) expect(await written).toBe(true);
    else await expect(written).rejects.toThrow("`bin_data` must be bytes or bytearray");
  });

  it("has no raw of bytes that are no text: the page of a defect", async () => {
    const id = await call("create", { name: "a.bin", datas: Buffer.from([0xff, 0xfe, 0]).toString("base64") });
    const answer = await post("read", [id], ["raw"]);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([500, "text/html; charset=utf-8"]);
    expect(await call("read", [id], ["datas"])).toEqual([{ id, datas: "//4A" }]);
    expect(await call("search", [["id", "=", id]])).toEqual([id]);
    if (version === 18) return;
    const bearer = await fetch(`${sandbox.url}/json/2/ir.attachment/read`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: "bearer demo-key" },
      body: JSON.stringify({ ids: [await own(sandbox)], fields: ["raw"] }),
    });
    expect(bearer.status).toBe(500);
    expect(await bearer.text()).toContain("500 Internal Server Error");
  });
});

/** A file of the user demo's own. */
async function own(sandbox: Sandbox): Promise<number> {
  const made = await fetch(`${sandbox.url}/json/2/ir.attachment/create`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "bearer demo-key" },
    body: JSON.stringify({ vals_list: [{ name: "b.bin", datas: "//4A" }] }),
  });
  const [id] = (await made.json()) as [number];
  return id;
}
