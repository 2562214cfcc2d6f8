/** The clients of npm that people use with Odoo, unmodified, against the sandbox and any real Odoo (see conformance/targets.ts). */
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "../conformance/targets.js";
import { expectStory, play, type StoryClient, shown } from "./story.js";

type Opened = Awaited<ReturnType<(typeof targets)[number]["open"]>>;
interface Access {
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly secret: string;
}
interface ClientUnderTest {
  readonly name: string;
  /** What the client shows of a wrong secret, and of a database that is not there. */
  readonly refused: RegExp;
  readonly noDatabase: RegExp;
  connect(access: Access): Promise<StoryClient>;
}
// biome-ignore lint/suspicious/noExplicitAny: three of the packages have no types that fit
type Foreign = any;

const require = createRequire(import.meta.url);

const clients: readonly ClientUnderTest[] = [
  {
    name: "odoo-await",
    refused: /Error connecting to database. This is probably due to invalid credentials/,
    noDatabase: /database \\*"nope\\*" does not exist/,
    async connect({ url, database, login, secret }) {
      const OdooAwait: Foreign = require("odoo-await");
      const odoo = new OdooAwait({ baseUrl: url, db: database, username: login, password: secret });
      await odoo.connect();
      return {
        create: (model, values) => odoo.create(model, values),
        read: (model, ids, fields) => odoo.read(model, ids, fields),
        write: (model, ids, values) => odoo.update(model, ids, values),
        unlink: (model, ids) => odoo.delete(model, ids),
        search: async (model, domain, options) =>
          Object.keys(options).length === 0
            ? odoo.search(model, domain)
            : (await odoo.searchRead(model, domain, ["id"], options)).map(({ id }: { id: number }) => id),
        searchCount: (model, domain) => odoo.execute_kw(model, "search_count", [[domain]]),
        call: (model, method, args) => odoo.execute_kw(model, method, [args]),
      };
    },
  },
  {
    name: "odoo-xmlrpc",
    refused: /No UID returned from authentication/,
    noDatabase: /database \\*"nope\\*" does not exist/,
    async connect({ url, database, login, secret }) {
      const Odoo: Foreign = require("odoo-xmlrpc");
      const odoo = new Odoo({ url, db: database, username: login, password: secret });
      const answered = (ask: (done: (error: unknown, value: unknown) => void) => void) =>
        new Promise<Foreign>((resolve, reject) => {
          ask((error, value) => (error ? reject(error) : resolve(value)));
        });
      await answered((done) => odoo.connect(done));
      const call = (model: string, method: string, args: unknown[], kwargs: object = {}) =>
        answered((done) => odoo.execute_kw(model, method, [args, kwargs], done));
      return callingAlways(call);
    },
  },
  {
    name: "odoo-xmlrpc-ts",
    refused: /Authentication failed/,
    noDatabase: /database \\*"nope\\*" does not exist/,
    async connect({ url, database, login, secret }) {
      const { OdooClient } = await import("odoo-xmlrpc-ts");
      const odoo: Foreign = new OdooClient({ url, db: database, username: login, password: secret });
      await odoo.authenticate();
      return {
        create: (model, values) => odoo.create(model, values),
        read: (model, ids, fields) => odoo.read(model, ids, fields),
        write: (model, ids, values) => odoo.write(model, ids, values),
        unlink: (model, ids) => odoo.unlink(model, ids),
        search: (model, domain, options) => odoo.search(model, domain, options),
        searchCount: (model, domain) => odoo.searchCount(model, domain),
        call: (model, method, args) => odoo.execute(model, method, args),
      };
    },
  },
  {
    name: "@fernandoslim/odoo-jsonrpc",
    // It takes the false of a refused key for a user, and notices at the first call.
    refused: /Please connect with credentials or api key first/,
    noDatabase: /Please connect with credentials or api key first/,
    connect: async ({ url, database, login, secret }) =>
      jsonRpc({ baseUrl: withoutPort(url), port: portOf(url), db: database, username: login, apiKey: secret }),
  },
];

/** A client that has one way to call for everything. */
function callingAlways(
  call: (model: string, method: string, args: unknown[], kwargs?: object) => Promise<Foreign>,
): StoryClient {
  return {
    create: (model, values) => call(model, "create", [values]),
    read: (model, ids, fields) => call(model, "read", [ids], { fields }),
    write: (model, ids, values) => call(model, "write", [ids, values]),
    unlink: (model, ids) => call(model, "unlink", [ids]),
    search: (model, domain, options) => call(model, "search", [domain], options),
    searchCount: (model, domain) => call(model, "search_count", [domain]),
    call: (model, method, args) => call(model, method, args),
  };
}

