/** Attachments, images and static files, as a browser or an integration fetches them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const checksum = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
let sandbox: Sandbox;
let cookie = "";
let attachment = 0;
let open = 0;
let partner = 0;

const post = (path: string, params: object) =>
  fetch(`${sandbox.url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie },
    body: JSON.stringify({ params }),
  });
async function create(model: string, values: object): Promise<number> {
  const answer = await post("/web/dataset/call_kw", { model, method: "create", args: [values], kwargs: {} });
  return Number(((await answer.json()) as { result: number }).result);
}
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}${path}`, { headers: { Cookie: cookie, ...headers } });
const disposition = async (path: string) => (await get(path)).headers.get("content-disposition");

beforeAll(async () => {
  sandbox = await createSandbox();
  const login = await post("/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
  cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const datas = Buffer.from("hello").toString("base64");
  attachment = await create("ir.attachment", { name: "probe é.txt", datas });
  open = await create("ir.attachment", { name: "open.txt", datas, public: true });
  partner = await create("res.partner", { name: "Pixel Ltd", image_1920: pixel });
});
afterAll(async () => sandbox.close());

describe("content", () => {
  it("has a type, a name, validators and ranges", async () => {
    const file = await get(`/web/content/${attachment}`);
    expect([file.status, await file.text()]).toEqual([200, "hello"]);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `inline; filename="probe e.txt"; filename*=UTF-8''probe%20%C3%A9.txt`,
      "cache-control": "no-cache, private",
      etag: `"${checksum}"`,
      "x-content-type-options": "nosniff",
    });
    const etag = { "If-None-Match": `"${checksum}"` };
    expect((await get(`/web/content/${attachment}`, etag)).status).toBe(304);
    const modified = { "If-Modified-Since": file.headers.get("last-modified") ?? "" };
    expect((await get(`/web/content/${attachment}`, modified)).status).toBe(304);
    const part = await get(`/web/content/${attachment}`, { Range: "bytes=1-2" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 1-2/5", "el"]);
    const rest = await get(`/web/content/${attachment}`, { Range: "bytes=3-" });
    expect([rest.headers.get("content-range"), await rest.text()]).toEqual(["bytes 3-4/5", "lo"]);
    expect((await get(`/web/content/${attachment}`, { Range: "bytes=9-" })).status).toBe(416);
  });
  it("is found by path or parameters, under the name that is asked for", async () => {
    expect(await disposition(`/web/content/${attachment}/x.bin`)).toBe("inline; filename=x.bin");
    expect(await disposition(`/web/content/ir.attachment/${attachment}/datas/a%20b.txt`)).toBe(
      'inline; filename="a b.txt"',
    );
    expect(await disposition(`/web/content/${open}?download=true`)).toBe("attachment; filename=open.txt");
    const query = `model=ir.attachment&id=${attachment}&field=datas&filename=z.txt`;
    expect(await disposition(`/web/content?${query}`)).toBe("inline; filename=z.txt");
    const kept = await get(`/web/content/${attachment}?unique=1`);
    expect(kept.headers.get("cache-control")).toBe("max-age=31536000, private, immutable");
    expect(kept.headers.get("expires")).not.toBeNull();
  });
  it("is 404 where there is none, or none for this visitor", async () => {
    for (const path of [
      "999999",
      `${attachment}?access_token=zz`,
      `res.partner/${partner}/name`,
      "res.nope/1/x",
      "base.nope",
    ])
      expect((await get(`/web/content/${path}`)).status, path).toBe(404);
    expect((await fetch(`${sandbox.url}/web/content/${attachment}`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/web/content/${open}`)).status).toBe(200);
  });
});

describe("images", () => {
  it("are the record's, under an ETag for each size", async () => {
    const image = await get(`/web/image/res.partner/${partner}/image_1920`);
    expect(Buffer.from(await image.arrayBuffer()).toString("base64")).toBe(pixel);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect(image.headers.get("content-disposition")).toBe('inline; filename="Pixel Ltd.png"');
    const etag = image.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\da-f]{40}-1920x1920-crop=False-quality=0"$/);
    expect((await get(`/web/image/res.partner/${partner}/image_1920`, { "If-None-Match": etag })).status).toBe(304);
    const small = await get(`/web/image/res.partner/${partner}/image_1920/32x16/p.png`);
    expect(small.headers.get("etag")).toContain("-32x16-crop");
    expect(small.headers.get("content-disposition")).toBe("inline; filename=p.png");
    expect((await get(`/web/image/res.partner/${partner}/avatar_128`)).headers.get("etag")).toContain("-128x128-");
  });
  it("are a placeholder where there is none", async () => {
    for (const path of ["999999", "res.partner/1/avatar_128", "res.nope/1/x", ""]) {
      const image = await get(`/web/image/${path}`);
      expect([image.status, image.headers.get("content-disposition")], path).toEqual([
        200,
        "inline; filename=placeholder.png",
      ]);
    }
    const logo = await get("/logo.png");
    expect([logo.status, logo.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  });
});

describe("headers", () => {
  it("are written as Odoo writes them, in capitals", async () => {
    const { request } = await import("node:http");
    const names = await new Promise<string[]>((resolve, reject) => {
      request(`${sandbox.url}/web/login`, (answer) =>
        resolve(answer.resume().rawHeaders.filter((_name, at) => at % 2 === 0)),
      )
        .on("error", reject)
        .end();
    });
    expect(names).toEqual(expect.arrayContaining(["Content-Type", "Set-Cookie", "X-Frame-Options", "Content-Length"]));
  });
});
