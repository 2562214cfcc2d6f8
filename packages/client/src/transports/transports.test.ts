import { describe, expect, it } from "vitest";
import { clientFor, failure, secret } from "../../test-support/harness.js";
import { routes, rpc } from "../../test-support/routes.js";

const expired = { error: { code: 100, message: "Odoo Session Expired", data: { message: "Session expired" } } };
const login = "/web/session/authenticate";
const countPath = "/web/dataset/call_kw/res.partner/search_count";

describe("session", () => {
  it("logs in once, keeps the newest cookie, and says the call in its own words", async () => {
    let logins = 0;
    const server = await routes({
      [login]: ({ body }, response) => {
        logins++;
        response.setHeader("set-cookie", ["session_id=one; Path=/; HttpOnly", "frontend_lang=en_US; Expires=Sun, 21"]);
        return rpc({ result: { uid: 7 } }, body);
      },
      [countPath]: ({ body }, response) => {
        response.setHeader("set-cookie", ["session_id=two; Path=/", "frontend_lang=; Max-Age=0"]);
        return rpc({ result: 5 }, body);
      },
    });
    const client = clientFor(server.url, { transport: "session" });
    expect(await client.call("res.partner", "search_count", [[]], { context: {} })).toBe(5);
    expect(await client.call("res.partner", "search_count", [[]])).toBe(5);
    expect(logins).toBe(1);
    expect(JSON.parse(server.requests[0]?.body ?? "").params).toEqual({ db: "shop", login: "api", password: secret });
    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      "session_id=one; frontend_lang=en_US",
      "session_id=two",
    ]);
    expect(JSON.parse(server.requests[1]?.body ?? "").params).toEqual({
      model: "res.partner",
      method: "search_count",
      args: [[]],
      kwargs: { context: {} },
    });
  });

  it("renews an expired session once for all callers, and repeats even a write, which did not happen", async () => {
    let logins = 0;
    const write = "/web/dataset/call_kw/res.partner/write";
    const server = await routes({
      [login]: ({ body }, response) => {
        response.setHeader("set-cookie", `session_id=s${++logins}`);
        return rpc({ result: { uid: 7 } }, body);
      },
      [write]: ({ body, headers }) => rpc(headers.cookie === "session_id=s2" ? { result: true } : expired, body),
    });
    const client = clientFor(server.url, { transport: "session" });
    await client.authenticate();
    const answers = [1, 2, 3].map((id) => client.call("res.partner", "write", [[id], {}]));
    expect(await Promise.all(answers)).toEqual([true, true, true]);
    expect(logins).toBe(2);
  });

  it("keeps the cookie of the new login, whatever requests of the expired session still bring", async () => {
    let logins = 0;
    const late: (() => void)[] = [];
    const write = "/web/dataset/call_kw/res.partner/write";
    const server = await routes({
      [login]: ({ body }, response) => {
        response.setHeader("set-cookie", `session_id=s${++logins}`);
        return rpc({ result: { uid: 7 } }, body);
      },
      [write]: ({ body, headers }, response) => {
        if (headers.cookie === "session_id=s2") return rpc({ result: true }, body);
        // As Odoo does: the expired session is replaced by an empty one.
        const expire = () => {
          response.writeHead(200, {
            "content-type": "application/json",
            "set-cookie": `session_id=empty${late.length}`,
          });
          response.end(JSON.stringify(rpc(expired, body)));
        };
        if (late.push(expire) === 1) expire();
        return undefined;
      },
    });
    const client = clientFor(server.url, { transport: "session" });
    const first = client.call("res.partner", "write", [[1], {}]);
    const second = client.call("res.partner", "write", [[2], {}]);
    expect(await first).toBe(true);
    late[1]?.();
    expect(await second).toBe(true);
    expect(await client.call("res.partner", "write", [[3], {}])).toBe(true);
    expect(logins).toBe(2);
  });

  it("gives up when the renewed session is expired too", async () => {
    const server = await routes({
      [login]: ({ body }, response) => {
        response.setHeader("set-cookie", "session_id=x");
        return rpc({ result: { uid: 7 } }, body);
      },
      [countPath]: ({ body }) => rpc(expired, body),
    });
    const error = await failure(
      clientFor(server.url, { transport: "session" }).call("res.partner", "search_count", []),
    );
    expect([error.code, error.happened]).toEqual(["auth_session_expired", "no"]);
    expect(server.requests).toHaveLength(4);
  });

  it("takes an answer without a user (two-factor login) for a refusal, and remembers it", async () => {
    const server = await routes({ [login]: ({ body }) => rpc({ result: { uid: null } }, body) });
    const client = clientFor(server.url, { transport: "session" });
    for (let times = 0; times < 2; times++)
      expect((await failure(client.authenticate())).code).toBe("auth_invalid_credentials");
    expect(server.requests).toHaveLength(1);
  });
});

