import { createServer } from "node:http";
import type { Observation } from "@odoorway/core";
import { encodeXmlRpcFault, encodeXmlRpcResponse } from "@odoorway/wire";
import { describe, expect, it } from "vitest";
import { raised } from "../test-support/fake-odoo.js";
import { clientFor, failure, keep, objectCalls, secret, serve } from "../test-support/harness.js";
import { type ClientOptions, createClient } from "./index.js";

describe("options", () => {
  const good = { url: "http://localhost:8069/", database: "d", login: "l", apiKey: "k" };
  it.each([
    [{ ...good, url: "localhost:8069" }, "url"],
    [{ ...good, url: "ftp://x" }, "url"],
    [{ ...good, url: "http://u:p@x" }, "url must hold no login"],
    [{ ...good, url: "http://x/?db=a" }, "url must hold neither"],
    [{ ...good, database: "" }, "database"],
    [{ ...good, apiKey: undefined }, "apiKey"],
    [{ ...good, transport: "soap" }, "transport"],
    [{ ...good, timeout: 0 }, "timeout"],
    [{ ...good, timeout: 2 ** 40 }, "timeout"],
    [{ ...good, concurrency: 1.5 }, "concurrency"],
    [{ ...good, userAgent: "a\r\nb" }, "userAgent"],
  ])("refuses %o", async (options, word) => {
    const error = await failure(Promise.resolve().then(() => createClient(options as ClientOptions)));
    expect(error.code).toBe("configuration_error");
    expect(error.why).toContain(word);
  });

  it("names the nearest option to an unknown one", async () => {
    const options = { ...good, apikey: "x" } as ClientOptions;
    const error = await failure(Promise.resolve().then(() => createClient(options)));
    expect(error.evidence).toMatchObject({ nearest: "apiKey" });
  });
});

