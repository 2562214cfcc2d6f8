/**
 * A soak: files go through gateways that are killed at random, over a bad way to Odoo, until they are in;
 * then what Odoo holds is compared, record by record, with what the files say. Nothing may be lost, nothing
 * doubled, and at every moment the accounting must add up.
 */
import { strict as assert } from "node:assert";
import { createClient, type OdooClient } from "@odoorway/client";
import { systemClock } from "@odoorway/core";
import { adminToken, freePort, type Program, serveGateway } from "../system/programs.js";
import { type BadWay, type Mishaps, openBadWay } from "./bad-way.js";
import { makeShop, type Shop } from "./shop.js";

export interface SoakOptions {
  readonly rows: number;
  /** kill -9 at least so many times; further rounds of the files follow until there were so many. */
  readonly kills: number;
  /** Gateways at work on one store. */
  readonly nodes: number;
  /** The gateways' environment: where they keep things. */
  readonly store: Record<string, string>;
  readonly odoo: { readonly url: string; readonly database: string; readonly login: string; readonly apiKey: string };
  readonly mishaps: Mishaps;
  /** Milliseconds between two kills, at most. */
  readonly calm: number;
  readonly random: () => number;
  readonly say: (text: string) => void;
}

export interface SoakResult {
  readonly rounds: number;
  readonly kills: number;
  readonly seconds: number;
  readonly rows: number;
  readonly happened: BadWay["happened"];
  readonly counts: readonly Counts[];
}

type Counts = Record<"read" | "created" | "updated" | "unchanged" | "failed" | "unprocessed", number>;

interface Status {
  readonly id: string;
  readonly state: string;
  readonly counts: Counts;
  readonly last_error: unknown;
}

const headers = { Authorization: `Bearer ${adminToken}`, "Content-Type": "text/csv" };
/** How long a kill waits for progress. */
const patienceMs = 6000;
const pause = (ms: number, signal?: AbortSignal) => systemClock.sleep(ms, signal);

