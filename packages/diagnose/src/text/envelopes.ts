/** The shapes that an Odoo's answer has in a paste: JSON of an error, XML of a fault, a fault as a client prints it. */
import type { OdooFailure } from "../types.js";

/** The failures that the text holds whole or in part, the most complete first. */
export function failuresIn(text: string): OdooFailure[] {
  return [jsonFailure(text), xmlFault(text), printedFault(text)].filter((one) => one !== undefined);
}

/** An error object of JSON-RPC or JSON-2, by itself, in its envelope, or in the middle of other text. */
function jsonFailure(text: string): OdooFailure | undefined {
  for (let at = text.indexOf("{"), tries = 0; at >= 0 && tries < 20; at = text.indexOf("{", at + 1), tries += 1) {
    const object = parsedAt(text, at);
    const failure = object === undefined ? undefined : failureOf(object);
    if (failure !== undefined) return failure;
  }
  return cutJson(text);
}

function parsedAt(text: string, start: number): Record<string, unknown> | undefined {
  const end = text.lastIndexOf("}");
  if (end <= start) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(object: Record<string, unknown>): OdooFailure | undefined {
  const error = object.error;
  if (typeof error === "object" && error !== null && ("data" in error || "message" in error))
    return { kind: "jsonrpc", error: error as Extract<OdooFailure, { kind: "jsonrpc" }>["error"] };
  if (typeof object.data === "object" && object.data !== null && "debug" in object.data)
    return { kind: "jsonrpc", error: object as Extract<OdooFailure, { kind: "jsonrpc" }>["error"] };
  if (typeof object.name === "string" && typeof object.message === "string" && /[.A-Z]/.test(object.name)) {
    const { name, message } = object;
    return {
      kind: "json2",
      status: 500,
      error: { name, message, ...("debug" in object ? { debug: String(object.debug) } : {}) },
    };
  }
  return undefined;
}

/** JSON that was cut off, or whose escapes were already turned: the members that name and tell. */
function cutJson(text: string): OdooFailure | undefined {
  const name = /["']name["']\s*:\s*["']([a-z_]+(?:\.\w+)+)["']/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const messages = [...text.matchAll(/["']message["']\s*:\s*"((?:[^"\\]|\\.){1,4000})"/g)].map(
    (match) => match[1] ?? "",
  );
  const message =
    messages.find((one) => !/^(?:Odoo|OpenERP) (?:Server Error|Session)|^\d{3}: /.test(one)) ?? messages.at(-1);
  if (message === undefined) return undefined;
  return {
    kind: "jsonrpc",
    error: { data: { name, message: message.replaceAll("\\n", "\n").replaceAll('\\"', '"') } },
  };
}

function xmlFault(text: string): OdooFailure | undefined {
  if (!/<fault>|faultString<\/name>/.test(text)) return undefined;
  const code = memberIn(text, "faultCode");
  const message = memberIn(text, "faultString");
  if (code === undefined && message === undefined) return undefined;
  return faultOf(entities(code ?? "1"), entities(message ?? ""));
}

function memberIn(text: string, name: string): string | undefined {
  const at = text.indexOf(`<name>${name}</name>`);
  if (at < 0) return undefined;
  return /^<name>\w+<\/name>\s*<value>(?:\s*<\w+>)?([\s\S]*?)(?:<\/|$)/.exec(text.slice(at, at + 40_000))?.[1];
}

/** Of Python, JavaScript, PHP, Java, C#, Ruby and others: the number beside the words. */
function printedFault(text: string): OdooFailure | undefined {
  const shapes = [
    /<Fault (-?\w[\w ]*?): (?:u?"((?:[^"\\]|\\.)*)"|u?'((?:[^'\\]|\\.)*)')?/,
    /\bFault\s*\(\s*(?:faultCode=)?(-?\d+)\s*[),]\s*(?:faultString=)?(?:"([\s\S]*)"|'([\s\S]*)')?/,
    /fault_?Code["']?\s*(?:=>|[:=])\s*["']?(-?\d+|[\w -]+?)["']?\s*[,;\n][\s\S]{0,40}?fault_?String["']?\s*(?:=>|[:=])\s*(?:"([\s\S]*?)"\s*(?:[,;})\n]|$)|'([\s\S]*?)'\s*(?:[,;})\n]|$))/i,
    /fault_?String["']?\s*(?:=>|[:=])\s*(?:"([\s\S]*?)"|'([\s\S]*?)')\s*[,;][\s\S]{0,40}?fault_?Code["']?\s*(?:=>|[:=])\s*["']?(-?\d+)/i,
  ];
  for (const [at, shape] of shapes.entries()) {
    const match = shape.exec(text);
    if (match === null) continue;
    const [code, message] = at === 3 ? [match[3], match[1] ?? match[2]] : [match[1], match[2] ?? match[3]];
    if (message === undefined || message === "") continue;
    return faultOf(code ?? "1", message.replaceAll("\\n", "\n").replaceAll("\\'", "'").replaceAll('\\"', '"'));
  }
  return undefined;
}

function faultOf(code: string, message: string): OdooFailure {
  return { kind: "xmlrpc", fault: { code: /^-?\d+$/.test(code.trim()) ? Number(code) : code, message } };
}

function entities(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
