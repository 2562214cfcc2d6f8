import type { ErrorCode, Evidence } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases, userError } from "../test-support/cases.js";
import { call, checked, expectNoHole, json, json2, traceback, xml } from "../test-support/failures.js";
import { diagnose, diagnoseText, type OdooFailure, toError } from "./index.js";

describe("the same mistake has the same code over each transport", () => {
  it.each(cases)("%s: %s", (name, message, before, code, evidence, facts) => {
    for (const transport of [json, json2, xml]) {
      const failure = transport(name, message, ...before);
      const diagnosis = checked(failure, facts ?? call);
      expect(diagnosis.code).toBe(code);
      expect(diagnosis.evidence).toMatchObject(evidence);
    }
  });
});

describe("JSON-2's own refusals", () => {
  const http = (status: number, body: unknown): OdooFailure => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { kind: "http", status, headers: {}, body: text, url: "http://odoo.example/json/2/res.partner/read" };
  };
  const werkzeug = (name: string, message: string) => ({ name: `werkzeug.exceptions.${name}`, message, arguments: [] });

  it.each<[number, unknown, ErrorCode]>([
    [401, werkzeug("Unauthorized", "Invalid apikey"), "auth_invalid_credentials"],
    [400, werkzeug("BadRequest", "could not parse the body as json: Expecting value"), "bad_arguments"],
    [400, "<title>400 Bad Request</title><p>Session expired (invalid CSRF token)</p>", "csrf"],
    [422, werkzeug("UnprocessableEntity", "missing a required argument: 'vals_list'"), "bad_arguments"],
    [422, werkzeug("UnprocessableEntity", "cannot call res.partner.search with ids"), "bad_arguments"],
    [404, werkzeug("NotFound", "the model 'no.such' does not exist"), "model_not_found"],
    [404, werkzeug("NotFound", "The method 'res.partner.serch' does not exist"), "method_not_found"],
    [404, "<title>404 Not Found</title><p>No database is selected and the requested URL was not found", "db_not_found"],
    [404, "<title>404 Not Found</title>", "http_404_endpoint"],
    [500, { name: 5, message: "no exception" }, "bad_gateway_or_proxy"],
  ])("%i %o is %s", (status, body, code) => {
    expect(checked(http(status, body)).code).toBe(code);
  });
});

describe("the session routes' own refusals", () => {
  it("code 100 is an expired session, with or without the exception's name", () => {
    const named = { name: "odoo.http.SessionExpiredException", message: "Session expired" };
    for (const data of [named, { message: "Sitzung abgelaufen" }])
      expect(checked({ kind: "jsonrpc", error: { code: 100, data } }).code).toBe("auth_session_expired");
  });

  it("a model that does not exist", () => {
    const message = "404 Not Found: The requested URL was not found on the server.";
    const failure = json("werkzeug.exceptions.NotFound", message);
    expect(checked(failure, { ...call, model: "no.such" })).toMatchObject({
      code: "model_not_found",
      evidence: { model: "no.such" },
    });
    expect(checked(failure, {}).code).toBe("server_exception");
  });

  it("a database that is not served", () => {
    expect(checked(json("odoo.exceptions.AccessError", "Database not found."))).toMatchObject({
      code: "db_not_found",
      evidence: { database: "shop" },
    });
  });
});

describe("what was committed although the call failed", () => {
  it.each([
    ["cannot marshal None unless allow_none is enabled", "marshalling_none"],
    ["cannot marshal <class 'odoo.api.res.partner'> objects", "marshalling_other"],
  ])("%s", (message, code) => {
    const error = toError(checked(xml("builtins.TypeError", message, "KeyError: <class 'odoo.api.res.partner'>")));
    expect([error.code, error.happened, error.retryable]).toEqual([code, "yes", false]);
  });
});

describe("faults of version 1 and of Odoo before 14", () => {
  it.each([
    ["AccessDenied", "Access Denied", "auth_invalid_credentials"],
    ["warning -- AccessError\n\nNo", "", "access_record_rule"],
    ["warning -- UserError\n\nNo", "", "python_constraint"],
    [1, "Access Denied", "auth_invalid_credentials"],
  ])("%s", (code, message, expected) => {
    expect(checked({ kind: "xmlrpc", fault: { code, message } }).code).toBe(expected);
  });
});

