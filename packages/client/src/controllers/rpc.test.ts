import { describe, expect, it } from "vitest";
import { login, page, server, werkzeug } from "../../test-support/controller-server.js";
import { clientFor, failure } from "../../test-support/harness.js";
import { routes, rpc } from "../../test-support/routes.js";

const expired = { error: { code: 100, message: "Odoo Session Expired", data: { message: "Session expired" } } };
const raised = (name: string, message: string) => ({
  error: {
    code: 200,
    message: "Odoo Server Error",
    data: { name, message, debug: 'Traceback (most recent call last):\n  File "/opt/x.py"', arguments: [message] },
  },
});

describe("a route of type json", () => {
  it("is given its parameters in an envelope, as the session's user", async () => {
    const { client, requestsTo, logins } = await server({
      "/api/order": ({ body }) => rpc({ result: { id: 12 } }, body),
    });
    const orders = client.controller("/api/order");
    expect(await orders.rpc({ partner: 7 }, { headers: { "X-Request-Id": "a1" } })).toEqual({ id: 12 });
    expect(await Promise.all([orders.rpc(), client.controller("/api/order").rpc()])).toEqual([{ id: 12 }, { id: 12 }]);
    const [first] = requestsTo("/api/order");
    expect(JSON.parse(first?.body ?? "")).toEqual({ jsonrpc: "2.0", method: "call", id: 1, params: { partner: 7 } });
    expect(first?.headers).toMatchObject({
      cookie: "session_id=s1",
      "x-request-id": "a1",
      "content-type": "application/json",
    });
    expect(logins()).toBe(1);
  });

  it("renews an expired session once for all, and repeats the call, which did not happen", async () => {
    const { client, logins } = await server({
      "/api/order": ({ body, headers }) => rpc(headers.cookie === "session_id=s2" ? { result: 1 } : expired, body),
      "/api/never": ({ body }) => rpc(expired, body),
    });
    const all = [1, 2, 3].map(() => client.controller("/api/order").rpc());
    expect(await Promise.all(all)).toEqual([1, 1, 1]);
    expect(logins()).toBe(2);
    const error = await failure(client.controller("/api/never").rpc());
    expect([error.code, error.happened, logins()]).toEqual(["auth_session_expired", "no", 3]);
  });

  it.each([
    [raised("odoo.exceptions.UserError", "Out of stock"), "user_error_business_rule", "no", "Out of stock"],
    [
      raised("odoo.exceptions.AccessError", "You are not allowed to access 'Sales' (sale.order) records."),
      "access_model_denied",
      "no",
      "",
    ],
    [
      raised("werkzeug.exceptions.NotFound", "404 Not Found: No such order"),
      "controller_not_found",
      "no",
      "No such order",
    ],
    [raised("werkzeug.exceptions.Forbidden", "403 Forbidden: Not yours"), "controller_forbidden", "no", "Not yours"],
    [raised("werkzeug.exceptions.BadRequest", "400 Bad Request: bad line"), "controller_bad_request", "no", "bad line"],
    [raised("builtins.KeyError", "'partner'"), "server_exception", "no", "partner"],
    [{ error: { code: 404, message: "404: Not Found" } }, "controller_not_found", "no", ""],
    [{ result: { error: "no such product", code: 7 } }, "controller_error", "unknown", "no such product"],
    [{ result: { error: { message: "no stock" } } }, "controller_error", "unknown", "no stock"],
  ])("answers %j as %s", async (answer, code, happened, words) => {
    const { client } = await server({ "/api/order": ({ body }) => rpc(answer, body) });
    const error = await failure(client.controller("/api/order").rpc());
    expect([error.code, error.happened]).toEqual([code, happened]);
    expect(error.why).toContain(words);
    expect(JSON.stringify([error.evidence, error.odoo])).not.toMatch(/Traceback|\/opt/);
  });

  it("hands an error of the body on where that is wanted, and takes none for one", async () => {
    const table = {
      "/a": ({ body }: { body: string }) => rpc({ result: { error: "x" } }, body),
      "/b": ({ body }: { body: string }) => rpc({ result: { error: null, id: 1 } }, body),
    };
    const { client } = await server(table);
    expect(await client.controller("/a", { bodyErrors: "return" }).rpc()).toEqual({ error: "x" });
    expect(await client.controller("/b").rpc()).toEqual({ error: null, id: 1 });
  });

  it("is not what answers another thing", async () => {
    const { client } = await server({
      "/html": (_request, response) => page(response, 200, "<html><title>Shop</title></html>"),
      "/list": () => [1],
    });
    for (const path of ["/html", "/list"])
      expect((await failure(client.controller(path).rpc())).code).toBe("invalid_json_or_xml");
  });

  it("is not what wants a token", async () => {
    const { client } = await server({
      "/web/login": (_request, response) => page(response, 200, '<input name="csrf_token" value="t0ken-of-page"/>'),
      "/up": (_request, response) =>
        page(response, 400, werkzeug("400 Bad Request", "Session expired (invalid CSRF token)")),
    });
    const error = await failure(client.controller("/up").rpc());
    expect([error.code, error.evidence.detail]).toEqual(["controller_wrong_type", "it is of type http"]);
  });

  it("remembers a refused login, whatever is asked then", async () => {
    const made = await routes({ [login]: ({ body }) => rpc({ result: { uid: null } }, body) });
    const client = clientFor(made.url);
    for (const path of ["/a", "/b"])
      expect((await failure(client.controller(path).rpc())).code).toBe("auth_invalid_credentials");
    expect(made.requests).toHaveLength(1);
  });
});
