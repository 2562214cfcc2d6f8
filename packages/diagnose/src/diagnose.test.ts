import { type CatalogueEntry, catalogue, type ErrorCode, type Evidence, renderTemplate } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallFacts, type Diagnosis, diagnose, diagnoseText, type OdooFailure, toError } from "./index.js";

const call: CallFacts = {
  model: "res.partner",
  method: "create",
  database: "shop",
  login: "api",
  url: "http://odoo.example",
};

const traceback = (...exceptions: string[]) =>
  exceptions
    .map(
      (line) =>
        `Traceback (most recent call last):\n  File "/opt/odoo/odoo/models.py", line 9, in f\n    raise\n${line}\n`,
    )
    .join("\nDuring handling of the above exception, another exception occurred:\n\n");

/** The failure of JSON-RPC, of an exception and those that it was raised from. */
function json(name: string, message: string, ...before: string[]): OdooFailure {
  const debug = traceback(...before, `${name.replace("builtins.", "")}: ${message}`);
  return {
    kind: "jsonrpc",
    error: { code: 200, message: "Odoo Server Error", data: { name, message, debug, arguments: [message] } },
  };
}

/** The same failure over XML-RPC: a number and the message when it is for users, else a traceback. */
function xml(name: string, message: string, ...before: string[]): OdooFailure {
  const number = { AccessDenied: 3, AccessError: 4, UserError: 2, ValidationError: 2, MissingError: 2 }[
    name.split(".").at(-1) ?? ""
  ];
  if (number !== undefined) return { kind: "xmlrpc", fault: { code: number, message } };
  return {
    kind: "xmlrpc",
    fault: { code: 1, message: traceback(...before, `${name.replace("builtins.", "")}: ${message}`) },
  };
}

/** Diagnoses, and checks that every name that the templates need is there. */
function checked(failure: OdooFailure, facts: CallFacts = call): Diagnosis {
  const diagnosis = diagnose(failure, facts);
  expectNoHole(diagnosis.code, diagnosis.evidence);
  return diagnosis;
}

function expectNoHole(code: ErrorCode, evidence: Evidence): void {
  const entry: CatalogueEntry = catalogue[code];
  for (const template of [entry.title, entry.cause, entry.fix]) {
    const needed = template.replace(/\[\[(?:[^\]]|\](?!\]))*\]\]/g, "").matchAll(/\{(\w+)\}/g);
    for (const [, name] of needed)
      expect(evidence, `${code}: ${renderTemplate(template, evidence)}`).toHaveProperty(name ?? "");
  }
}

const userError = "odoo.exceptions.UserError";
const validation = "odoo.exceptions.ValidationError";
const accessError = "odoo.exceptions.AccessError";
const cannot = "The operation cannot be completed:";

type Case = [name: string, message: string, before: string[], code: ErrorCode, evidence: Evidence, facts?: CallFacts];