describe("load()", () => {
  const load = (message: string, more: object = {}): OdooFailure => ({
    kind: "load",
    message: { type: "error", message, ...more },
  });
  it.each<[string, object, ErrorCode, Evidence]>([
    ["could not serialize access due to concurrent update", {}, "serialization_failure", {}],
    [
      "No matching record found for name 'Atlantis' in field 'Country'",
      { field: "country_id", moreinfo: { res_model: "res.country" } },
      "row_lookup_failed",
      { relation: "res.country", received: "Atlantis", column: "country_id" },
    ],
    [
      "Kein passender Datensatz für Name „Atlantis“",
      { field: "country_id", moreinfo: { res_model: "res.country" } },
      "row_lookup_failed",
      { relation: "res.country", column: "country_id" },
    ],
    [
      "No matching record found for external id 'base.xx' in field 'Country'",
      { field: "country_id" },
      "row_lookup_failed",
      { received: "base.xx" },
    ],
    [
      "Missing required value for the field 'Name' (name)",
      { field: "name" },
      "not_null_violation",
      { field: "name", model: "res.partner" },
    ],
    [
      "'ten' does not seem to be a number for field 'Sales Price'",
      { field: "list_price" },
      "wrong_type",
      { field: "list_price", received: '"ten"', expected: "a number" },
    ],
    [
      "'x' does not seem to be a valid date for field 'Date'",
      { field: "date" },
      "wrong_type",
      { expected: "a date, YYYY-MM-DD" },
    ],
    [
      "Unknown value 'maybe' for boolean field 'Active'",
      { field: "active", type: "warning" },
      "wrong_type",
      { received: '"maybe"' },
    ],
    [
      "Value 'home' not found in selection field 'Type'",
      { field: "type", moreinfo: ["contact", "other"] },
      "invalid_selection_value",
      { expected: "contact, other" },
    ],
    [
      "The value for the field 'login' already exists (this is probably 'Login' in the current model).",
      { field: "login" },
      "unique_violation",
      { field: "login" },
    ],
    [
      "Unknown error during import: <class 'ValueError'>: could not convert string to float: 'x'",
      {},
      "wrong_type",
      { expected: "a number" },
    ],
    ["Unknown error during import: <class 'KeyError'>: 'x'", {}, "server_exception", { exception: "KeyError" }],
    [
      "Unknown database error: 'current transaction is aborted, commands ignored until end of transaction block'",
      {},
      "transaction_rolled_back",
      {},
    ],
    [
      "For external id a.b when trying to create/update a record of model res.partner found record of different model res.users (7)",
      {},
      "key_of_other_model",
      { key: "a.b", model: "res.partner", received: "res.users" },
    ],
    ["The operation cannot be completed: Contacts require a name", {}, "check_violation", {}],
    [
      "Something that only this module says",
      {},
      "python_constraint",
      { detail: "Something that only this module says" },
    ],
  ])("%s", (message, more, code, evidence) => {
    const diagnosis = checked(load(message, more), { model: "res.partner", method: "load" });
    expect(diagnosis.code).toBe(code);
    expect(diagnosis.evidence).toMatchObject(evidence);
  });
});

describe("plain HTTP", () => {
  const http = (status: number, headers: Record<string, string> = {}, body = ""): OdooFailure => ({
    kind: "http",
    status,
    headers,
    body,
    url: "http://u:p@odoo.example/jsonrpc?x=1",
  });

  it("shows addresses without credentials and query", () => {
    const redirect = checked(http(308, { location: "/web/login?redirect=%2F" }));
    expect(redirect.evidence).toEqual({
      url: "http://odoo.example/jsonrpc",
      status: 308,
      location: "http://odoo.example/web/login",
    });
  });

  it.each<[OdooFailure, ErrorCode, object]>([
    [http(404), "http_404_endpoint", { happened: "no" }],
    [http(413), "payload_too_large", { happened: "no" }],
    [http(429, { "retry-after": "7" }), "rate_limited", { retryAfter: 7, happened: "no", retryable: true }],
    [http(429, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), "rate_limited", { retryAfter: undefined }],
    [
      http(502, {}, "<html><title>502 Bad Gateway</title>"),
      "bad_gateway_or_proxy",
      { happened: "unknown", retryable: true },
    ],
    [http(503, { "retry-after": "30" }), "bad_gateway_or_proxy", { retryAfter: 30 }],
    [http(403, {}, "<title>Blocked</title>"), "bad_gateway_or_proxy", { happened: "no", retryable: false }],
    [
      http(400, { "content-type": "text/html" }, "<title>400 Bad Request</title>"),
      "invalid_json_or_xml",
      { happened: "no" },
    ],
    [
      http(200, { "content-type": "text/html" }, "<title>Login\n | Odoo</title>"),
      "invalid_json_or_xml",
      { happened: "unknown" },
    ],
    [
      http(
        422,
        {},
        JSON.stringify({ name: "odoo.exceptions.MissingError", message: "(Record: res.partner(7,), User: 6)" }),
      ),
      "missing_record",
      { happened: "no" },
    ],
    [http(502, {}, '{"name": 1'), "bad_gateway_or_proxy", {}],
  ])("%o is %s", (failure, code, facts) => {
    const error = toError(checked(failure));
    expect(error.code).toBe(code);
    expect(error).toMatchObject(facts);
  });
});

