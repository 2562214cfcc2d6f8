import { describe, expect, it } from "vitest";
import { LogReport } from "./report.js";
import type { FailureGroup } from "./types.js";

const at = (second: number) => `2026-11-21 02:10:${String(second).padStart(2, "0")},123`;

function entry(second: number, level: string, logger: string, message: string, pid = 7): string {
  return `${at(second)} ${pid} ${level} shop ${logger}: ${message}`;
}

function request(second: number, path: string, { status = 200, seconds = "0.100", pid = 7 } = {}): string {
  const line = `127.0.0.1 - - [21/Nov/2026 02:10:00] "POST ${path} HTTP/1.1" ${status} - 12 0.010 ${seconds}`;
  return entry(second, "INFO", "werkzeug", line, pid);
}

function reportOf(lines: readonly string[], onFailure?: (group: FailureGroup) => void) {
  const report = new LogReport({}, onFailure);
  for (const line of lines) report.push(line);
  return report.summary();
}

const traceback = (exception: string, last = '"/opt/odoo/odoo/fields.py", line 9, in write') => [
  "Traceback (most recent call last):",
  '  File "/opt/odoo/odoo/http.py", line 1, in __call__',
  "    return self._serve_db()",
  '  File "/opt/odoo/odoo/service/model.py", line 1, in execute_cr',
  '  File "/opt/odoo/odoo/api.py", line 517, in call_kw',
  '  File "/opt/odoo/addons/sale/models/sale_order.py", line 26, in action_confirm',
  `  File ${last}`,
  exception,
];

