import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { page, server, werkzeug } from "../../test-support/controller-server.js";
import { failure, keep, secret } from "../../test-support/harness.js";
import { rpc } from "../../test-support/routes.js";
import { createFetchClient } from "../fetch/index.js";
import type { ControllerOptions, RouteRequest } from "../index.js";

describe("a route of type http", () => {
  it("is given query, form, JSON or bytes", async () => {
    const { client, requests } = await server({
      "/r?a=1&a=x+y&b=true": () => ({ ok: 1 }),
      "/r": () => ({ ok: 2 }),
    });
    const route = client.controller("/r", { auth: "none" });
    const answer = await route.get({ query: { a: [1, "x y"], b: true } });
    expect([answer.status, answer.json(), answer.headers["content-type"]]).toEqual([
      200,
      { ok: 1 },
      "application/json",
    ]);
    await route.post({ form: { name: "Ada & Bob", tags: ["a", "b"] } });
    await route.post({ json: { a: null } });
    await route.request("PUT", { body: "a;b", headers: { "content-type": "text/csv" } });
    await route.post();
    expect(requests.slice(1).map(({ verb, headers, body }) => [verb, headers["content-type"], body])).toEqual([
      ["POST", "application/x-www-form-urlencoded", "name=Ada+%26+Bob&tags=a&tags=b"],
      ["POST", "application/json", '{"a":null}'],
      ["PUT", "text/csv", "a;b"],
      ["POST", undefined, ""],
    ]);
  });

  it("is given files, whatever bytes and names they have", async () => {
    const { client, requests } = await server({ "/r": () => ({}) });
    const content = new TextEncoder().encode("--odoorway-form-0\r\n");
    await client
      .controller("/r", { auth: "none" })
      .post({ form: { id: 3, f: { name: 'a"\r\n.txt', type: "text/plain", content } } });
    expect(requests[0]?.headers["content-type"]).toBe("multipart/form-data; boundary=odoorway-form-1");
    expect(requests[0]?.body).toBe(
      '--odoorway-form-1\r\nContent-Disposition: form-data; name="id"\r\n\r\n3\r\n--odoorway-form-1\r\n' +
        'Content-Disposition: form-data; name="f"; filename="a%22%0D%0A.txt"\r\nContent-Type: text/plain\r\n\r\n' +
        "--odoorway-form-0\r\n\r\n--odoorway-form-1--\r\n",
    );
  });

  it("answers bytes as they are, and says what is no JSON", async () => {
    const { client } = await server({ "/r": (_request, response) => void response.end(Buffer.from([0, 255, 254])) });
    const answer = await client.controller("/r").get();
    expect([...answer.bytes]).toEqual([0, 255, 254]);
    const error = await failure(Promise.resolve().then(() => answer.json()));
    expect([error.code, error.happened]).toEqual(["invalid_json_or_xml", "yes"]);
  });

  it("brings the key as bearer, or a header of its own, and never shows them", async () => {
    const own = "shop-key-0123456789";
    const { client, requests, logins } = await server({
      "/b": () => ({}),
      "/own": ({ headers }, response) =>
        page(response, 403, werkzeug("403 Forbidden", `Not with ${headers["x-shop-key"]}`)),
    });
    await client.controller("/b", { auth: "bearer" }).get();
    expect(requests[0]?.headers).toMatchObject({ authorization: `bearer ${secret}`, "x-odoo-database": "shop" });
    const error = await failure(client.controller("/own", { auth: "none", headers: { "X-Shop-Key": own } }).get());
    expect(requests[1]?.headers).toMatchObject({ "x-shop-key": own });
    expect(requests[1]?.headers.authorization).toBeUndefined();
    expect([error.code, error.evidence.detail]).toEqual(["controller_forbidden", "Not with (secret)"]);
    expect(JSON.stringify({ ...error, below: undefined }) + String(error)).not.toContain(own);
    expect(logins()).toBe(0);
  });

  it("fetches the CSRF token where one is wanted, once, and again when it is refused", async () => {
    let token = "t0ken-of-page-1";
    let pages = 0;
    const refuse = (response: ServerResponse) =>
      page(response, 400, werkzeug("400 Bad Request", "Session expired (invalid CSRF token)"));
    const { client, requestsTo } = await server({
      "/web/login": (_request, response) => {
        pages += 1;
        page(response, 200, `<form><input type="hidden" name="csrf_token" value="${token}"/></form>`);
      },
      "/up": ({ body }, response) => (body.includes(`csrf_token=${token}`) ? { done: 1 } : refuse(response)),
      "/never": (_request, response) => refuse(response),
      [`/json?csrf_token=${token}`]: () => ({ done: 2 }),
      "/json": (_request, response) => refuse(response),
    });
    const up = client.controller("/up");
    expect((await up.post({ form: { a: 1 } })).json()).toEqual({ done: 1 });
    expect((await up.post({ form: { a: 2 } })).json()).toEqual({ done: 1 });
    expect((await up.post()).json()).toEqual({ done: 1 });
    expect([pages, requestsTo("/up").length]).toEqual([1, 4]);
    expect((await client.controller("/json").post({ json: {} })).json()).toEqual({ done: 2 });
    expect(pages).toBe(1);
    token = "t0ken-of-page-2";
    expect((await up.post({ form: { a: 3 } })).json()).toEqual({ done: 1 });
    expect(pages).toBe(2);
    const error = await failure(client.controller("/never").post());
    expect([error.code, error.happened, error.evidence]).toEqual(["csrf", "no", { path: "/never" }]);
  });

  it("says that no page has a token", async () => {
    const { client } = await server({
      "/web/login": (_request, response) => page(response, 303, "", { location: "/web" }),
      "/up": (_request, response) =>
        page(response, 400, werkzeug("400 Bad Request", "Session expired (invalid CSRF token)")),
    });
    expect((await failure(client.controller("/up").post())).code).toBe("csrf");
  });

  it("takes a form that leads to the login page for done, and sends it once", async () => {
    const { client, logins, requestsTo } = await server({
      "/web/session/logout": (_request, response) => page(response, 303, "", { location: "/web/login" }),
    });
    const answer = await client.controller("/web/session/logout").post({ form: {} });
    expect([answer.status, answer.headers.location]).toEqual([303, "/web/login"]);
    expect([logins(), requestsTo("/web/session/logout").length]).toEqual([1, 1]);
  });

  it("logs in again where it is sent to the login page, and follows no redirect", async () => {
    let sessions = 0;
    const { client, logins, requestsTo } = await server({
      "/r": ({ headers }, response) =>
        headers.cookie === "session_id=s2"
          ? { ok: 1 }
          : page(response, 303, "", { location: "/web/login?redirect=%2Fr%3F" }),
      "/done": (_request, response) => page(response, 303, "", { location: "/thanks" }),
      "/away": (_request, response) => page(response, 302, "", { location: "https://elsewhere.example/x?secret=1" }),
      "/moved": (_request, response) => page(response, 301, "", { location: "/new" }),
      "/public": (_request, response) => {
        sessions += 1;
        page(response, 303, "", { location: "/web/login" });
      },
    });
    expect((await client.controller("/r").post({ form: {} })).json()).toEqual({ ok: 1 });
    expect([logins(), requestsTo("/r").length]).toEqual([2, 2]);
    const done = await client.controller("/done").post({ form: {} });
    expect([done.status, done.headers.location]).toEqual([303, "/thanks"]);
    const away = await failure(client.controller("/away").get());
    expect([away.code, away.evidence.location]).toEqual(["http_redirect", "https://elsewhere.example/x"]);
    expect((await failure(client.controller("/moved").get())).code).toBe("http_redirect");
    const wants = await failure(client.controller("/public", { auth: "none" }).get());
    expect([wants.code, wants.evidence.detail]).toEqual([
      "controller_unauthorized",
      "it wants the session of a logged-in user",
    ]);
    expect(sessions).toBe(1);
  });

  const json = (response: ServerResponse, status: number, body: unknown) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  it.each<[string, (response: ServerResponse) => void, string, string, string]>([
    [
      "a page",
      (r) => page(r, 400, werkzeug("400 Bad Request", "Wrong &lt;id&gt;")),
      "controller_bad_request",
      "no",
      "Wrong <id>",
    ],
    ["JSON", (r) => json(r, 400, { error: "lines are missing" }), "controller_bad_request", "no", "lines are missing"],
    [
      "401",
      (r) => json(r, 401, { error: { code: "token", message: "token expired" } }),
      "controller_unauthorized",
      "no",
      "token expired",
    ],
    [
      "403",
      (r) => page(r, 403, "<html><title>Forbidden | My Shop</title>"),
      "controller_forbidden",
      "no",
      "Forbidden | My Shop",
    ],
    [
      "404",
      (r) => page(r, 404, werkzeug("404 Not Found", "The requested URL was not found")),
      "controller_not_found",
      "no",
      "not found",
    ],
    [
      "405",
      (r) => page(r, 405, werkzeug("405 Method Not Allowed", "x"), { allow: "GET, HEAD" }),
      "controller_method_not_allowed",
      "no",
      "POST",
    ],
    [
      "type in 18",
      (r) =>
        page(
          r,
          400,
          werkzeug(
            "400 Bad Request",
            "Request inferred type is compatible with [&#39;http&#39;] but x is type=&#39;json&#39;.",
          ),
        ),
      "controller_wrong_type",
      "no",
      "type='json'",
    ],
    [
      "type in 19",
      (r) => page(r, 415, werkzeug("415 Unsupported Media Type", "Request inferred type is compatible with http")),
      "controller_wrong_type",
      "no",
      "compatible",
    ],
    ["409", (r) => json(r, 409, { message: "taken" }), "controller_bad_request", "no", "taken"],
    ["422", (r) => json(r, 422, { detail: "bad" }), "controller_bad_request", "no", "bad"],
    ["429", (r) => page(r, 429, "", { "retry-after": "60" }), "rate_limited", "no", ""],
    [
      "500 page",
      (r) => page(r, 500, werkzeug("500 Internal Server Error", "The server encountered an error")),
      "controller_failed",
      "unknown",
      "encountered",
    ],
    [
      "500 with a traceback",
      (r) =>
        json(r, 500, {
          error: 'Traceback (most recent call last):\n  File "/opt/odoo/x.py", line 1\nValueError: bad qty',
        }),
      "controller_failed",
      "unknown",
      "ValueError: bad qty",
    ],
    ["503", (r) => page(r, 503, "<title>Down</title>"), "bad_gateway_or_proxy", "unknown", "503"],
    [
      "an exception of Odoo's",
      (r) => json(r, 422, { name: "odoo.exceptions.UserError", message: "No stock", arguments: ["No stock"] }),
      "user_error_business_rule",
      "no",
      "No stock",
    ],
    [
      "an error in a 200",
      (r) => json(r, 200, { error: "no such partner", status: 404 }),
      "controller_error",
      "unknown",
      "no such partner",
    ],
  ])("answers %s with its code", async (_name, answer, code, happened, words) => {
    const { client, requestsTo } = await server({ "/r": (_request, response) => answer(response) });
    const error = await failure(client.controller("/r", { auth: "none" }).post({ json: {} }));
    expect([error.code, error.happened]).toEqual([code, happened]);
    expect(error.why).toContain(words);
    expect(JSON.stringify(error.evidence)).not.toMatch(/Traceback|\/opt/);
    expect(requestsTo("/r")).toHaveLength(1);
  });

  it("carries the body of an error, bounded", async () => {
    const { client } = await server({
      "/r": (_request, response) => json(response, 400, { error: "x".repeat(5_000) }),
    });
    const { evidence } = await failure(client.controller("/r", { auth: "none" }).get());
    expect(String(evidence.body)).toHaveLength(2_000);
    expect(String(evidence.detail)).toHaveLength(300);
    expect(evidence).toMatchObject({ path: "/r", method: "GET", status: 400 });
  });

  it("tries a lost answer again only where that is safe", async () => {
    const { client, requestsTo } = await server({
      "/r": (_request, response) => void response.destroy(),
    });
    const route = client.controller("/r", { auth: "none" });
    expect(await failure(route.post())).toMatchObject({ code: "connection_lost", happened: "unknown" });
    expect(requestsTo("/r")).toHaveLength(1);
    expect(await failure(route.get())).toMatchObject({ code: "connection_lost", happened: "no" });
    expect(requestsTo("/r")).toHaveLength(4);
    await failure(route.post({ idempotent: true }));
    expect(requestsTo("/r")).toHaveLength(7);
  });

  it.each<[string, ControllerOptions, RouteRequest]>([
    ["api/order", {}, {}],
    ["//elsewhere.example/", {}, {}],
    ["/a?b=1", {}, {}],
    ["/a\r\nx", {}, {}],
    ["/\\elsewhere", {}, {}],
    ["/a", { headers: { Host: "x" } }, {}],
    ["/a", { headers: { "x y": "1" } }, {}],
    ["/a", {}, { headers: { a: "1\r\nb: 2" } }],
    ["/a", {}, { form: {}, json: 1 }],
    ["/a", {}, { json: () => 1 }],
  ])("refuses %j with %j and %j before anything is sent", async (path, options, request) => {
    const { client, requests } = await server({});
    const call = Promise.resolve().then(() => client.controller(path, { auth: "none", ...options }).post(request));
    expect(await failure(call)).toMatchObject({ code: "bad_arguments", happened: "no" });
    expect(requests).toEqual([]);
  });

  it("refuses a body of a GET, and keeps paths within the server", async () => {
    const { client, requests } = await server({ "/b%20c": () => ({}) });
    const route = client.controller("/a/../b c", { auth: "none" });
    expect((await failure(route.request("GET", { json: 1 }))).code).toBe("bad_arguments");
    expect((await route.get()).status).toBe(200);
    expect(requests).toHaveLength(1);
  });

  it("is given up while the login is under way, which goes on for the others", async () => {
    const stop = new AbortController();
    let answer = () => {};
    const { client } = await server({
      "/web/session/authenticate": ({ body }, response) => {
        answer = () => {
          response.setHeader("set-cookie", "session_id=x");
          response.end(JSON.stringify(rpc({ result: { uid: 7 } }, body)));
        };
        stop.abort();
      },
      "/r": () => ({ ok: 1 }),
    });
    const [one, other] = [client.controller("/r").get({ signal: stop.signal }), client.controller("/r").get()];
    expect(await failure(one)).toMatchObject({ code: "cancelled", happened: "no" });
    answer();
    expect((await other).json()).toEqual({ ok: 1 });
  });

  it("goes over fetch alone too", async () => {
    const { url } = await server({
      "/r": ({ body }, response) => void response.end(Buffer.from(`${body.length}\u00e9`, "latin1")),
    });
    const options = { url, database: "shop", login: "api", apiKey: secret };
    const client = keep(createFetchClient(options));
    const content = new Uint8Array([1, 2, 3]);
    const answer = await client.controller("/r").post({ form: { f: { name: "f", content } } });
    expect(answer.bytes.at(-1)).toBe(0xe9);
    expect(Number.parseInt(answer.text, 10)).toBe(143);
  });
});