/** Runs rounds until there were enough kills. Rejects with what is wrong. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const started = performance.now();
  const client = createClient(options.odoo);
  const way = await openBadWay(options.odoo.url, options.mishaps, options.random);
  const nodes = await openNodes(options, way.url);
  const prefix = `K${Date.now().toString(36)}-`;
  const counts: Counts[] = [];
  let rounds = 0;
  try {
    const takenBarcode = `${prefix}taken`;
    await client.call("product.template", "create", [{ name: "The one with the barcode", barcode: takenBarcode }]);
    while (rounds === 0 || nodes.kills() < options.kills) {
      const shop = makeShop({ prefix, rows: options.rows, round: rounds, takenBarcode });
      for (const status of await round(options, nodes, way, shop)) counts.push(status.counts);
      await compare(client, prefix, shop);
      rounds += 1;
      options.say(`round ${rounds}: ${nodes.kills()} kills, ${JSON.stringify(way.happened)}`);
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    return { rounds, kills: nodes.kills(), seconds, rows: options.rows, happened: way.happened, counts };
  } finally {
    await nodes.close();
    await way.close();
    await client.close();
  }
}

interface Nodes {
  kills(): number;
  /** Kills a living one, and starts it again beside the caller's work. */
  kill(): Promise<void>;
  /** Asks a living one, another when the one asked dies. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

async function openNodes({ nodes, store, odoo, random, say }: SoakOptions, odooUrl: string): Promise<Nodes> {
  const environment = {
    ...store,
    ODOO_DB: odoo.database,
    ODOO_LOGIN: odoo.login,
    ODOO_API_KEY: odoo.apiKey,
    ODOO_TIMEOUT_SECONDS: "20",
  };
  const places: { program: (Program & { url: string }) | undefined }[] = [];
  let kills = 0;
  let closed = false;
  const starting = new Set<Promise<void>>();
  const start = async (place: (typeof places)[number]) => {
    while (!closed && place.program === undefined) {
      // A port of its own each time: while a gateway is dead, another program may take the one that it had.
      const env = { ...environment, ODOORWAY_PORT: String(await freePort()) };
      // On a machine under such load a start may take longer than is waited for: then it is started again.
      const program = await serveGateway(odooUrl, env).catch((error: unknown) => say(String(error)));
      if (closed) await program?.end("SIGKILL");
      else place.program = program ?? undefined;
    }
  };
  for (let n = 0; n < nodes; n += 1) {
    const place = { program: undefined };
    places.push(place);
    await start(place);
  }
  const alive = () => places.filter((place) => place.program !== undefined);
  return {
    kills: () => kills,
    async kill() {
      const living = alive();
      const place = living[Math.floor(random() * living.length)];
      const program = place?.program;
      if (!place || !program) return;
      place.program = undefined;
      await program.end("SIGKILL");
      kills += 1;
      const again = start(place).finally(() => starting.delete(again));
      starting.add(again);
    },
    async ask(path, init) {
      for (let tries = 0; tries < 600; tries += 1) {
        const living = alive();
        const program = living[tries % Math.max(1, living.length)]?.program;
        const answer = await (program && fetch(program.url + path, init).catch(() => undefined));
        if (answer && answer.status < 500) return answer;
        await pause(100);
      }
      throw new Error(`no gateway answered ${path} within a minute`);
    },
    async close() {
      closed = true;
      await Promise.allSettled(starting);
      for (const { program } of alive()) await program?.end();
    },
  };
}

/** Both files go in at once; gateways are killed until both are over. */
async function round(options: SoakOptions, nodes: Nodes, way: BadWay, shop: Shop): Promise<Status[]> {
  way.bad(false);
  const ids = [
    await send(nodes, "model=product.template&key=default_code&on_existing=update", shop.products),
    await send(nodes, "flow=online-retail&on_existing=update", shop.orders),
  ];
  way.bad(true);
  const ended = new AbortController();
  const open = new Map(ids.map((id, index) => [id, index === 0 ? shop.rows.products : shop.rows.orders]));
  const killing = killUntil(options, nodes, open, ended.signal);
  const over: Status[] = [];
  try {
    over.push(...(await Promise.all(ids.map((id) => follow(nodes, id, open)))));
  } finally {
    ended.abort();
    await killing;
    way.bad(false);
  }
  for (const [index, kind] of (["products", "orders"] as const).entries()) {
    const status = over[index];
    const failed = await failedLines(nodes, ids[index] ?? "");
    assert.equal(status?.state.replace("done_with_failures", "done"), "done", JSON.stringify(status));
    assert.equal(status.counts.read, shop.rows[kind]);
    assert.equal(status.counts.unprocessed, 0);
    const wanted = shop.failing[kind];
    const wrongly = [...failed].filter(([line]) => !wanted.has(line));
    assert.deepEqual(wrongly.slice(0, 3), [], `${wrongly.length} good rows of ${kind} failed`);
    const missed = [...wanted].filter((line) => !failed.has(line));
    assert.deepEqual(missed.slice(0, 3), [], `${missed.length} bad rows of ${kind} did not fail`);
    assert.equal(status.counts.failed, wanted.size);
  }
  return over;
}

/**
 * Kills at random moments. A slow machine starts a gateway slower than chance would kill it, and nothing would
 * ever be done: so chance waits until something was, but not for long, since a kill without progress is one too.
 * When there were enough kills, they get rare, so that the rest of the round is done within reason.
 */
async function killUntil(
  { calm, kills, random }: SoakOptions,
  nodes: Nodes,
  open: ReadonlyMap<string, number>,
  ended: AbortSignal,
): Promise<void> {
  const left = () => [...open.values()].reduce((sum, rows) => sum + rows, 0);
  while (!ended.aborted) {
    const before = left();
    for (let waited = 0; waited < patienceMs && left() >= before && !ended.aborted; waited += 50) await pause(50);
    await pause(random() * (nodes.kills() < kills ? calm : calm * 30), ended);
    if (!ended.aborted) await nodes.kill();
  }
}

async function send(nodes: Nodes, query: string, body: string): Promise<string> {
  const answer = await nodes.ask(`/v1/imports?${query}`, { method: "POST", headers, body });
  assert.equal(answer.status, 202, await answer.clone().text());
  return ((await answer.json()) as Status).id;
}