const cases: Case[] = [
  [
    "psycopg2.OperationalError",
    'connection to server at "10.0.0.7", port 5432 failed: FATAL:  database "no_such_db" does not exist\n',
    ["KeyError: 'no_such_db'"],
    "db_not_found",
    { database: "no_such_db" },
  ],
  ["builtins.AssertionError", "Missing database name", [], "db_not_found", { database: "shop" }],
  ["odoo.exceptions.AccessDenied", "Access Denied", [], "auth_invalid_credentials", { database: "shop", login: "api" }],
  [
    validation,
    `${cannot}\n- Create/update: a mandatory field is not set.\n- Delete: another model requires the record being deleted. If possible, archive it instead.\n\nModel: Product (product.template)\nField: Name (name)\n`,
    [
      'psycopg2.errors.NotNullViolation: null value in column "name" of relation "product_template" violates not-null constraint\nDETAIL:  Failing row contains (8, 1, null).\n',
    ],
    "not_null_violation",
    { field: "name", model: "product.template" },
  ],
  [
    validation,
    `${cannot} Missing required value for the field 'Name' (name).\nModel: 'Product' (product.template)\n- create/update: a mandatory field is not set\n- delete: another model requires the record being deleted, you can archive it instead\n`,
    [],
    "not_null_violation",
    { field: "name", model: "product.template" },
  ],
  [
    "odoo.exceptions.MissingError",
    "Record does not exist or has been deleted.\n(Record: res.partner(99999999,), User: 6)",
    [],
    "missing_record",
    { model: "res.partner", id: "99999999" },
  ],
  [
    validation,
    `${cannot} another model requires the record being deleted. If possible, archive it instead.\n\nModel: Contact (res.partner)\nConstraint: res_partner_country_id_fkey\n`,
    [
      'psycopg2.errors.ForeignKeyViolation: insert or update on table "res_partner" violates foreign key constraint "res_partner_country_id_fkey"\nDETAIL:  Key (country_id)=(99999) is not present in table "res_country".\n',
    ],
    "foreign_key_violation",
    { constraint: "res_partner_country_id_fkey" },
  ],
  [
    validation,
    `${cannot} Another model is using the record you are trying to delete.\n\nThe troublemaker is: 'Contact' (res.partner)\nThanks to the following constraint: 'Country' (country_id)\nHow about archiving the record instead?`,
    [],
    "foreign_key_violation",
    { field: "country_id" },
  ],
  [
    validation,
    `${cannot} Tag name already exists!`,
    [
      'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "crm_tag_name_uniq"\nDETAIL:  Key (name)=({"en_US": "dup tag"}) already exists.\n',
    ],
    "unique_violation",
    {},
  ],
  [
    validation,
    `${cannot} You can not have two users with the same login!`,
    [
      'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "res_users_login_key"\nDETAIL:  Key (login)=(api) already exists.\n',
    ],
    "unique_violation",
    {},
  ],
  [validation, "De bewerking kan niet worden voltooid: De code moet uniek zijn!", [], "unique_violation", {}],
  [
    validation,
    `${cannot} Contacts require a name`,
    [
      'psycopg2.errors.CheckViolation: new row for relation "res_partner" violates check constraint "res_partner_check_name"\nDETAIL:  Failing row contains (40, null).\n',
    ],
    "check_violation",
    {},
  ],
  [
    "psycopg2.errors.SerializationFailure",
    "could not serialize access due to concurrent update\n",
    [],
    "serialization_failure",
    {},
  ],
  [
    "psycopg2.errors.DeadlockDetected",
    "deadlock detected\nDETAIL:  Process 1 waits for ShareLock\n",
    [],
    "serialization_failure",
    {},
  ],
  [
    "psycopg2.errors.InFailedSqlTransaction",
    "current transaction is aborted, commands ignored until end of transaction block\n",
    [],
    "transaction_rolled_back",
    {},
  ],
  [
    "psycopg2.errors.InvalidTextRepresentation",
    "invalid input syntax for type integer: \"Belgium\"\nLINE 1: ...\") VALUES (true, 'ask', 'Belgium',...\n                              ^\n",
    [],
    "wrong_type",
    { model: "res.partner", received: '"Belgium"', expected: "an integer (the id, for a relation)" },
  ],
  ["psycopg2.errors.NumericValueOutOfRange", "integer out of range\n", [], "out_of_range", { model: "res.partner" }],
  [
    "psycopg2.errors.NumericValueOutOfRange",
    'value "9999999999" is out of range for type integer\nLINE 1: ...\n',
    [],
    "out_of_range",
    { received: "9999999999" },
  ],
  [
    "builtins.ValueError",
    "could not convert string to float: 'abc'",
    [],
    "wrong_type",
    { received: "'abc'", expected: "a number" },
  ],
  [
    "builtins.ValueError",
    "time data '2026-11-21T10:00:00Z' does not match format '%Y-%m-%d %H:%M:%S'",
    [],
    "wrong_type",
    { received: '"2026-11-21T10:00:00Z"' },
  ],
  [
    "builtins.ValueError",
    "Wrong value for res.partner.category_id: 1",
    [],
    "wrong_type",
    { model: "res.partner", field: "category_id", received: "1" },
  ],
  [
    "builtins.ValueError",
    "Wrong value for res.partner.type: 'home'",
    [],
    "invalid_selection_value",
    { model: "res.partner", field: "type", received: "'home'" },
  ],
  ["builtins.ValueError", "A string literal cannot contain NUL (0x00) characters.", [], "wrong_type", {}],
  [
    "builtins.ValueError",
    "Invalid field 'no_such_field' on model 'res.partner'",
    ["KeyError: 'no_such_field'"],
    "invalid_field_name",
    { model: "res.partner", field: "no_such_field" },
  ],
  [
    "builtins.ValueError",
    "Invalid field 'no_such_field' in 'res.partner'",
    [],
    "invalid_field_name",
    { model: "res.partner", field: "no_such_field" },
  ],
  [
    "builtins.ValueError",
    "Invalid field 'no_such_field' on 'res.partner'",
    [],
    "invalid_field_name",
    { model: "res.partner", field: "no_such_field" },
  ],
  [
    "builtins.ValueError",
    "Invalid field res.partner.no_such_field in leaf ('no_such_field', '=', 1)",
    [],
    "invalid_field_name",
    { model: "res.partner", field: "no_such_field" },
  ],
  ["builtins.ValueError", "Invalid leaf ('name', '===', 'x')", [], "invalid_domain", {}],
  ["builtins.ValueError", "Domain() invalid item in domain: 'x'", [], "invalid_domain", {}],
  [
    "builtins.AssertionError",
    "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
    [],
    "invalid_domain",
    {},
  ],
  ["builtins.IndexError", "string index out of range", [], "invalid_domain", {}, { ...call, method: "search" }],
  ["builtins.IndexError", "list index out of range", [], "server_exception", { exception: "IndexError" }],
  [
    userError,
    'Invalid "order" specified (id; drop table x). A valid "order" specification is a list of fields',
    [],
    "bad_arguments",
    {},
  ],
  ["builtins.TypeError", "ResPartner.write() missing 1 required positional argument: 'vals'", [], "bad_arguments", {}],
  [
    "builtins.TypeError",
    "BaseModel.search() takes from 2 to 5 positional arguments but 8 were given",
    [],
    "bad_arguments",
    {},
  ],
  [
    "builtins.AttributeError",
    "The method 'serch' does not exist on the model 'res.partner'",
    [],
    "method_not_found",
    { method: "serch", model: "res.partner" },
  ],
  [
    "builtins.AttributeError",
    "The method 'res.partner.serch' does not exist",
    [],
    "method_not_found",
    { method: "serch", model: "res.partner" },
  ],
  [
    "builtins.AttributeError",
    "'NoneType' object has no attribute 'id'",
    [],
    "server_exception",
    { exception: "AttributeError" },
  ],
  [userError, "Object no.such.model doesn't exist", [], "model_not_found", { model: "no.such.model" }],
  [userError, "Objekt no.such.model existiert nicht", [], "model_not_found", { model: "no.such.model" }],
  [
    accessError,
    "Private methods (such as _write) cannot be called remotely.",
    [],
    "method_private",
    { method: "_write" },
  ],
  [
    accessError,
    "Private methods (such as 'res.partner.exists') cannot be called remotely.",
    [],
    "method_private",
    { method: "res.partner.exists" },
  ],
  [
    accessError,
    "You are not allowed to modify 'User' (res.users) records.\n\nThis operation is allowed for the following groups:\n\t- Administration/Access Rights\n\nContact your administrator to request access if necessary.",
    [],
    "access_model_denied",
    { operation: "write", model: "res.users", groups: "Administration/Access Rights" },
  ],
  [
    accessError,
    "Sie dürfen nicht auf 'Benutzer' (res.users) zugreifen.\n\nGruppen:\n\t- Administration/Zugriffsrechte",
    [],
    "access_model_denied",
    { operation: "create", model: "res.users" },
  ],
  [
    accessError,
    "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, salesonly (id=8) doesn't have 'read' access to:\n- Sales Order (sale.order)\n",
    [],
    "access_record_rule",
    { operation: "read", model: "sale.order" },
  ],
  [accessError, "Access to unauthorized or invalid companies.", [], "access_record_rule", { model: "res.partner" }],
  [
    accessError,
    'You do not have enough rights to access the fields "wage,notes" on Employee (hr.employee). Please contact your system administrator.\n\nOperation: read\nUser: 18',
    [],
    "access_field_denied",
    { field: "wage,notes", model: "hr.employee" },
  ],
  [
    "builtins.ValueError",
    "Expected singleton: res.partner(1, 2, 3)",
    [],
    "singleton_expected",
    { received: "3 records of res.partner" },
  ],
  [
    userError,
    "Incompatible companies on records:\n- 'SO1' belongs to company 'A' and 'P' belongs to another company.",
    [],
    "multi_company_mismatch",
    {},
  ],
  [
    userError,
    "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
    [],
    "record_locked_state",
    {},
    { ...call, method: "unlink" },
  ],
  [
    userError,
    "It is forbidden to modify the following fields in a locked order:\nUnit Price",
    [],
    "record_locked_state",
    {},
    { ...call, method: "write" },
  ],
  [
    validation,
    'Barcode(s) already assigned:\n\n- Barcode "1" already assigned to product(s): A and B',
    [],
    "python_constraint",
    {},
  ],
  [
    userError,
    "Image is not encoded in base64.",
    [],
    "python_constraint",
    { detail: "Image is not encoded in base64." },
  ],
  [
    validation,
    "There is nothing to invoice!",
    [],
    "user_error_business_rule",
    { detail: "There is nothing to invoice!" },
    { ...call, method: "action_invoice" },
  ],
];

describe("the same mistake has the same code over each transport", () => {
  it.each(cases)("%s: %s", (name, message, before, code, evidence, facts) => {
    for (const failure of [json(name, message, ...before), xml(name, message, ...before)]) {
      const diagnosis = checked(failure, facts ?? call);
      expect(diagnosis.code).toBe(code);
      expect(diagnosis.evidence).toMatchObject(evidence);
    }
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
    ["Session expired on http://odoo.example/web\n    odoo.http.SessionExpiredException", "auth_session_expired"],
    ["You cannot delete an invoice after it has been validated (and received a number).", "record_locked_state"],
    ["something else", "server_exception"],
  ])("%s", (text, code) => {
    const diagnosis = diagnoseText(text);
    expect(diagnosis.code).toBe(code);
    expectNoHole(diagnosis.code, diagnosis.evidence);
  });
});
