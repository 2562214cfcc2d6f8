/**
 * XML-RPC messages to values. Types: int, i1, i2, i4, i8 and biginteger to number (to bigint outside of the
 * safe integers), double to number, boolean, string and untyped to string, dateTime.iso8601 to its text as
 * it stands, base64 to Uint8Array, nil and ex:nil to null, array, struct to a plain object.
 *
 * Characters that XML forbids (below U+0020) are taken as they are: Odoo before 17 sends them raw, and a
 * whole answer should not be lost to one.
 */
import { fromBase64 } from "./base64.js";
import { maxDepth, maxDigits } from "./limits.js";
import { setMember } from "./values.js";
import { XmlScanner } from "./xml-scanner.js";

/** What a server said: the value of the method, or its fault. Version 1 of Odoo's service has text as code. */
export type XmlRpcResponse =
  | { readonly value: unknown }
  | { readonly fault: { readonly code: number | string; readonly message: string } };

/** Reads a methodCall. Throws WireError. */
export function decodeXmlRpcCall(body: string): { method: string; params: unknown[] } {
  const xml = new XmlScanner(body);
  open(xml, "methodCall");
  open(xml, "methodName");
  const method = xml.text().trim();
  if (method === "") xml.fail("a call without a method");
  xml.expect("</methodName>");
  const params: unknown[] = [];
  let tag = xml.tag();
  if (tag === "params") {
    if (!xml.empty) {
      for (tag = xml.tag(); tag === "param"; tag = xml.tag()) params.push(readParam(xml));
      if (tag !== "/params") xml.fail("something other than a param in params");
    }
    tag = xml.tag();
  }
  if (tag !== "/methodCall") xml.fail("something other than params in methodCall");
  xml.end();
  return { method, params };
}

/** Reads a methodResponse. Throws WireError. */
export function decodeXmlRpcResponse(body: string): XmlRpcResponse {
  const xml = new XmlScanner(body);
  open(xml, "methodResponse");
  const kind = xml.tag();
  if (xml.empty) xml.fail("an answer without a value");
  if (kind === "fault") {
    const offset = xml.offset;
    open(xml, "value");
    const fault = readValue(xml, 0);
    xml.expect("</fault>");
    finish(xml);
    return { fault: readFault(fault, xml, offset) };
  }
  if (kind !== "params") xml.fail("neither params nor fault in methodResponse");
  open(xml, "param");
  const value = readParam(xml);
  xml.expect("</params>");
  finish(xml);
  return { value };
}

function finish(xml: XmlScanner): void {
  xml.expect("</methodResponse>");
  xml.end();
}

function open(xml: XmlScanner, tag: string): void {
  xml.expect(`<${tag}>`);
  if (xml.empty) xml.fail(`<${tag}/> is empty`);
}

function readFault(fault: unknown, xml: XmlScanner, offset: number): { code: number | string; message: string } {
  if (typeof fault === "object" && fault !== null && "faultCode" in fault && "faultString" in fault) {
    const { faultCode: code, faultString: message } = fault;
    if ((typeof code === "number" || typeof code === "string") && typeof message === "string") return { code, message };
  }
  return xml.fail("a fault without faultCode and faultString", offset);
}

/** Reads what follows `<param>`. */
function readParam(xml: XmlScanner): unknown {
  if (xml.empty) xml.fail("an empty param");
  xml.expect("<value>");
  const value = readValue(xml, 0);
  xml.expect("</param>");
  return value;
}

/** Reads what follows `<value>`, its end included. */
function readValue(xml: XmlScanner, depth: number): unknown {
  if (xml.empty) return "";
  if (xml.take("<string>")) return readText(xml);
  if (xml.take("<int>")) return readInt(xml);
  const text = xml.text();
  const type = xml.tag();
  if (type === "/value") return text;
  if (text.trim() !== "") xml.fail("text beside a type in value");
  const value = readTyped(xml, type, depth);
  xml.expect("</value>");
  return value;
}

