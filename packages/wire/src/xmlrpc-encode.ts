/**
 * Values to XML-RPC messages. Integers of 32 bits are written as int, other safe integers and bigints as i8
 * (Python's parser takes it at any size), everything else as double. Null is written as nil where it is
 * allowed. Bytes are base64 in a response, but in a call they are a string of base64 text: Odoo's binary
 * fields refuse the other (measured on 18.0 and 19.0: "not 'Binary'"). What would be changed in silence is refused with MarshallingError: undefined,
 * NaN and infinities, dates, functions, instances of classes, characters that XML cannot carry, lone
 * surrogates, cycles.
 */
import { MarshallingError } from "./errors.js";
import { maxDepth } from "./limits.js";
import { isPlainObject, kindOf } from "./values.js";

/** A number that is written as double even when it is whole: 5.0 as Python tells it from 5. */
export class XmlRpcDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const prologue = "<?xml version='1.0'?>\n";

/** Writes a methodCall. null is written as nil, which Odoo takes as None. Throws MarshallingError. */
export function encodeXmlRpcCall(method: string, params: readonly unknown[]): string {
  const parts = [prologue, "<methodCall>\n<methodName>", escapeXml(method, "method"), "</methodName>\n<params>\n"];
  params.forEach((param, index) => {
    parts.push("<param>\n");
    writeValue(parts, param, `params[${index}]`, 0, { none: true, base64: false });
    parts.push("</param>\n");
  });
  parts.push("</params>\n</methodCall>\n");
  return parts.join("");
}

/**
 * Writes the methodResponse of a value. Without `allowNone` a null anywhere in it is a MarshallingError, as
 * Odoo's own server refuses None. Throws MarshallingError.
 */
export function encodeXmlRpcResponse(value: unknown, options: { readonly allowNone?: boolean } = {}): string {
  const parts = [prologue, "<methodResponse>\n<params>\n<param>\n"];
  writeValue(parts, value, "value", 0, { none: options.allowNone ?? false, base64: true });
  parts.push("</param>\n</params>\n</methodResponse>\n");
  return parts.join("");
}

/** Writes the methodResponse of a fault. Characters of the message that XML cannot carry become U+FFFD. */
export function encodeXmlRpcFault(code: number | string, message: string): string {
  const parts = [prologue, "<methodResponse>\n<fault>\n"];
  writeValue(parts, { faultCode: code, faultString: printable(message) }, "fault", 0, { none: false, base64: true });
  parts.push("</fault>\n</methodResponse>\n");
  return parts.join("");
}

/** What a message may hold: None, and bytes as a type of their own. */
interface Rules {
  readonly none: boolean;
  readonly base64: boolean;
}

function writeValue(parts: string[], value: unknown, path: string, depth: number, rules: Rules): void {
  parts.push("<value>");
  if (typeof value === "string") parts.push("<string>", escapeXml(value, path), "</string>");
  else if (typeof value === "number") parts.push(writeNumber(value, path));
  else if (typeof value === "boolean") parts.push(value ? "<boolean>1</boolean>" : "<boolean>0</boolean>");
  else if (typeof value === "bigint") parts.push(writeBigInt(value));
  else if (value === null) parts.push(writeNone(path, rules.none));
  else if (value instanceof XmlRpcDouble) parts.push(writeDouble(value.value, path));
  else if (value instanceof Uint8Array) parts.push(writeBytes(value, rules.base64));
  else if (depth >= maxDepth) throw new MarshallingError("the values are nested too deeply, or in a circle", path);
  else if (Array.isArray(value)) writeArray(parts, value, path, depth + 1, rules);
  else if (isPlainObject(value)) writeStruct(parts, value, path, depth + 1, rules);
  else throw new MarshallingError(`${kindOf(value)} cannot be sent`, path);
  parts.push("</value>\n");
}

function writeNone(path: string, allowNone: boolean): string {
  if (!allowNone) throw new MarshallingError("cannot marshal None unless allow_none is enabled", path);
  return "<nil/>";
}

function writeBytes(bytes: Uint8Array, typed: boolean): string {
  const text = Buffer.from(bytes).toString("base64");
  return typed ? `<base64>${text}</base64>` : `<string>${text}</string>`;
}

function writeArray(parts: string[], values: readonly unknown[], path: string, depth: number, rules: Rules) {
  parts.push("<array><data>\n");
  for (let index = 0; index < values.length; index++)
    writeValue(parts, values[index], `${path}[${index}]`, depth, rules);
  parts.push("</data></array>");
}

function writeStruct(parts: string[], struct: object, path: string, depth: number, rules: Rules) {
  parts.push("<struct>\n");
  for (const [name, value] of Object.entries(struct)) {
    const at = `${path}.${name}`;
    parts.push("<member>\n<name>", escapeXml(name, at), "</name>\n");
    writeValue(parts, value, at, depth, rules);
    parts.push("</member>\n");
  }
  parts.push("</struct>");
}

function writeNumber(value: number, path: string): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return writeDouble(value, path);
  return (value | 0) === value ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function writeBigInt(value: bigint): string {
  return BigInt.asIntN(32, value) === value ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function writeDouble(value: number, path: string): string {
  if (!Number.isFinite(value)) throw new MarshallingError(`${value} is not a number that can be sent`, path);
  const text = Object.is(value, -0) ? "-0.0" : Number.isInteger(value) ? `${value}`.replace(/^-?\d+$/, "$&.0") : value;
  return `<double>${text}</double>`;
}

/** Escapes what XML reserves; a carriage return becomes a reference, or a reader would make it a line feed. */
function escapeXml(text: string, path: string): string {
  let escaped = "";
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const entity = code < 0x3f ? reserved(code) : undefined;
    if (entity !== undefined) {
      escaped += text.slice(done, at) + entity;
      done = at + 1;
    } else if (code < 0x20 ? code !== 0x09 && code !== 0x0a : code >= 0xd800 && !isCarried(text, at, code)) {
      const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
      throw new MarshallingError(`the character ${name} cannot be carried by XML`, path);
    }
    if (code >= 0xd800 && code <= 0xdbff) at++;
  }
  return done === 0 ? text : escaped + text.slice(done);
}

function reserved(code: number): string | undefined {
  if (code === 0x26) return "&amp;";
  if (code === 0x3c) return "&lt;";
  if (code === 0x3e) return "&gt;";
  return code === 0x0d ? "&#13;" : undefined;
}

/** Whether XML 1.0 has the character at `at`, of code D800 or above. */
function isCarried(text: string, at: number, code: number): boolean {
  if (code > 0xdfff) return code < 0xfffe;
  if (code > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) =>
    "\t\n\r".includes(character) || (character >= "\u007f" && character <= "\u009f") ? character : "\ufffd",
  );
}