const json2 = {
  "/web/version": () => ({ version: "19.0", version_info: [19, 0] }),
  "/json/2/res.users/context_get": () => ({ lang: "en_US", uid: 5 }),
  "/json/2/res.users/read": () => [{ id: 5, login: "api" }],
};

describe("JSON-2", () => {
  it("names the arguments, the database and the key", async () => {
    const server = await routes({ ...json2, "/json/2/res.partner/write": () => true });
    const client = clientFor(server.url, { transport: "json2" });
    expect(await client.authenticate()).toBe(5);
    expect(await client.call("res.partner", "write", [[7], { name: "x" }], { context: { lang: "fr_FR" } })).toBe(true);
    const request = server.requests.at(-1);
    expect(request?.headers).toMatchObject({ authorization: `bearer ${secret}`, "x-odoo-database": "shop" });
    expect(JSON.parse(request?.body ?? "")).toEqual({ ids: [7], vals: { name: "x" }, context: { lang: "fr_FR" } });
    expect(server.requests).toHaveLength(4);
  });

  it("answers the create of one with its id, of a list with a list", async () => {
    const server = await routes({ ...json2, "/json/2/res.partner/create": () => [14] });
    const client = clientFor(server.url, { transport: "json2" });
    expect(await client.call("res.partner", "create", [{ name: "x" }])).toBe(14);
    expect(await client.call("res.partner", "create", [[{ name: "x" }]])).toEqual([14]);
  });

  it("takes the names that its table lacks from the server's description, asked once a model", async () => {
    const methods = {
      book: {
        parameters: { day: {}, seats: { default: 1 }, note: { kind: "KEYWORD_ONLY" }, more: { kind: "VAR_KEYWORD" } },
      },
      find: { parameters: { name: {} }, api: ["model", "readonly"] },
    };
    const server = await routes({
      ...json2,
      "/doc-bearer/x.room.json": () => ({ model: "x.room", methods }),
      "/json/2/x.room/book": ({ body }) => JSON.parse(body),
      "/json/2/x.room/find": ({ body }) => JSON.parse(body),
    });
    const client = clientFor(server.url, { transport: "json2" });
    const [booked, found] = await Promise.all([
      client.call("x.room", "book", [[3], "monday", 2], { note: "n" }),
      client.call("x.room", "find", ["blue"]),
    ]);
    expect(booked).toEqual({ ids: [3], day: "monday", seats: 2, note: "n" });
    expect(found).toEqual({ name: "blue" });
    expect(await failure(client.call("x.room", "book", [[3], "monday", 2, "note"]))).toMatchObject({
      code: "bad_arguments",
      evidence: { detail: "book takes at most 3 arguments (ids, day, seats), not 4" },
    });
    expect(server.requests.filter(({ path }) => path.startsWith("/doc-bearer"))).toHaveLength(1);
    expect(server.requests.at(3)?.headers).toMatchObject({
      authorization: `bearer ${secret}`,
      "x-odoo-database": "shop",
    });
  });

  it.each([
    ["to this user", 403, { name: "odoo.exceptions.AccessError", message: "no", arguments: [], debug: "" }, 1],
    ["by this server", 404, undefined, 1],
    ["while it is out of reach", 502, undefined, 2],
  ])("that is not told %s: what to pass is said, or why nothing was sent", async (_what, status, said, times) => {
    const server = await routes({
      ...json2,
      "/doc-bearer/x.room.json": (_request, response) => {
        response.statusCode = status;
        if (said === undefined) response.setHeader("content-type", "text/html").end("<title>Nope</title>");
        return said;
      },
    });
    const client = clientFor(server.url, { transport: "json2" });
    for (let again = 0; again < 2; again++)
      expect(await failure(client.call("x.room", "book", [[3], "monday"]))).toMatchObject({
        code: status === 502 ? "bad_gateway_or_proxy" : "bad_arguments",
        happened: "no",
      });
    const asked = server.requests.filter(({ path }) => path.startsWith("/doc-bearer")).length;
    expect(asked >= times && (status === 502 || asked === times)).toBe(true);
    expect(server.requests.some(({ path }) => path.startsWith("/json/2/x.room"))).toBe(false);
  });

  it("refuses the key of another user, and asks no more", async () => {
    const server = await routes({ ...json2, "/json/2/res.users/read": () => [{ id: 5, login: "somebody" }] });
    const client = clientFor(server.url, { transport: "json2" });
    for (let times = 0; times < 2; times++)
      expect((await failure(client.call("m", "search", [[]]))).code).toBe("auth_invalid_credentials");
    expect(server.requests).toHaveLength(3);
  });

  it("reads an error by its exception, whatever the status, without the traceback", async () => {
    const server = await routes({
      ...json2,
      "/json/2/res.partner/search": (_request, response) => {
        response.statusCode = 500;
        const message = "Invalid field 'nme' in 'res.partner'";
        const debug = `Traceback (most recent call last):\n  File "/opt/odoo/x.py"\nValueError: ${message}`;
        return { name: "builtins.ValueError", message, arguments: [message], context: {}, debug };
      },
    });
    const error = await failure(clientFor(server.url, { transport: "json2" }).call("res.partner", "search", [[]]));
    expect([error.code, error.evidence]).toEqual(["invalid_field_name", { field: "nme", model: "res.partner" }]);
    expect(JSON.stringify(error)).not.toContain("/opt");
    expect(server.requests).toHaveLength(4);
  });

  it("says of an older server that it is too old", async () => {
    const server = await routes({
      "/web/webclient/version_info": ({ body }) => rpc({ result: { server_version: "18.0" } }, body),
    });
    const error = await failure(clientFor(server.url, { transport: "json2" }).authenticate());
    expect(error.code).toBe("configuration_error");
    expect(error.why).toContain("18.0");
  });
});

