/** The whole client over fetch, bundled and run where nothing of Node's exists. */
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { encodeXmlRpcResponse } from "@odoorway/wire";
import { build, type Rollup } from "vite";
import { expect, it } from "vitest";
import { serve } from "../../test-support/harness.js";
import { routes } from "../../test-support/routes.js";

/** What Bun, Deno, browsers and workers have in common; and nothing of the language is missing. */
const webOnly = { AbortController, AbortSignal, TextDecoder, TextEncoder, URL, clearTimeout, setTimeout, atob, btoa };

async function bundle(): Promise<string> {
  const output = (await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["source"] },
    build: {
      write: false,
      minify: false,
      lib: { entry: resolve(import.meta.dirname, "index.ts"), formats: ["iife"], name: "odoorway" },
    },
  })) as Rollup.RollupOutput[];
  const chunk = output[0]?.output[0];
  if (chunk?.type !== "chunk") throw new Error("there is no bundle");
  expect(
    chunk.moduleIds.filter((id) =>
      /undici\/|browser-external|node_modules\/(?!cockatiel\/|fastest-levenshtein\/)/.test(id),
    ),
  ).toEqual([]);
  expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
  return chunk.code;
}

it("holds no module of Node's, and calls Odoo with fetch alone", async () => {
  const code = await bundle();
  const server = await serve(() => [{ id: 1, image: "aGk=" }]);
  const xml = await xmlServer();
  const context = createContext({ ...webOnly, fetch });
  const script = `${code}
    const open = (url, transport) =>
      odoorway.createFetchClient({url, transport, database: "d", login: "l", apiKey: "k"});
    (async () => {
      const globals = [typeof process, typeof require, typeof Buffer, typeof global];
      const client = open(${JSON.stringify(server.url)}, "jsonrpc");
      const read = await client.call("m", "read", [[1]]);
      await client.call("m", "write", [[1], {image: new Uint8Array([104, 105])}]);
      const bytes = await open(${JSON.stringify(xml.url)}, "xmlrpc").call("m", "write", [[1], {image: new Uint8Array([104, 105])}]);
      const seen = [];
      for await (const record of odoorway.iterate(client, "m", {limit: 1})) seen.push(record.id);
      const written = odoorway.toOdooDatetime("2026-07-01T12:00", {timeZone: "Europe/Brussels"});
      const [found] = [odoorway.decodeRecord({image: "binary"}, read[0])];
      await client.close();
      return JSON.stringify({globals, read, bytes: [...bytes], seen, written, image: [...found.image]});
    })()`;
  const result = JSON.parse(await runInContext(script, context));
  expect(result).toEqual({
    globals: Array(4).fill("undefined"),
    read: [{ id: 1, image: "aGk=" }],
    bytes: [1, 2, 255],
    seen: [1],
    written: "2026-07-01 10:00:00",
    image: [104, 105],
  });
  expect(server.calls.find(({ args }) => args[4] === "write")?.args[5]).toEqual([[1], { image: "aGk=" }]);
  expect(xml.requests.at(-1)?.body).toContain("aGk=");
});

/** Answers bytes over XML-RPC. */
function xmlServer() {
  return routes({
    "/xmlrpc/2/common": (_request, response) => void response.end(encodeXmlRpcResponse(7)),
    "/xmlrpc/2/object": (_request, response) => void response.end(encodeXmlRpcResponse(new Uint8Array([1, 2, 255]))),
  });
}
