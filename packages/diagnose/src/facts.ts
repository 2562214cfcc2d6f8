/**
 * Reads a failure of any transport into the same facts, so that the rules never ask which one it was.
 * Over JSON-RPC and JSON-2 the exception is named beside its message; over XML-RPC it is the last line of a traceback,
 * or only the number of the fault: 2 for every exception meant for users, 3 AccessDenied, 4 AccessError
 * (14.0 and later; before that, and in version 1 of the service, the number or text is less exact).
 */
import { clean } from "./clean.js";
import { withoutTuple } from "./old-message.js";
import type { CallFacts, LoadMessage, OdooFailure } from "./types.js";

export interface Facts {
  /** Class name of the exception without its module: `ValidationError`. Empty when nothing names it. */
  readonly exception: string;
  /** The same with its module, as Odoo names it. */
  readonly fullName: string;
  /** The exception's message as it came. */
  readonly message: string;
  /** Everything that Odoo sent, the traceback included: searched for technical names, never shown. */
  readonly text: string;
  /** What may be shown of the message. */
  readonly shown: string;
  /** Whether the message was written for the user (UserError and its kind). */
  readonly forUser: boolean;
  readonly call: CallFacts;
  /** The message of `load()` that this is about. */
  readonly load?: LoadMessage;
}

const userExceptions = new Set([
  "UserError",
  "ValidationError",
  "RedirectWarning",
  "Warning",
  "except_orm",
  "MissingError",
]);

export function factsOf(failure: Exclude<OdooFailure, { kind: "http" }>, call: CallFacts): Facts {
  if (failure.kind === "load") return { ...factsOfText(failure.message.message, call), load: failure.message };
  if (failure.kind === "xmlrpc") return factsOfFault(failure.fault.code, failure.fault.message, call);
  const data = failure.kind === "json2" ? failure.error : (failure.error.data ?? {});
  const code = failure.kind === "jsonrpc" ? failure.error.code : undefined;
  const first = data.arguments?.[0];
  const message = data.message || (typeof first === "string" ? first : "") || failure.error.message || "";
  // The session routes' own code for it (8.0 to 19.0).
  const expired = code === 100 ? "SessionExpiredException" : undefined;
  const debug = data.debug ?? "";
  const text = `${debug}\n${message}`;
  return build(data.name ?? expired ?? lastException(bounded(text))?.name ?? "", message, text, call);
}

/** The facts of a text: a traceback, a line `Exception: message`, or a bare message. */
export function factsOfText(whole: string, call: CallFacts): Facts {
  const text = bounded(whole);
  const last = lastException(text);
  if (last !== undefined) return build(last.name, last.message, text, call);
  const during = /<class '([\w.]+)'>: ([\s\S]*)$/.exec(text);
  if (during !== null) return build(during[1] ?? "", during[2] ?? "", text, call);
  return build("", text, text, call);
}

function factsOfFault(code: number | string, message: string, call: CallFacts): Facts {
  const byText = factsOfText(message, call);
  if (byText.exception !== "") return byText;
  const name = typeof code === "number" ? byNumber[code] : undefined;
  if (name !== undefined) return build(name, message, message, call);
  const old = typeof code === "string" ? oldFault(code, message) : undefined;
  if (old !== undefined) return build(old.name, old.message, old.message, call);
  if (/^access denied\.?$/i.test(message.trim())) return build("AccessDenied", message, message, call);
  if (typeof code === "string") return { ...factsOfText(code, call), text: `${code}\n${message}` };
  return byText;
}

/** Fault 2 stands for several exceptions; "UserError" is what they have in common. */
const byNumber: Readonly<Record<number, string>> = { 2: "UserError", 3: "AccessDenied", 4: "AccessError" };

/**
 * Version 1 of the service puts name and message into the code, and leaves the text empty:
 * `warning -- UserError\n\nmessage`, or the exception's own name (8.0 to 19.0).
 */
function oldFault(code: string, message: string): { name: string; message: string } | undefined {
  const warning = /^warning -- (\w+)\n\n([\s\S]*)$/.exec(code);
  // What was meant for users has no class there: "Warning" is a RedirectWarning.
  if (warning !== null) return { name: warning[1] ?? "", message: warning[2] || message };
  if (/AccessDenied|^access denied/i.test(code)) return { name: "AccessDenied", message: message || "Access Denied" };
  if (/AccessError/.test(code)) return { name: "AccessError", message };
  return /^warning -- /.test(code) ? { name: "UserError", message } : undefined;
}

/**
 * The exception that a traceback ends with. Its line is not indented and follows the frames; further lines
 * belong to its message.
 */
function lastException(text: string): { name: string; message: string } | undefined {
  const start = text.lastIndexOf("Traceback (most recent call last)");
  if (start < 0) return named(text);
  const body = text.slice(start).split("\n").slice(1);
  const at = body.findIndex((line) => /^[A-Za-z_]\w*(?:\.\w+)*(?:: |:?$)/.test(line));
  return at < 0 ? undefined : named(body.slice(at).join("\n"));
}

function named(text: string): { name: string; message: string } | undefined {
  const match =
    /^((?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Violation|Denied|Failure|Detected|Representation|Range|Clause|Transaction)|except_orm|(?:\w+\.)+[A-Z]\w+|Exception)(?::\s?([\s\S]*))?$/.exec(
      text.trim(),
    );
  return match === null ? undefined : { name: match[1] ?? "", message: (match[2] ?? "").trim() };
}

/** A traceback tells what matters at its end; the rules' expressions must not be fed without bound. */
function bounded(text: string): string {
  return text.length > 24_000 ? `${text.slice(0, 4_000)}\n${text.slice(-20_000)}` : text;
}

function build(fullName: string, said: string, sent: string, call: CallFacts): Facts {
  const text = bounded(sent);
  const message = withoutTuple((said.length > 4_000 ? said.slice(0, 4_000) : said).trim());
  const exception = fullName.slice(fullName.lastIndexOf(".") + 1);
  return {
    exception,
    fullName: fullName.replace(/^builtins\./, ""),
    message,
    text,
    shown: clean(message),
    forUser: userExceptions.has(exception),
    call,
  };
}