describe("auto", () => {
  const jsonRpc = ({ body }: { body: string }) => {
    const { service, method } = JSON.parse(body).params;
    return rpc({ result: method === "version" ? { server_version: "18.0" } : service === "common" ? 7 : 5 }, body);
  };

  it("costs an ordinary server one probe", async () => {
    const server = await routes({ "/jsonrpc": jsonRpc });
    const client = clientFor(server.url, { transport: "auto" });
    const all = [1, 2].map(() => client.call("res.partner", "search_count", [[]]));
    expect(await Promise.all(all)).toEqual([5, 5]);
    const methods = server.requests.map(({ body }) => JSON.parse(body).params.method);
    expect(methods).toEqual(["version", "authenticate", "execute_kw", "execute_kw"]);
  });

  it("takes JSON-2 where the older services are gone, and the session where there is nothing else", async () => {
    const modern = await routes({ ...json2, "/json/2/res.partner/search_count": () => 3 });
    expect(await clientFor(modern.url, { transport: "auto" }).call("res.partner", "search_count", [[]])).toBe(3);
    const old = await routes({
      "/web/webclient/version_info": ({ body }) => rpc({ result: { server_version: "16.0" } }, body),
      [login]: ({ body }, response) => {
        response.setHeader("set-cookie", "session_id=x");
        return rpc({ result: { uid: 7 } }, body);
      },
      [countPath]: ({ body }) => rpc({ result: 4 }, body),
    });
    const client = clientFor(old.url, { transport: "auto" });
    expect(await client.version()).toEqual({ server: "16.0", major: 16 });
    expect(await client.call("res.partner", "search_count", [[]])).toBe(4);
  });

  it("tells a server that serves nothing from one that is down, and asks again later", async () => {
    const nothing = await routes({});
    expect((await failure(clientFor(nothing.url, { transport: "auto" }).version())).code).toBe("http_404_endpoint");
    let down = true;
    const server = await routes({
      "/jsonrpc": (request, response) =>
        down ? void response.writeHead(503, { "retry-after": "60" }).end() : jsonRpc(request),
    });
    const client = clientFor(server.url, { transport: "auto" });
    expect((await failure(client.version())).code).toBe("bad_gateway_or_proxy");
    expect(server.requests).toHaveLength(1);
    down = false;
    expect(await client.authenticate()).toBe(7);
  });
});
