/** docs/reference/client.md: its examples run, and its table of versions is the client's own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { serve } from "../test-support/harness.js";
import { createFetchClient } from "./fetch/index.js";
import { createClient, createLimits } from "./index.js";
import { differences } from "./versions/differences.js";

const page = readFileSync(new URL("../../../docs/reference/client.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
const names = { createClient, createFetchClient, createLimits, key: "k" };

describe("the reference", () => {
  it.each(examples)("runs %s", async (code) => {
    const server = await serve(() => [1, 2]);
    const body = code.replaceAll(/^import .*$/gm, "").replaceAll("https://shop.example", server.url);
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    await AsyncFunction(...Object.keys(names), body)(...Object.values(names));
    expect(server.calls.length).toBeGreaterThan(0);
  });

  it("shows the table of versions, line by line", () => {
    const rows = differences.map(({ from, until, what, does }) => {
      const versions = from === undefined ? `to ${until}` : `from ${from}`;
      return `| ${versions} | ${what} | ${does} |`;
    });
    const shown = page.slice(page.indexOf("| Odoo | what differs | the client |")).split("\n\n")[0] ?? "";
    expect(shown.split("\n").slice(2)).toEqual(rows);
  });
});
