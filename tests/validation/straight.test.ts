/**
 * What Odoo does with the same inputs, sent straight to it: noted in odoo-said.json from real servers, and shown in
 * docs/explanations/what-odoo-takes-in-silence.md. With CONFORMANCE_ODOO_URL, _DB, _LOGIN, _API_KEY (an administrator's;
 * _JSON2=yes says that it is 19) the notes are held against that server; VALIDATION_NOTE=yes writes notes and page anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Said, silencePage } from "./silence-page.js";
import { outcomeOf } from "./straight.js";
import { nameOf } from "./table.js";
import { realTargets, type World } from "./world.js";
import { allWrong } from "./wrong/index.js";

const notes = new URL("odoo-said.json", import.meta.url);
const page = new URL("../../docs/explanations/what-odoo-takes-in-silence.md", import.meta.url);
const said: Record<string, Said> = JSON.parse(readFileSync(notes, "utf8"));
const noting = process.env.VALIDATION_NOTE === "yes";

describe("the notes", () => {
  it.runIf(!noting)("has what both versions did with every case, and nothing else", () => {
    const lacking = allWrong.filter((one) => [18, 19].some((version) => lacks(one, version as 18 | 19)));
    expect(lacking.map(nameOf)).toEqual([]);
    expect(Object.keys(said).sort()).toEqual(allWrong.map(nameOf).sort());
  });

  it.runIf(!noting)("is what the page shows", () => {
    expect(readFileSync(page, "utf8")).toBe(silencePage(allWrong, said));
  });
});

function lacks(one: (typeof allWrong)[number], version: 18 | 19): boolean {
  return (one.only ?? version) === version && said[nameOf(one)]?.[version] === undefined;
}

describe.each(realTargets)("$name", ({ version, open }) => {
  let world: World;
  beforeAll(async () => {
    world = await open();
  }, 300_000);
  afterAll(async () => {
    await world.close();
    if (!noting) return;
    const all = allWrong.map((one) => [nameOf(one), said[nameOf(one)] ?? {}] as const);
    const lines = all.map(([name, both]) => `${JSON.stringify(name)}: ${JSON.stringify(both)}`);
    writeFileSync(notes, `{\n${lines.join(",\n")}\n}\n`);
    writeFileSync(page, silencePage(allWrong, Object.fromEntries(all)));
  }, 300_000);

  const cases = allWrong.filter(({ only }) => only === undefined || only === version);
  it.each(cases.map((one) => [nameOf(one), one] as const))("%s", async (name, one) => {
    const outcome = await outcomeOf(world.odoo, one, world.ids);
    if (noting) said[name] = { ...said[name], [version]: outcome };
    else expect(outcome).toBe(said[name]?.[version]);
  });
});
