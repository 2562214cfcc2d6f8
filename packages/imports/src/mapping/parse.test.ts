/** Mappings that are wrong are told where and what was meant. */
import { readdirSync, readFileSync } from "node:fs";
import { OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { parseMapping } from "./parse.js";

const minimal = { name: "customer", model: "res.partner", key: "{Key}", values: { name: "Name" } };

function faultOf(mapping: unknown): OdoorwayError {
  try {
    parseMapping(typeof mapping === "string" ? mapping : JSON.stringify(mapping));
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a mapping", () => {
  it("is read with its defaults; a single entity is primary", () => {
    const mapping = parseMapping('entities: [{name: a, model: m, key: "{K}", values: {name: N}}]', "file");
    expect(mapping).toMatchObject({ name: "file", duplicates: "merge", rules: [] });
    expect(mapping.entities[0]).toMatchObject({ primary: true, group: false, namespace: "odoorway" });
  });

  const examples = new URL("../../../../examples/mappings/", import.meta.url);
  it.each(readdirSync(examples))("of the examples is right: %s", (name) => {
    expect(parseMapping(readFileSync(new URL(name, examples), "utf8")).entities.length).toBeGreaterThan(0);
  });

  it.each(["YYYY-MM-DD", "D/M/YY h:mm A", "YYYY-MM-DDTHH:mm:ss", "(DD) MM. YYYY"])(
    "may have the format %s",
    (format) => {
      expect(
        parseMapping(JSON.stringify({ entities: [{ ...minimal, values: { d: { column: "D", format } } }] })),
      ).toBeDefined();
    },
  );

  const wrong: [string, unknown, object][] = [
    ["neither YAML nor JSON", "entities: [", { at: expect.stringContaining("line 1") }],
    ["an unknown key", { entities: [minimal], rule: [] }, { detail: "There is no key rule here", nearest: "rules" }],
    [
      "an unknown key of an entity",
      { entities: [{ ...minimal, modell: "x" }] },
      { at: "entities[1]", nearest: "model" },
    ],
    [
      "an unknown key of a value",
      { entities: [{ ...minimal, values: { name: { colum: "Name" } } }] },
      { at: "entities[1].values.name", nearest: "column" },
    ],
    [
      "an unknown key of a condition",
      { entities: [minimal], rules: [{ when: { column: "A", equal: 1 }, fail: "x" }] },
      { nearest: "equals" },
    ],
    ["no entities", { entities: [] }, { at: "entities" }],
    [
      "two primaries",
      {
        entities: [
          { ...minimal, primary: true },
          { ...minimal, name: "b", primary: true },
        ],
      },
      { detail: expect.stringContaining("not 2") },
    ],
    [
      "a primary that is not last",
      {
        entities: [
          { ...minimal, primary: true },
          { ...minimal, name: "b", model: "m" },
        ],
      },
      { detail: expect.stringContaining("last") },
    ],
    ["a key without a column", { entities: [{ ...minimal, key: "all" }] }, { at: "entities[1].key" }],
    [
      "two entities of one model in one namespace",
      { entities: [minimal, { ...minimal, name: "b", primary: true }] },
      { detail: expect.stringContaining("namespaces") },
    ],
    [
      "a reference to no entity",
      {
        entities: [minimal, { ...minimal, name: "b", model: "m", primary: true, values: { p: { entity: "custmer" } } }],
      },
      { nearest: "customer" },
    ],
    [
      "a value of two sources",
      { entities: [{ ...minimal, values: { name: { column: "A", constant: 1 } } }] },
      { at: "entities[1].values.name" },
    ],
    [
      "no such zone",
      { entities: [{ ...minimal, values: { d: { column: "D", zone: "Europe/Lond" } } }] },
      { detail: "There is no time zone Europe/Lond" },
    ],
    ...["DD/MMM/YYYY", "DD.MM.", "Date DD.MM.YYYY", "HH:mm"].map((format): [string, unknown, object] => [
      `the format ${format}`,
      { entities: [{ ...minimal, values: { d: { column: "D", format } } }] },
      { at: "entities[1].values.d.format", detail: expect.stringContaining(format) },
    ]),
    [
      "a pattern that is none",
      { entities: [minimal], rules: [{ when: { column: "A", matches: "(" }, fail: "x" }] },
      { detail: expect.stringContaining("not a regular") },
    ],
    [
      "a pattern that takes for ever",
      { entities: [minimal], rules: [{ when: { column: "A", matches: "(a+)+$" }, fail: "x" }] },
      { detail: expect.stringContaining("for") },
    ],
    [
      "a condition that compares nothing",
      { entities: [minimal], rules: [{ when: { column: "A" }, fail: "x" }] },
      { detail: expect.stringContaining("nothing") },
    ],
    [
      "lines without group",
      { entities: [{ ...minimal, lines: { field: "l", values: { a: "A" } } }] },
      { at: "entities[1].lines" },
    ],
  ];
  it.each(wrong)("is refused: %s", (_name, mapping, evidence) => {
    expect(faultOf(mapping)).toMatchObject({ code: "mapping_invalid", evidence });
  });
});
