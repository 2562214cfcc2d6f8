/** The whole client over fetch, bundled and run where nothing of Node's exists. */
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build, type Rollup } from "vite";
import { expect, it } from "vitest";
import { serve } from "../../test-support/harness.js";

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
  const context = createContext({ ...webOnly, fetch });
  const script = `${code}
    const client = odoorway.createFetchClient({url: ${JSON.stringify(server.url)}, database: "d", login: "l", apiKey: "k"});
    (async () => {
      const globals = [typeof process, typeof require, typeof Buffer, typeof global];
      const read = await client.call("m", "read", [[1]]);
      await client.call("m", "write", [[1], {image: new Uint8Array([104, 105])}]);
      await client.close();
      return JSON.stringify({globals, read});
    })()`;
  const result = JSON.parse(await runInContext(script, context));
  expect(result).toEqual({ globals: Array(4).fill("undefined"), read: [{ id: 1, image: "aGk=" }] });
  expect(server.calls.at(-1)?.args[5]).toEqual([[1], { image: "aGk=" }]);
});