/** Reads what follows `<string>`, the end of its value included. */
function readText(xml: XmlScanner): string {
  const text = xml.text();
  xml.expect("</string>");
  xml.expect("</value>");
  return text;
}

function readInt(xml: XmlScanner): number | bigint {
  const offset = xml.offset;
  const value = readInteger(xml.text()) ?? xml.fail("not a valid int", offset);
  xml.expect("</int>");
  xml.expect("</value>");
  return value;
}

/** Reads what follows the tag of a type, its end included. */
function readTyped(xml: XmlScanner, type: string, depth: number): unknown {
  switch (type) {
    case "array":
      return readArray(xml, depth + 1);
    case "struct":
      return readStruct(xml, depth + 1);
    case "nil":
    case "ex:nil":
      if (!xml.empty) {
        if (xml.text().trim() !== "") xml.fail("a nil with content");
        xml.expect(`</${type}>`);
      }
      return null;
    default: {
      const read = Object.hasOwn(scalars, type) ? scalars[type] : undefined;
      if (read === undefined) return xml.fail("an unknown type of value");
      const offset = xml.offset;
      const text = xml.empty ? "" : xml.text();
      if (!xml.empty) xml.expect(`</${type}>`);
      const value = read(text);
      return value === undefined ? xml.fail(`not a valid ${type}`, offset) : value;
    }
  }
}

type Scalar = string | number | bigint | boolean | Uint8Array;

const scalars: Readonly<Record<string, (text: string) => Scalar | undefined>> = {
  string: (text) => text,
  int: readInteger,
  i1: readInteger,
  i2: readInteger,
  i4: readInteger,
  i8: readInteger,
  biginteger: readInteger,
  boolean: readBoolean,
  double: readDouble,
  "dateTime.iso8601": (text) => text.trim(),
  base64: fromBase64,
};

function readInteger(text: string): number | bigint | undefined {
  const trimmed = text.trim();
  if (trimmed.length > maxDigits || !/^[+-]?\d+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value + 0 : BigInt(trimmed.replace("+", ""));
}

function readBoolean(text: string): boolean | undefined {
  const trimmed = text.trim();
  return trimmed === "1" ? true : trimmed === "0" ? false : undefined;
}

/** Python writes a float as repr() does, nan and inf included. */
function readDouble(text: string): number | undefined {
  const trimmed = text.trim();
  // Backtracking takes time by the square of the length.
  if (trimmed.length > maxDigits) return undefined;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special === null) return undefined;
  if (special[2]?.toLowerCase() === "nan") return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function readArray(xml: XmlScanner, depth: number): unknown[] {
  const values: unknown[] = [];
  if (depth > maxDepth) xml.fail("the values are nested too deeply");
  if (xml.empty) xml.fail("an array without data");
  xml.expect("<data>");
  if (!xml.empty) {
    let tag = nextOf(xml, "<value>");
    for (; tag === "value"; tag = nextOf(xml, "<value>")) values.push(readValue(xml, depth));
    if (tag !== "/data") xml.fail("something other than a value in data");
  }
  xml.expect("</array>");
  return values;
}

function readStruct(xml: XmlScanner, depth: number): Record<string, unknown> {
  const struct: Record<string, unknown> = {};
  if (depth > maxDepth) xml.fail("the values are nested too deeply");
  if (xml.empty) return struct;
  let tag = nextOf(xml, "<member>");
  for (; tag === "member"; tag = nextOf(xml, "<member>")) {
    if (xml.empty) xml.fail("an empty member");
    xml.expect("<name>");
    let name = "";
    if (!xml.empty) {
      name = xml.name();
      xml.expect("</name>");
    }
    xml.expect("<value>");
    if (Object.hasOwn(struct, name)) xml.fail("a member that is there twice");
    setMember(struct, name, readValue(xml, depth));
    xml.expect("</member>");
  }
  if (tag !== "/struct") xml.fail("something other than a member in struct");
  return struct;
}

function nextOf(xml: XmlScanner, markup: "<value>" | "<member>"): string {
  return xml.take(markup) ? (markup === "<value>" ? "value" : "member") : xml.tag();
}