/** The status when it is over; on the way it must add up, and no row that is done may be undone. */
async function follow(nodes: Nodes, id: string, open: Map<string, number>): Promise<Status> {
  for (;;) {
    const answer = await nodes.ask(`/v1/imports/${id}`, { headers });
    assert.equal(answer.status, 200, await answer.clone().text());
    const status = (await answer.json()) as Status;
    const { read, created, updated, unchanged, failed, unprocessed } = status.counts;
    assert.equal(created + updated + unchanged + failed + unprocessed, read);
    const before = open.get(id) ?? read;
    assert.ok(unprocessed <= before, `${unprocessed} rows unprocessed after ${before}`);
    open.set(id, unprocessed);
    if (!["queued", "running", "paused"].includes(status.state)) return status;
    await pause(100);
  }
}

async function failedLines(nodes: Nodes, id: string): Promise<Map<number, string>> {
  const answer = await nodes.ask(`/v1/imports/${id}/rows?status=failed`, {
    headers: { ...headers, Accept: "application/x-ndjson" },
  });
  const lines = (await answer.text()).split("\n").filter(Boolean);
  return new Map(
    lines.map((text) => {
      const { line, diagnosis } = JSON.parse(text) as { line: number; diagnosis: { code: string; cause: string } };
      return [line, `line ${line}: ${diagnosis.code}: ${diagnosis.cause}`];
    }),
  );
}

/** Odoo's records against the files': the same keys once each, the same values. */
async function compare(client: OdooClient, prefix: string, shop: Shop): Promise<void> {
  const products = await all(
    client,
    "product.template",
    ["default_code", "name", "list_price"],
    [["default_code", "=like", `${prefix}P%`]],
  );
  const seen = new Map<string, string>();
  for (const { default_code, name, list_price } of products) {
    assert.ok(!seen.has(String(default_code)), `product ${default_code} is there twice`);
    seen.set(String(default_code), `${name} ${Number(list_price).toFixed(2)}`);
  }
  const wanted = [...shop.goodProducts].map(
    ([code, { name, price }]) => [code, `${name} ${price.toFixed(2)}`] as const,
  );
  sameEntries(seen, new Map(wanted), "products");

  const orders = await all(client, "sale.order", ["client_order_ref"], [["client_order_ref", "=like", `${prefix}O%`]]);
  const refs = new Map(orders.map((order) => [order.id, String(order.client_order_ref)]));
  assert.equal(new Set(refs.values()).size, orders.length, "an order is there twice");
  const lines = await all(
    client,
    "sale.order.line",
    ["order_id", "product_id", "product_uom_qty", "price_unit"],
    [["order_id.client_order_ref", "=like", `${prefix}O%`]],
  );
  const parts = await all(client, "product.product", ["default_code"], [["default_code", "=like", `${prefix}S%`]]);
  const codes = new Map(parts.map((part) => [part.id, String(part.default_code)]));
  assert.equal(new Set(codes.values()).size, parts.length, "a part is there twice");
  const found = new Map<string, string[]>([...refs.values()].map((ref) => [ref, []]));
  for (const line of lines) {
    const code = codes.get((line.product_id as number[])[0] ?? 0);
    const text = `${code} ${line.product_uom_qty} ${Number(line.price_unit).toFixed(2)}`;
    found.get(refs.get((line.order_id as number[])[0] ?? 0) ?? "")?.push(text);
  }
  const sorted = (map: ReadonlyMap<string, readonly string[]>) =>
    new Map([...map].map(([key, list]) => [key, [...list].sort().join("; ")]));
  sameEntries(sorted(found), sorted(shop.goodOrders), "orders");
}

function sameEntries(found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>, what: string): void {
  const lost = [...wanted.keys()].filter((key) => !found.has(key));
  assert.deepEqual(lost.slice(0, 3), [], `${lost.length} of the ${what} are lost`);
  const more = [...found.keys()].filter((key) => !wanted.has(key));
  assert.deepEqual(more.slice(0, 3), [], `${more.length} of the ${what} are too many`);
  for (const [key, value] of wanted) assert.equal(found.get(key), value, `${what}: ${key} is not as in the file`);
}

type Values = Record<string, unknown> & { id: number };

async function all(client: OdooClient, model: string, fields: string[], domain: unknown[]): Promise<Values[]> {
  const found: Values[] = [];
  for (let after = 0; ; ) {
    const options = { fields, limit: 5000, order: "id", context: { active_test: false } };
    const page = (await client.call(model, "search_read", [[...domain, ["id", ">", after]]], options)) as Values[];
    found.push(...page);
    if (page.length < 5000) return found;
    after = page.at(-1)?.id ?? 0;
  }
}
