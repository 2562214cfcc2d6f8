/** An exception as each transport tells it. */

import { OdooException } from "../orm/exceptions.js";
import type { Profile } from "../versions/profile.js";
import { HttpException } from "./http-exceptions.js";

/** Whatever is thrown as Odoo would tell it; a defect of the sandbox is one of Python's exceptions too, and says so. */
export function asException(error: unknown): OdooException {
  if (error instanceof OdooException) return error;
  if (error instanceof RangeError && error.message.includes("call stack"))
    return new OdooException("builtins.RecursionError", "maximum recursion depth exceeded");
  const what = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  return new OdooException("builtins.Exception", `A defect of the sandbox, please report it: ${what}`);
}

/** An exception as JSON tells it: the body of a JSON-2 error, `data` of a JSON-RPC one. */
export function exceptionBody(exception: OdooException): object {
  const { exception: name, message } = exception;
  return { name, message, arguments: exception.arguments, context: {}, debug: traceback(exception) };
}

/** `error` of a JSON-RPC answer. */
export function jsonRpcError(exception: OdooException, profile: Profile): object {
  const body = exceptionBody(exception);
  // Python's text of a werkzeug exception begins with its status; it has no arguments.
  const data =
    exception instanceof HttpException
      ? { ...body, message: `${exception.title}: ${exception.description}`, arguments: [] }
      : body;
  switch (exception.exception) {
    case "odoo.http.SessionExpiredException":
      return { code: 100, message: "Odoo Session Expired", data };
    case "werkzeug.exceptions.NotFound":
      return { code: 404, message: "404: Not Found", data };
    default:
      return { code: profile.errorCode, message: "Odoo Server Error", data };
  }
}

/** Fault of XML-RPC 1 (`/xmlrpc/`): the code is a text, and the exception's. */
export function xmlRpcTextFault(exception: OdooException): { code: string; message: string } {
  const { exception: name, message } = exception;
  if (name === "odoo.exceptions.AccessDenied") return { code: "AccessDenied", message };
  const [, own] = /^odoo\.exceptions\.(\w+)$/.exec(name) ?? [];
  if (own === undefined) return { code: message, message: traceback(exception) };
  const shown = own === "AccessError" || own === "MissingError" ? own : "UserError";
  return { code: `warning -- ${shown}\n\n${message}`, message: "" };
}

/** Fault of XML-RPC: 1 a defect, 2 a warning for the user, 3 access denied, 4 an access error (Odoo 14 to 19). */
export function xmlRpcFault(exception: OdooException): { code: number; message: string } {
  switch (exception.exception) {
    case "odoo.exceptions.AccessDenied":
      return { code: 3, message: exception.message };
    case "odoo.exceptions.AccessError":
      return { code: 4, message: exception.message };
    default:
      return exception.exception.startsWith("odoo.exceptions.")
        ? { code: 2, message: exception.message }
        : { code: 1, message: traceback(exception) };
  }
}

/** As Python prints it, without frames: those would be of a program that does not exist. */
function traceback({ exception, message }: OdooException): string {
  const name = exception.replace(/^builtins\./, "");
  const shown = name === "KeyError" ? `'${message}'` : message;
  return `Traceback (most recent call last):\n${name}: ${shown}\n`;
}
