/**
 * What every client of other people is made to do, and what Odoo then shows of it: the same on the sandbox
 * and on a real server. Clients in other languages play it in programs/ and print what they observed.
 */
import { expect } from "vitest";

type Values = Record<string, unknown>;

/** A client of someone else behind the few names that the story uses; each maps them to its own. */
export interface StoryClient {
  create(model: string, values: Values): Promise<unknown>;
  read(model: string, ids: number[], fields: string[]): Promise<Values[]>;
  write(model: string, ids: number[], values: Values): Promise<unknown>;
  unlink(model: string, ids: number[]): Promise<unknown>;
  search(
    model: string,
    domain: unknown[],
    options: { order?: string; limit?: number; offset?: number },
  ): Promise<number[]>;
  searchCount(model: string, domain: unknown[]): Promise<unknown>;
  call(model: string, method: string, args: unknown[]): Promise<unknown>;
}

/** What a client saw. Of a failure, all that it shows: message, code, text. */
export interface Observations {
  readonly created: { categories: string[]; children: string[]; parents: string[] };
  readonly changed: { categories: string[]; children: string[] };
  readonly commands: readonly (readonly string[])[];
  readonly paging: { count: unknown; second: string[]; keyset: string[]; none: unknown };
  readonly archived: { hidden: unknown; named: unknown };
  readonly failures: Readonly<Record<keyof typeof failures, string>>;
  readonly left: unknown;
}

