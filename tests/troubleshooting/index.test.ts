/** The index of the troubleshooting guide: every link leads somewhere, every page and status code is reached from it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sectionsOf } from "./guide.js";

const folder = new URL("../../docs/guides/troubleshooting/", import.meta.url);
const pages = readdirSync(folder);

/** The anchor of a heading, as GitHub makes it. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .replaceAll(" ", "-");
}

it.each(pages)("the links of %s lead somewhere", (page) => {
  const links = [...readFileSync(new URL(page, folder), "utf8").matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
  for (const [, path = "", fragment] of links) {
    const target = new URL(path === "" ? page : path, folder);
    expect([path, existsSync(target)]).toEqual([path, true]);
    if (fragment === undefined) continue;
    const titles = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) => anchor(match[1] ?? ""));
    expect(titles, `${path}#${fragment}`).toContain(fragment);
  }
});

it("the index reaches every page and every status code", () => {
  const index = readFileSync(new URL("README.md", folder), "utf8");
  for (const page of pages.filter((name) => name !== "README.md")) expect(index).toContain(`](${page}`);
  const codes = [...sectionsOf("status-codes.md").keys()];
  expect(codes.map((title) => Number(title.slice(0, 3)))).toEqual([
    100, 101, 103, 200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 405, 500, 501, 503,
  ]);
  for (const title of codes) expect(index).toContain(`](status-codes.md#${anchor(title)})`);
});