async function jsonRpc(config: object): Promise<StoryClient> {
  const { default: OdooJSONRpc }: Foreign = await import("@fernandoslim/odoo-jsonrpc");
  const odoo = new OdooJSONRpc(config);
  await odoo.connect();
  return {
    create: (model, values) => odoo.create(model, values),
    read: (model, ids, fields) => odoo.read(model, ids, fields),
    write: async (model, ids, values) => {
      for (const id of ids) await odoo.update(model, id, values);
    },
    unlink: async (model, ids) => {
      for (const id of ids) await odoo.delete(model, id);
    },
    search: async (model, domain, options) =>
      Object.keys(options).length === 0
        ? odoo.search(model, domain)
        : (await odoo.searchRead(model, domain, ["id"], options)).map(({ id }: { id: number }) => id),
    searchCount: (model, domain) => odoo.call_kw(model, "search_count", [domain]),
    call: (model, method, args) => odoo.call_kw(model, method, args),
  };
}

const withoutPort = (url: string) => url.replace(/:\d+$/, "");
const portOf = (url: string) => Number(new URL(url).port);
let plays = 0;
const mark = () => {
  plays += 1;
  return `clients ${Date.now()} ${plays}`;
};

describe.each(targets)("against $name", (target) => {
  let opened: Opened;
  let access: Access;
  beforeAll(async () => {
    opened = await target.open();
    const { url = "", database = "", login = "", apiKey = "" } = opened.access;
    access = { url, database, login, secret: apiKey };
  });
  afterAll(async () => opened.close());

  describe.each(clients)("$name", ({ connect, refused, noDatabase }) => {
    it("creates, relates, pages, is refused and cleans up", async () => {
      expectStory(await play(await connect(access), mark()));
    });
    it("says what it says of a wrong key and of a wrong database", async () => {
      const attempt = async (wrong: Partial<Access>) => {
        const odoo = await connect({ ...access, ...wrong });
        return odoo.searchCount("res.partner", []);
      };
      expect(await shown(attempt({ secret: "no-key-and-no-password" }))).toMatch(refused);
      expect(await shown(attempt({ database: "nope" }))).toMatch(noDatabase);
      expect(await attempt({})).toBeGreaterThan(0);
    });
  });

  it("serves external ids and named actions of relations to odoo-await", async () => {
    const OdooAwait: Foreign = require("odoo-await");
    const { url: baseUrl, database: db, login: username, secret: password } = access;
    const odoo = new OdooAwait({ baseUrl, db, username, password });
    await odoo.connect();
    const name = mark();
    const tag = await odoo.create("res.partner.category", { name });
    const id = await odoo.create("res.partner", { name, category_id: { action: "add", id: tag } });
    expect(await odoo.read("res.partner", id, ["category_id"])).toEqual([{ id, category_id: [tag] }]);
    await odoo.update("res.partner", id, { category_id: { action: "create", value: { name: `${name} B` } } });
    const [{ category_id: both }] = await odoo.read("res.partner", id, ["category_id"]);
    expect(both).toHaveLength(2);
    await odoo.update("res.partner", id, { category_id: { action: "clear" } });
    expect(await odoo.searchRead("res.partner", { id }, ["name", "category_id"])).toEqual([
      { id, name, category_id: [] },
    ]);
    expect(await odoo.getFields("res.partner", ["type"])).toMatchObject({ name: { type: "char" } });
    await odoo.delete("res.partner", id);
    await odoo.delete("res.partner.category", both);
    expect(await shown(odoo.searchByExternalId(`nope_${Date.now()}`))).toMatch(/No matching record found|Access/);
  });

  const leftOut = target.leftOut as { session?: string };
  if (leftOut.session === undefined)
    it("serves sessions to @fernandoslim/odoo-jsonrpc", async () => {
      const { url, database: db, login: username } = access;
      const way = { baseUrl: withoutPort(url), port: portOf(url), db, username };
      expectStory(await play(await jsonRpc({ ...way, password: opened.password }), mark()));
      expect(await shown(jsonRpc({ ...way, password: "wrong" }))).toMatch(/Authentication failed|Cookie not found/);
    });
});