describe("the summary of a log", () => {
  it("groups the same failure, names its call and place, and says which request triggered it", () => {
    const failure = (second: number, id: number) => [
      entry(second, "ERROR", "odoo.http", "Exception during request handling."),
      ...traceback(`ValueError: Invalid field 'emial' on model 'res.partner'`),
      request(second, id % 2 === 0 ? "/jsonrpc" : "/xmlrpc/2/object"),
    ];
    const { failures, requests, entries, lines } = reportOf([1, 2, 3].flatMap((second) => failure(second, second)));
    expect({ requests, entries, lines }).toEqual({ requests: 3, entries: 6, lines: 30 });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      code: "invalid_field_name",
      evidence: { field: "emial", model: "res.partner" },
      method: "action_confirm",
      at: "fields.py in write",
      count: 3,
      first: at(1),
      last: at(3),
      line: 1,
      databases: { shop: 3 },
      requests: { "POST /xmlrpc/2/object": 2, "POST /jsonrpc": 1 },
    });
  });

  it("tells failures of different fields apart", () => {
    const of = (field: string) => [
      entry(1, "ERROR", "odoo.http", "Exception during request handling."),
      ...traceback(`ValueError: Invalid field '${field}' on model 'res.partner'`),
    ];
    expect(reportOf([...of("a"), ...of("b")]).failures).toHaveLength(2);
  });

  it("counts what a request logged in several lines once, with PostgreSQL's reason and Odoo's words", () => {
    const query = [
      entry(1, "ERROR", "odoo.sql_db", `bad query: b'INSERT INTO "res_partner" ("vat") VALUES (\\'secret-vat\\')'`),
      'ERROR: duplicate key value violates unique constraint "res_users_login_key"',
      "DETAIL:  Key (login)=(api) already exists.",
    ];
    const overXmlRpc = [...query, request(1, "/xmlrpc/2/object")];
    const words = entry(1, "WARNING", "odoo.http", "The operation cannot be completed: You can not have two users!");
    const overJsonRpc = [...query, words, request(1, "/jsonrpc")];
    const { failures } = reportOf([...overXmlRpc, ...overJsonRpc]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: "unique_violation", count: 2 });
    expect(failures[0]?.evidence).toMatchObject({ constraint: "res_users_login_key" });
    expect(JSON.stringify(failures)).not.toContain("secret-vat");
  });

  it("knows refused logins, refused rights, conflicts and ended workers", () => {
    const { failures } = reportOf([
      entry(1, "INFO", "odoo.addons.base.models.res_users", "Login failed for db:shop login:api from 10.0.0.9"),
      entry(1, "WARNING", "odoo.http", "Access Denied"),
      request(1, "/web/session/authenticate"),
      entry(
        2,
        "INFO",
        "odoo.addons.base.models.ir_model",
        "Access Denied by ACLs for operation: create, uid: 7, model: res.users",
      ),
      request(2, "/xmlrpc/2/object"),
      entry(3, "INFO", "odoo.service.model", "SERIALIZATION_FAILURE, 4 tries left, try again in 0.1 sec..."),
      entry(4, "INFO", "odoo.service.server", "Worker (7) CPU time limit (60) reached."),
      entry(5, "INFO", "odoo.service.server", "Worker (8) virtual memory limit (487657472) reached.", 8),
      entry(6, "ERROR", "odoo.service.server", "WorkerHTTP (9) timeout after 120s", 1),
    ]);
    expect(failures.map(({ code, count }) => [code, count]).sort()).toEqual([
      ["access_model_denied", 1],
      ["auth_invalid_credentials", 1],
      ["memory_limit", 1],
      ["serialization_failure", 1],
      ["timeout", 1],
      ["timeout", 1],
    ]);
    expect(failures.find(({ code }) => code === "auth_invalid_credentials")).toMatchObject({
      users: { api: 1 },
      evidence: { login: "api", database: "shop" },
    });
    expect(failures.find(({ code }) => code === "access_model_denied")).toMatchObject({
      model: "res.users",
      users: { "uid 7": 1 },
    });
  });

  it("takes the model and method from the address where it names them", () => {
    const { failures } = reportOf([
      entry(1, "WARNING", "odoo.http", "Some orders are not in a state requiring confirmation."),
      request(1, "/web/dataset/call_kw/sale.order/action_confirm?debug=1"),
    ]);
    expect(failures[0]).toMatchObject({
      model: "sale.order",
      method: "action_confirm",
      requests: { "POST /web/dataset/call_kw/sale.order/action_confirm": 1 },
    });
  });

  it("keeps requests of several processes apart", () => {
    const { failures } = reportOf([
      entry(1, "WARNING", "odoo.http", "Not while it is locked.", 7),
      request(1, "/of/another", { pid: 8 }),
      request(2, "/its/own", { pid: 7 }),
    ]);
    expect(failures[0]?.requests).toEqual({ "POST /its/own": 1 });
  });

  it("lists slow requests, the slowest first", () => {
    const { slow_requests, slow_count } = reportOf([
      request(1, "/a", { seconds: "6.000" }),
      request(2, "/b", { seconds: "61.500" }),
      request(3, "/c"),
    ]);
    expect(slow_count).toBe(2);
    expect(slow_requests.map(({ request, seconds }) => [request, seconds])).toEqual([
      ["POST /b", 61.51],
      ["POST /a", 6.01],
    ]);
  });

  it("reads through colours, container names and journald's stamps", () => {
    const plain = entry(1, "ERROR", "odoo.http", "Exception during request handling.");
    const coloured = plain.replace("ERROR", "\u001b[1;31mERROR\u001b[0m");
    const tail = traceback("KeyError: 'no_such_field'");
    for (const prefix of ["", "odoo-1  | ", "Nov 21 02:10:01 host odoo[123]: "])
      expect(reportOf([coloured, ...tail].map((line) => prefix + line)).failures, prefix).toHaveLength(1);
  });

  it("tells each failure as it is complete", () => {
    const told: string[] = [];
    const report = new LogReport({}, ({ code, count }) => told.push(`${code} ${count}`));
    report.push(entry(1, "ERROR", "odoo.http", "Exception during request handling."));
    for (const line of traceback("ValueError: Invalid field 'x' on model 'res.partner'")) report.push(line);
    expect(told).toEqual([]);
    report.settle();
    expect(told).toEqual(["invalid_field_name 1"]);
  });

  it("answers the same of noise: no failure, no crash", () => {
    const { failures, entries } = reportOf(["", "\u0000\u0001", "Traceback (most recent call last):", "x".repeat(1e6)]);
    expect({ failures, entries }).toEqual({ failures: [], entries: 0 });
  });

  it("keeps a million lines in constant memory, a traceback of any length too", () => {
    const report = new LogReport();
    report.push(entry(1, "ERROR", "odoo.http", "Exception during request handling."));
    report.push("Traceback (most recent call last):");
    for (let line = 0; line < 500_000; line += 1) report.push(`  File "/odoo/models.py", line ${line}, in f`);
    report.push("ValueError: Invalid field 'x' on model 'res.partner'");
    for (let kind = 0; kind < 3_000; kind += 1) {
      report.push(entry(2, "ERROR", "odoo.http", "Exception during request handling."));
      for (const line of traceback(`ValueError: Invalid field 'field_${kind}' on model 'res.partner'`))
        report.push(line);
      for (let line = 0; line < 150; line += 1) report.push(request(3, `/path/${kind}/${line}`));
    }
    const summary = report.summary();
    expect(summary.failures).toHaveLength(1_000);
    expect(summary.failures_beyond).toBe(2_001);
    expect(summary.failures.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    // What is kept is the summary: it must not grow with what went through.
    expect(JSON.stringify(summary).length).toBeLessThan(1_500_000);
  });
});