describe("authenticate and call", () => {
  it("asks for the user once, whoever calls first", async () => {
    const server = await serve(() => [1, 2]);
    const client = clientFor(server.url);
    const answers = await Promise.all([
      client.call("res.partner", "search", [[]], { limit: 2 }),
      client.call("res.partner", "search", [[]]),
      client.authenticate(),
    ]);
    expect(answers).toEqual([[1, 2], [1, 2], 7]);
    expect(server.calls.filter((call) => call.method === "authenticate")).toHaveLength(1);
    expect(objectCalls(server)[0]?.args).toEqual(["shop", 7, secret, "res.partner", "search", [[]], { limit: 2 }]);
  });

  it("remembers a refused credential and does not try it again", async () => {
    const server = await serve(
      () => 1,
      () => false,
    );
    const client = clientFor(server.url);
    const all = [client.authenticate(), client.call("res.partner", "search", [[]]), client.authenticate()];
    const errors = await Promise.all(all.map(failure));
    errors.push(await failure(client.authenticate()));
    expect(errors.map((error) => error.code)).toEqual(Array(4).fill("auth_invalid_credentials"));
    expect(errors[0]?.evidence).toEqual({ database: "shop", login: "api" });
    expect(server.calls).toHaveLength(1);
  });

  it("asks again after a failure that says nothing about the credential", async () => {
    const server = await serve(
      () => 1,
      (_call, _response, count) =>
        count === 1 ? raised("psycopg2.OperationalError", 'database "shop" does not exist') : 7,
    );
    const client = clientFor(server.url);
    const error = await failure(client.authenticate());
    expect([error.code, error.evidence]).toEqual(["db_not_found", { database: "shop" }]);
    expect(await client.authenticate()).toBe(7);
  });

  it("asks once more after a key was revoked, then no more", async () => {
    const server = await serve(
      () => raised("odoo.exceptions.AccessDenied", "Access Denied"),
      (_call, _response, count) => (count === 1 ? 7 : false),
    );
    const client = clientFor(server.url);
    for (let times = 0; times < 4; times++)
      expect((await failure(client.call("res.partner", "read", [[1]]))).code).toBe("auth_invalid_credentials");
    expect(server.calls.map((call) => call.method)).toEqual(["authenticate", "execute_kw", "authenticate"]);
  });

  it("tells the version without a credential, enterprise and SaaS too", async () => {
    for (const [server_version, major] of [
      ["18.0", 18],
      ["19.0+e", 19],
      ["saas~18.2", 18],
    ] as const) {
      const server = await serve(
        () => 1,
        () => ({ server_version }),
      );
      expect(await clientFor(server.url).version()).toEqual({ server: server_version, major });
    }
    const server = await serve(
      () => 1,
      () => ({}),
    );
    expect((await failure(clientFor(server.url).version())).code).toBe("invalid_json_or_xml");
  });

  it("carries what Odoo raises, without traceback or path", async () => {
    const server = await serve(() =>
      raised(
        "odoo.exceptions.MissingError",
        "Record does not exist or has been deleted.\n(Record: res.partner(9,), User: 7)",
      ),
    );
    const error = await failure(clientFor(server.url).call("res.partner", "write", [[9], {}]));
    expect([error.code, error.happened, error.odoo?.exception]).toEqual([
      "missing_record",
      "no",
      "odoo.exceptions.MissingError",
    ]);
    expect(error.evidence).toEqual({ model: "res.partner", id: "9" });
    expect(JSON.stringify(error.odoo)).not.toMatch(/Traceback|\/opt/);
  });

  it("refuses a value that cannot travel, naming its place, before anything is sent", async () => {
    const server = await serve(() => 1);
    const error = await failure(clientFor(server.url).call("m", "create", [[{ when: new Date(0) }]]));
    expect([error.code, error.happened]).toEqual(["bad_arguments", "no"]);
    expect(error.why).toContain("args[0][0].when");
    expect(objectCalls(server)).toHaveLength(0);
  });

  it("sends at most as many calls at once as it may", async () => {
    let now = 0;
    let most = 0;
    const server = await serve((_call, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 0, error: { message: "x" } }));
      }, 20);
      return undefined;
    });
    const client = clientFor(server.url, { concurrency: 3 });
    await Promise.allSettled(Array.from({ length: 12 }, () => client.call("m", "create", [])));
    expect(objectCalls(server)).toHaveLength(12);
    expect(most).toBe(3);
  });

  it("does not let an observer's defect take the place of a call's outcome", async () => {
    const server = await serve(() => 5);
    const observe = () => {
      throw new TypeError("a defect");
    };
    expect(await clientFor(server.url, { observe }).call("m", "create", [[{}]])).toBe(5);
  });

  it("observes every attempt, without secrets", async () => {
    const seen: Observation[] = [];
    const server = await serve(() => 1);
    await clientFor(server.url, { observe: (one) => seen.push(one) }).call("res.partner", "search_count", [[]]);
    expect(seen.map((one) => one.facts.method)).toEqual(["authenticate", "search_count"]);
    expect(seen[1]?.facts).toMatchObject({ model: "res.partner", transport: "jsonrpc", attempt: 0, outcome: "ok" });
    expect(JSON.stringify(seen)).not.toContain(secret);
  });

  it("refuses calls after close", async () => {
    const server = await serve(() => 1);
    const client = clientFor(server.url);
    await client.authenticate();
    await client.close();
    const error = await failure(client.call("m", "create", []));
    expect([error.code, error.happened]).toEqual(["cancelled", "no"]);
  });
});

describe("XML-RPC", () => {
  it("speaks it at its own addresses, and reads a fault", async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      const value =
        request.url === "/odoo/xmlrpc/2/common"
          ? encodeXmlRpcResponse(7)
          : encodeXmlRpcFault(4, "Private methods (such as _x) cannot be called remotely.");
      response.writeHead(200, { "content-type": "text/xml" }).end(value);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = clientFor(`http://127.0.0.1:${port}/odoo/`, { transport: "xmlrpc" });
    const error = await failure(client.call("res.partner", "_x", []));
    expect([error.code, error.evidence]).toEqual(["method_private", { method: "_x" }]);
    expect(paths).toEqual(["/odoo/xmlrpc/2/common", "/odoo/xmlrpc/2/object"]);
    const control = await failure(client.call("res.partner", "create", [[{ name: "a\u0000" }]]));
    expect(control.why).toContain("args[0][0].name: the character U+0000");
  });
});
