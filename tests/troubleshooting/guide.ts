/**
 * Holds a page of docs/guides/troubleshooting to the programs. Every section of it (`## ...`) is a row: it has a
 * test, every test has a section, and each test must have seen every error that its section links to, run every
 * `odoorway` command and made every request to the gateway that the section shows.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openWorld, type World } from "./world.js";

const folder = new URL("../../docs/guides/troubleshooting/", import.meta.url);

export type Tests = Readonly<Record<string, (world: World) => Promise<void>>>;

/** The sections of a page: title and text, in their order. */
export function sectionsOf(page: string): ReadonlyMap<string, string> {
  const [, ...sections] = readFileSync(new URL(page, folder), "utf8").split(/^## /m);
  return new Map(sections.map((text) => [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n"))]));
}

/** Runs the tests of a page before both versions of the sandbox. */
export function holdToPage(page: string, tests: Tests): void {
  const sections = sectionsOf(page);

  it(`${page} has a test for each section, and a section for each test`, () => {
    expect([...sections.keys()]).toEqual(Object.keys(tests));
  });

  describe.each([18, 19] as const)(`${page} before a %s`, (version) => {
    it.each(Object.entries(tests))("%s", { timeout: 60_000 }, async (title, test) => {
      const world = await openWorld(version);
      try {
        await test(world);
        expect(missing(sections.get(title) ?? "", world)).toEqual([]);
      } finally {
        await world.close();
      }
    });
  });
}

/** What a section names and its test has not met. */
function missing(section: string, { seen, commands, requests }: World): string[] {
  const codes = matches(section, /reference\/errors\/(\w+)\.md/g).filter((code) => !seen.has(code));
  const shown = matches(section, /`(odoorway [^`]+)`/g).filter((line) => !commands.has(line));
  const asked = matches(section, /`((?:GET|HEAD|POST|PUT|PATCH|DELETE) \/[^`]*)`/g).filter(
    (line) => !requests.some((request) => patternOf(line).test(request)),
  );
  return [...codes, ...shown, ...asked];
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** `GET /v1/records/{model}/{id}` -> any such request, with a query or without. */
function patternOf(line: string): RegExp {
  const parts = line.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/?&]+")}(?:[?&].*)?$`);
}
