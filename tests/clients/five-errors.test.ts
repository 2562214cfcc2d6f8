/**
 * What five clients tell the program of the five errors that make most of the failures: tried for real against
 * the sandbox, and held to the tables of docs/reference/comparison.md.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { OdoorwayError } from "@odoorway/core";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Access, type Call, type Connect, clients } from "./others.js";
import { comparisonUsers } from "./seed.js";

const page = readFileSync(new URL("../../docs/reference/comparison.md", import.meta.url), "utf8");
/** How long an outcome is waited for; our client is given one second. */
const patience = 2_500;

let sandbox: Sandbox;
let redirecting: { readonly url: string; close(): void };
const access = (): Access => ({ url: sandbox.url, db: "demo", login: "demo", secret: "demo-key" });

// One for each trial, since five refused logins lock an address out.
beforeEach(async () => {
  sandbox = await createSandbox({ version: 18, seed: { db: "demo", users: comparisonUsers } });
});
afterEach(() => sandbox.close());

beforeAll(async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(301, { location: `${sandbox.url}${request.url}` }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  redirecting = {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
});
afterAll(() => redirecting.close());

const names = () => sandbox.records("res.partner", [["name", "=", "Doubled"]]).length;

/** An order of the sandbox in the state `sale`. */
async function confirmedOrder(call: Call) {
  const [partner] = (await call("res.partner", "search", [[["id", ">", 0]], 0, 1])) as number[];
  const product = await call("product.product", "create", [{ name: "Desk", list_price: 10 }]);
  const order = await call("sale.order", "create", [
    { partner_id: partner, order_line: [[0, 0, { product_id: product }]] },
  ]);
  await call("sale.order", "action_confirm", [[order]]);
  return order;
}

/** By the title of the section: what is tried, once for each client. */
const trials: Readonly<Record<string, (connect: Connect) => Promise<unknown>>> = {
  "The password of a user with two-factor login": (connect) =>
    connect({ ...access(), login: "twofa", secret: "secret-twofa" }),
  "A bare id for a many2many": async (connect) => {
    const call = await connect(access());
    const [id] = (await call("res.partner", "search", [[["id", ">", 0]], 0, 1])) as number[];
    return await call("res.partner", "write", [[id], { category_id: 1 }]);
  },
  "An address that redirects": (connect) => connect({ ...access(), url: redirecting.url }),
  "A database that is not there": (connect) => connect({ ...access(), db: "demo-main-123456" }),
  "A server that does not answer": async (connect) => {
    const call = await connect(access());
    sandbox.fault({ model: "res.partner", method: "create", delay: 4_000 });
    return await call("res.partner", "create", [{ name: "Late" }]);
  },
  "A reply that is lost after the record was saved": async (connect) => {
    const call = await connect(access());
    sandbox.fault({ model: "res.partner", method: "create", drop: "after" });
    return await call("res.partner", "create", [{ name: "Doubled" }]);
  },
  "A confirmed order that may not be deleted": async (connect) => {
    const call = await connect(access());
    const order = await confirmedOrder(call);
    return await call("sale.order", "unlink", [[order]]);
  },
};

describe.each(Object.entries(trials))("%s", (title, trial) => {
  it.each(Object.entries(clients))("%s", { timeout: 15_000 }, async (name, connect) => {
    const before = names();
    const outcome = await outcomeOf(trial(connect));
    if (title.startsWith("A reply")) expect(names() - before).toBe(1);
    expect(sectionOf(title)).toContain(`| \`${name}\` | ${outcome} |`);
  });
});

/** What the program sees, in one cell of a table. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const waiting = Symbol("waiting");
  const patient = new Promise((resolve) => setTimeout(resolve, patience, waiting));
  try {
    const value = await Promise.race([promise, patient]);
    if (value === waiting) {
      promise.catch(() => undefined);
      return `nothing yet after ${patience / 1000} s`;
    }
    return typeof value === "function"
      ? "no error: it takes itself for connected"
      : `no error: ${JSON.stringify(value)}`;
  } catch (error) {
    return shown(error);
  }
}

function shown(error: unknown): string {
  if (typeof error === "string") return `a text: ${quoted(error)}`;
  if (error instanceof OdoorwayError)
    return `\`${error.code}\`, happened: ${error.happened}. ${quoted(error.why)} ${quoted(error.fix)}`;
  if (!(error instanceof Error)) return `an object: ${quoted(JSON.stringify(error))}`;
  const code = "code" in error && error.code !== undefined ? `, code ${String(error.code)}` : "";
  const cause = error.cause instanceof Error ? `, cause ${quoted(error.cause.message)}` : "";
  return `\`${error.name}\`: ${quoted(error.message)}${code}${cause}`;
}

/** Beginning and end on one line, without what differs from run to run. */
function quoted(text: string): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:8069")
    .replace(/\(\d+,\)|\b(?:id|ids)[ =:]+\d+/g, "(id)");
  const short = line.length > 240 ? `${line.slice(0, 80)} [...] ${line.slice(-150)}` : line;
  return `"${short}"`.replaceAll("|", "\\|");
}

function sectionOf(title: string): string {
  return page.split(`\n## ${title}\n`)[1]?.split("\n## ", 1)[0] ?? "";
}