describe("what Odoo said", () => {
  it("is shown without traceback, path, SQL, rows or the database's address", () => {
    const failures = cases.flatMap(([name, message, before]) => [
      json(name, message, ...before),
      xml(name, message, ...before),
    ]);
    failures.push(
      json(
        "builtins.OSError",
        "cannot open /var/lib/odoo/filestore/x at 0x7f6582e8cb80, query SELECT a FROM b WHERE c",
      ),
    );
    failures.push({
      kind: "xmlrpc",
      fault: { code: 1, message: traceback("a.b.C: /etc/odoo/odoo.conf: UPDATE t SET x = 1") },
    });
    for (const failure of failures) {
      const shown = JSON.stringify(toError(diagnose(failure, call)));
      expect(shown).not.toMatch(
        /Traceback|File \\"|\/opt|\/var|\/etc|SELECT|UPDATE|LINE \d|Failing row|10\.0\.0\.7|0x7f/,
      );
    }
  });

  it("keeps the message, the exception and web addresses", () => {
    const { odoo } = checked(json(userError, "See https://example.com/help/page for more."));
    expect(odoo).toEqual({ exception: userError, message: "See https://example.com/help/page for more." });
  });

  it("is cut when it is long", () => {
    expect(checked(json(userError, "é".repeat(5000))).odoo?.message.length).toBeLessThan(1010);
  });

  it("knows nothing of an exception that nobody recognises but its name", () => {
    expect(checked(json("odoo.addons.x.models.y.OddError", "odd"))).toMatchObject({
      code: "server_exception",
      evidence: { exception: "odoo.addons.x.models.y.OddError", detail: "odd" },
    });
    expect(checked({ kind: "jsonrpc", error: {} }).code).toBe("server_exception");
    expect(
      checked({
        kind: "jsonrpc",
        error: { code: 100, message: "Odoo Session Expired", data: { name: "odoo.http.SessionExpiredException" } },
      }).code,
    ).toBe("auth_session_expired");
  });

  it("never throws and never leaves a hole, whatever comes", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(...cases.map(([, message]) => message)));
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 0, max: 5 }),
        fc.option(fc.string(), { nil: undefined }),
        (a, b, number, name) => {
          checked(
            {
              kind: "jsonrpc",
              error: { message: a, data: { ...(name === undefined ? {} : { name }), message: b, debug: a } },
            },
            {},
          );
          checked({ kind: "xmlrpc", fault: { code: number, message: a + b } }, {});
          checked({ kind: "load", message: { message: a } }, {});
          checked({ kind: "http", status: number * 100, headers: {}, body: a, url: b }, {});
        },
      ),
    );
  });

  it("takes no time that explodes with the length", () => {
    const started = performance.now();
    for (const piece of ["a.", "(", "\n", "Key (", "/a", "cannot a ", "Traceback (most recent call last)\n", "SELECT "])
      diagnose({ kind: "xmlrpc", fault: { code: 2, message: piece.repeat(20_000) } }, call);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("diagnoseText", () => {
  it.each<[string, ErrorCode]>([
    ["<Fault 3: 'Access Denied'>", "auth_invalid_credentials"],
    ['xmlrpc.client.Fault: <Fault 2: "Object x.y doesn\'t exist">', "model_not_found"],
    ["ValueError: Invalid field 'a' on model 'b.c'", "invalid_field_name"],
    [
      traceback("KeyError: 'x'", "psycopg2.errors.SerializationFailure: could not serialize access"),
      "serialization_failure",
    ],
    ['FATAL: database "www" does not exist', "db_not_found"],
    ["odoo.exceptions.ValidationError: no", "python_constraint"],
    [
      "You are not allowed to access 'Cron' (ir.cron) records.\n\nThis operation is allowed for the following groups:\n\t- Settings",
      "access_model_denied",
    ],
    ["AccessError\nNot possible.\n(Document type: stock.move, Operation: read)", "access_record_rule"],
    [
      "odoo.models: Access Denied by ACLs for operation: read, uid: 6, model: res.partner, fields: signup_token",
      "access_field_denied",
    ],
    [
      'You do not have enough rights to access the fields "credit_limit" on Contact (res.partner). Please contact your system administrator.\n\nOperation: read\nUser: 6',
      "access_field_denied",
    ],
    ["Session expired on http://odoo.example/web\n    odoo.http.SessionExpiredException", "auth_session_expired"],
    ["You cannot delete an invoice after it has been validated (and received a number).", "record_locked_state"],
    ["something else", "server_exception"],
  ])("%s", (text, code) => {
    const diagnosis = diagnoseText(text);
    expect(diagnosis.code).toBe(code);
    expectNoHole(diagnosis.code, diagnosis.evidence);
  });
});
