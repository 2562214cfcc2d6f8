/** What 12.0 and 13.0 write otherwise: tuples for messages, a ValidationError as fault 1, exception_type. */
import type { ErrorCode } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { diagnose, type OdooFailure } from "./index.js";
import { withoutTuple } from "./old-message.js";

const call = { model: "res.partner", method: "create" };

const fault = (code: number, message: string): OdooFailure => ({ kind: "xmlrpc", fault: { code, message } });

/** Fault 1 comes with the whole traceback. */
const raised = (line: string) =>
  fault(1, `Traceback (most recent call last):\n  File "/opt/odoo/odoo/api.py", line 60, in y\n    z()\n${line}\n`);

function jsonRpc(name: string, text: string, type: string): OdooFailure {
  const message = `${text}\nNone`;
  const debug = `Traceback (most recent call last):\n  File "/opt/x.py", line 1, in y\nodoo.exceptions.${name}: ${message}`;
  const data = { name: `odoo.exceptions.${name}`, message, debug, arguments: [text], exception_type: type };
  return { kind: "jsonrpc", error: { code: 200, message: "Odoo Server Error", data } };
}

const recursive = "Error ! You cannot create recursive Partner hierarchies.";
const missing = "Record does not exist or has been deleted.\n(Record: res.partner(9,), User: 2)";
const denied =
  "Sorry, you are not allowed to modify this document. Only users with the following access level are currently allowed to do that:\n- Administration/Settings\n\n(Document model: res.users)";

describe("12.0 and 13.0", () => {
  it.each<[OdooFailure, ErrorCode, string]>([
    [raised(`odoo.exceptions.ValidationError: ('${recursive}', None)`), "python_constraint", recursive],
    [raised(`odoo.exceptions.ValidationError: ("Can't be", None)`), "python_constraint", "Can't be"],
    [
      fault(2, "('Record does not exist or has been deleted.\\n(Record: res.partner(9,), User: 2)', None)"),
      "missing_record",
      missing,
    ],
    [fault(3, "Access denied"), "auth_invalid_credentials", "Access denied"],
    [fault(4, `(${JSON.stringify(denied)}, None)`), "access_model_denied", denied],
    [jsonRpc("ValidationError", recursive, "validation_error"), "python_constraint", recursive],
    [jsonRpc("MissingError", missing, "missing_error"), "missing_record", missing],
    [jsonRpc("AccessError", denied, "access_error"), "access_model_denied", denied],
    [jsonRpc("AccessDenied", "Access denied", "access_denied"), "auth_invalid_credentials", "Access denied"],
  ])("%j", (failure, code, said) => {
    const diagnosis = diagnose(failure, call);
    expect(diagnosis.code).toBe(code);
    expect(diagnosis.odoo?.message).toBe(said);
  });

  it.each([
    ["('a', None)", "a"],
    [`(u"it's", '')`, "it's"],
    ["('a\\'b\\\\n\\n\\xe9\\u20ac', None)", "a'b\\n\né€"],
    ["('a', 'b')", "('a', 'b')"],
    ["('a', None) and more", "('a', None) and more"],
    ["None", "None"],
  ])("takes the text of %s", (message, text) => {
    expect(withoutTuple(message)).toBe(text);
  });
});
