/**
 * Clients in other languages, as their distributions ship them, against the sandbox and any real Odoo (see
 * conformance/targets.ts): Python's xmlrpc.client, OdooRPC, PHP's XML-RPC extension. `npm test` installs
 * them (scripts/lib/system-packages.mjs); PYTHON_PATH and PHP_PATH name the interpreters.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "../conformance/targets.js";
import { expectStory, type Observations } from "./story.js";

type Opened = Awaited<ReturnType<(typeof targets)[number]["open"]>>;

const python = process.env.PYTHON_PATH ?? "/usr/bin/python3";
const php = process.env.PHP_PATH ?? "php";
let plays = 0;

/** Runs a program of programs/ and reads what it observed. */
async function played<T>(interpreter: string, program: string, opened: Opened, secret: string): Promise<T> {
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const { url = "", database = "", login = "" } = opened.access;
  plays += 1;
  const args = [path, url, database, login, secret, `programs ${Date.now()} ${plays}`];
  const { stdout } = await promisify(execFile)(interpreter, args, { maxBuffer: 10_000_000, timeout: 25_000 });
  return JSON.parse(stdout);
}

const noDatabase = /^1 Traceback [\s\S]*FATAL: {2}database "nope" does not exist\s*$/;
const noMethod = /^1 Traceback [\s\S]*Exception: Method not found: nope\s*$/;
const noService = /^1 Traceback [\s\S]*KeyError: 'nope'\s*$/;

describe.each(targets)("against $name", (target) => {
  let opened: Opened;
  let version = "";
  beforeAll(async () => {
    opened = await target.open();
    const answer = await fetch(`${opened.access.url}/web/webclient/version_info`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: {} }),
    });
    const { result } = (await answer.json()) as { result: { server_serie: string } };
    version = result.server_serie;
  });
  afterAll(async () => opened.close());

  it("Python's xmlrpc.client plays the story and sees faults with Odoo's codes", async () => {
    const secret = opened.access.apiKey;
    const seen = await played<{ version: object; story: Observations; wrong: Record<string, string> }>(
      python,
      "xmlrpc_client.py",
      opened,
      secret,
    );
    expectStory(seen.story);
    expect(seen.story.failures).toMatchObject({
      missing: expect.stringMatching(/^2 Record does not exist/),
      access: expect.stringMatching(/^4 You are not allowed/),
      constraint: expect.stringMatching(/^2 The operation cannot be completed: Contacts require a name/),
      unknownField: expect.stringMatching(/^1 Traceback [\s\S]*ValueError: Invalid field/),
    });
    expect(seen.wrong).toMatchObject({
      secret: "answered False",
      call: "3 Access Denied",
      database: expect.stringMatching(noDatabase),
      service: expect.stringMatching(noService),
      method: expect.stringMatching(noMethod),
      multicall: expect.stringMatching(/Exception: Method not found: system\.multicall\s*$/),
      time: "answered []",
    });
    expect(seen.version).toMatchObject({ server_serie: version, protocol_version: 1 });
  });

  it("PHP's XML-RPC extension plays the story and sees faults with Odoo's codes", async () => {
    const seen = await played<{ version: object; story: Observations; wrong: Record<string, string> }>(
      php,
      "xmlrpc.php",
      opened,
      opened.access.apiKey,
    );
    expectStory(seen.story);
    expect(seen.story.failures).toMatchObject({
      missing: expect.stringMatching(/^2 Record does not exist/),
      access: expect.stringMatching(/^4 You are not allowed/),
    });
    expect(seen.wrong).toEqual({
      secret: "answered false",
      call: "3 Access Denied",
      database: expect.stringMatching(noDatabase),
      service: expect.stringMatching(noService),
      method: expect.stringMatching(noMethod),
    });
    expect(seen.version).toMatchObject({ server_serie: version });
  });

  const { session } = target.leftOut as { session?: string };
  if (session === undefined)
    it("OdooRPC logs in, plays the story with records, and raises what Odoo refuses", async () => {
      const seen = await played<{ facts: object; story: Observations; wrong: Record<string, string> }>(
        python,
        "with_odoorpc.py",
        opened,
        opened.password,
      );
      expectStory(seen.story);
      expect(seen.story.failures).toMatchObject({
        missing: expect.stringMatching(/odoo\.exceptions\.MissingError$/),
        access: expect.stringMatching(/odoo\.exceptions\.AccessError$/),
        constraint: expect.stringMatching(/odoo\.exceptions\.ValidationError$/),
        unknownField: expect.stringMatching(/builtins\.ValueError$/),
      });
      expect(seen.wrong).toEqual({
        secret: "Access Denied odoo.exceptions.AccessDenied",
        database: expect.stringMatching(/Database not found|database "nope" does not exist|Access Denied/),
        report: "ValueError The report 'nope.report' does not exist.",
        ref: expect.stringMatching(/nope\.nope/),
        model: expect.stringMatching(/nope\.nope/),
        record: expect.stringMatching(/^ValueError There is no .res.partner. record with IDs/),
      });
      expect(seen.facts).toEqual({
        version,
        databases: expect.arrayContaining([opened.access.database]),
        login: opened.access.login,
        company: 1,
        uid: true,
        lang: "en_US",
        fields: "char",
        loggedOut: true,
      });
    });
});
