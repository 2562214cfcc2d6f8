/** Forms as they come over a wire, in pieces of any size. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { formFiles } from "./multipart.js";
import type { Upload } from "./route.js";

type Part = readonly [name: string, value: string, fileName?: string];

const part = ([name, value, fileName]: Part) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"`}\r\n\r\n${value}\r\n`;
const formOf = (parts: readonly Part[]) => `${parts.map(part).join("")}--b--\r\n`;

function upload(text: string, size = 7, contentType = "multipart/form-data; boundary=b"): Upload {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_none, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const of = { type: "multipart/form-data", contentType, encoding: undefined, charset: undefined };
  return { ...of, bytes: Readable.from(pieces) };
}

async function filesOf(given: Upload): Promise<string[]> {
  const found: string[] = [];
  for await (const { fields, fileName, bytes } of formFiles(given, ["model", "key"])) {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    const said = [...fields].map(([name, value]) => `${name}=${value}`).join("&");
    found.push(`${fileName} ${said} ${Buffer.concat(pieces)}`);
  }
  return found;
}

describe("a form with files", () => {
  const two: Part[] = [
    ["model", "res.partner"],
    ["key", "ref"],
    ["file", "ref,name\r\n", "a.csv"],
    ["file", "x".repeat(300), "b.csv"],
  ];

  it("gives each file with the fields before it, whatever the pieces", async () => {
    for (const size of [1, 7, 100_000])
      expect(await filesOf(upload(formOf(two), size))).toEqual([
        "a.csv model=res.partner&key=ref ref,name\r\n",
        `b.csv  ${"x".repeat(300)}`,
      ]);
  });

  it("is refused when it breaks off, anywhere", async () => {
    const text = formOf(two);
    const starts = text.indexOf('--b\r\nContent-Disposition: form-data; name="file"; filename="b.csv"');
    for (const end of [20, starts, starts + 10, text.length - 40, text.length - 6])
      await expect(filesOf(upload(text.slice(0, end))), String(end)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:invalid_body|import_upload_broken)$/),
      });
    const cut = upload(text.slice(0, starts + 10));
    cut.bytes.push = () => false;
    setTimeout(() => cut.bytes.destroy(new Error("gone")), 20);
    await expect(filesOf(cut)).rejects.toMatchObject({ code: "import_upload_broken" });
  });

  it("is refused with fields that nobody knows, without a file or boundary, and with too many files", async () => {
    await expect(filesOf(upload(formOf([["modle", "x"], ...two])))).rejects.toMatchObject({
      code: "unknown_parameter",
    });
    await expect(filesOf(upload(formOf([["model", "x"]])))).rejects.toMatchObject({ code: "invalid_body" });
    await expect(filesOf(upload(formOf(two), 7, "multipart/form-data"))).rejects.toMatchObject({
      code: "invalid_body",
    });
    const many = Array.from({ length: 51 }, (_none, index): Part => ["file", "x", `${index}.csv`]);
    await expect(filesOf(upload(formOf(many), 1000))).rejects.toMatchObject({ code: "payload_too_large" });
    const large: Part = ["key", "x".repeat(1024 * 1024 + 1)];
    await expect(filesOf(upload(formOf([large, ...two]), 65_536))).rejects.toMatchObject({ code: "payload_too_large" });
  });

  it("reads no further than what is asked for", async () => {
    let given = 0;
    const endless = Readable.from(
      (async function* () {
        yield Buffer.from(part(["file", "", "a.csv"]).slice(0, -2));
        for (; given < 5000; given += 1) yield Buffer.alloc(65_536, "x");
      })(),
    );
    const files = formFiles({ ...upload(""), bytes: endless }, []);
    await files.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(given).toBeLessThan(20);
    await files.return(undefined);
    endless.destroy();
  });
});