/** Calls that Odoo refuses, and what a client shows of each refusal, on 18.0 and 19.0. */
const failures = {
  missing: /Record does not exist or has been deleted\.\s+\(Records?: res\.partner\(/,
  unknownField: /Invalid field 'nope' (on model|in) 'res\.partner'/,
  // /web/dataset/call_kw has the address of a model that is not there.
  unknownModel: /Object nope\.nope doesn't exist|404 Not Found: The requested URL was not found on the server\. If you/,
  unknownMethod: /The method '(res\.partner\.)?nope' does not exist/,
  privateMethod: /Private methods \(such as '?(res\.partner\.)?_compute_display_name'?\) cannot be called remotely/,
  access: /You are not allowed to access 'System Parameter' \(ir\.config_parameter\) records/,
  constraint: /Contacts require a name/,
  noSuchField: /Invalid field res\.partner\.nope in leaf|Invalid field 'nope'|Invalid field res\.partner\.nope/,
};

/** Plays the story; `mark` is a text that no other record holds. */
export async function play(odoo: StoryClient, mark: string): Promise<Observations> {
  const partners = "res.partner";
  const categories = "res.partner.category";
  const [a, b] = [
    await odoo.create(categories, { name: `${mark} A` }),
    await odoo.create(categories, { name: `${mark} B` }),
  ];
  const company = Number(
    await odoo.create(partners, {
      name: `${mark} Company`,
      is_company: true,
      category_id: [[6, 0, [a]]],
      child_ids: [
        [0, 0, { name: `${mark} One` }],
        [0, 0, { name: `${mark} Two` }],
      ],
    }),
  );
  const bare = (text: unknown) => String(text).replaceAll(`${mark} `, "");
  const of = async (id: number, field: string) => {
    const [record] = await odoo.read(partners, [id], [field]);
    return [...((record?.[field] ?? []) as number[])].sort((x, y) => x - y);
  };
  const namesOf = async (model: string, ids: number[]) =>
    (await odoo.read(model, ids, ["name"])).map(({ name }) => bare(name)).sort();
  const tags = async () => namesOf(categories, await of(company, "category_id"));
  const children = async () => namesOf(partners, await of(company, "child_ids"));
  const [one = 0, two = 0] = await of(company, "child_ids");
  const created = {
    categories: await tags(),
    children: await children(),
    parents: (await odoo.read(partners, [one, two], ["parent_id"])).map(({ parent_id: parent }) =>
      bare((parent as unknown[])[1]),
    ),
  };
  await odoo.write(partners, [company], {
    category_id: [[4, b, 0]],
    child_ids: [
      [1, one, { name: `${mark} One, renamed` }],
      [2, two, 0],
    ],
  });
  const changed = { categories: await tags(), children: await children() };
  const commands: string[][] = [];
  for (const command of [
    [3, a, 0],
    [5, 0, 0],
    [6, 0, [a, b]],
  ]) {
    await odoo.write(partners, [company], { category_id: [command] });
    commands.push(await tags());
  }
  const pages: number[] = [];
  for (const n of [1, 2, 3, 4, 5])
    pages.push(Number(await odoo.create(partners, { name: `${mark} P${n}`, ref: mark })));
  const domain = [["ref", "=", mark]];
  const second = await odoo.search(partners, domain, { order: "name desc", limit: 2, offset: 2 });
  const keyset: number[] = [];
  for (let last = 0; ; ) {
    const page = await odoo.search(partners, [...domain, ["id", ">", last]], { order: "id", limit: 2 });
    keyset.push(...page);
    last = page.at(-1) ?? 0;
    if (page.length < 2) break;
  }
  const inOrder = async (ids: number[]) => {
    const records = new Map((await odoo.read(partners, ids, ["name"])).map(({ id, name }) => [id, bare(name)]));
    return ids.map((id) => records.get(id) ?? "");
  };
  const paging = {
    count: await odoo.searchCount(partners, domain),
    second: await inOrder(second),
    keyset: await inOrder(keyset),
    none: await odoo.search(partners, [["ref", "=", `${mark} none`]], {}),
  };
  await odoo.write(partners, pages.slice(0, 2), { active: false });
  const archived = {
    hidden: await odoo.searchCount(partners, domain),
    named: await odoo.searchCount(partners, [...domain, ["active", "=", false]]),
  };
  await odoo.unlink(partners, [pages[0] ?? 0]);
  const seen: Record<keyof typeof failures, string> = {
    missing: await shown(odoo.write(partners, [pages[0] ?? 0], { name: "gone" })),
    unknownField: await shown(odoo.create(partners, { name: mark, nope: 1 })),
    unknownModel: await shown(odoo.call("nope.nope", "search", [[]])),
    unknownMethod: await shown(odoo.call(partners, "nope", [[]])),
    privateMethod: await shown(odoo.call(partners, "_compute_display_name", [[]])),
    access: await shown(odoo.search("ir.config_parameter", [], {})),
    constraint: await shown(odoo.create(partners, { name: false })),
    noSuchField: await shown(odoo.search(partners, [["nope", "=", 1]], {})),
  };
  await odoo.unlink(partners, [...pages.slice(1), one, company]);
  await odoo.unlink(categories, [Number(a), Number(b)]);
  const left = await odoo.searchCount(partners, [
    ["name", "like", mark],
    ["active", "in", [true, false]],
  ]);
  return { created, changed, commands, paging, archived, failures: seen, left };
}

/** All that a rejection shows to who catches it. */
export async function shown(call: Promise<unknown>): Promise<string> {
  return call.then(
    (value) => `answered ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : JSON.stringify(error)),
  );
}

/** Holds what a client saw against what Odoo is. */
export function expectStory(seen: Observations): void {
  expect(seen).toEqual({
    created: { categories: ["A"], children: ["One", "Two"], parents: ["Company", "Company"] },
    changed: { categories: ["A", "B"], children: ["One, renamed"] },
    commands: [["B"], [], ["A", "B"]],
    paging: { count: 5, second: ["P3", "P2"], keyset: ["P1", "P2", "P3", "P4", "P5"], none: [] },
    archived: { hidden: 3, named: 2 },
    failures: Object.fromEntries(Object.entries(failures).map(([name, text]) => [name, expect.stringMatching(text)])),
    left: 0,
  });
}
