/**
 * Values to XML-RPC messages. Integers of 32 bits are written as int, other safe integers and bigints as i8
 * (Python's parser takes it at any size), everything else as double. Null is written as nil where it is
 * allowed. Bytes are base64 in a response, but in a call they are a string of base64 text: Odoo's binary
 * fields refuse the other (measured on 18.0 and 19.0: "not 'Binary'"). What would be changed in silence is refused with MarshallingError: undefined,
 * NaN and infinities, dates, functions, instances of classes, characters that XML cannot carry, lone
 * surrogates, cycles.
 */
import { toBase64 } from "./base64.js";
import { maxDepth } from "./limits.js";
import { Trail } from "./trail.js";
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
  const writer = new Writer("params", { none: true, base64: false });
  let text = `${prologue}<methodCall>\n<methodName>${escapeXml(method, new Trail("method"))}</methodName>\n<params>\n`;
  for (let index = 0; index < params.length; index++)
    text += `<param>\n${writer.write(params[index], index)}</param>\n`;
  return `${text}</params>\n</methodCall>\n`;
}

/**
 * Writes the methodResponse of a value. Without `allowNone` a null anywhere in it is a MarshallingError, as
 * Odoo's own server refuses None. Throws MarshallingError.
 */
export function encodeXmlRpcResponse(value: unknown, options: { readonly allowNone?: boolean } = {}): string {
  const writer = new Writer("value", { none: options.allowNone ?? false, base64: true });
  return `${prologue}<methodResponse>\n<params>\n<param>\n${writer.write(value)}</param>\n</params>\n</methodResponse>\n`;
}

/** Writes the methodResponse of a fault. Characters of the message that XML cannot carry become U+FFFD. */
export function encodeXmlRpcFault(code: number | string, message: string): string {
  const writer = new Writer("fault", { none: false, base64: true });
  const fault = writer.write({ faultCode: code, faultString: printable(message) });
  return `${prologue}<methodResponse>\n<fault>\n${fault}</fault>\n</methodResponse>\n`;
}

/** What a message may hold: None, and bytes as a type of their own. */
interface Rules {
  readonly none: boolean;
  readonly base64: boolean;
}

class Writer {
  readonly #trail: Trail;
  readonly #rules: Rules;
  #text = "";

  constructor(root: string, rules: Rules) {
    this.#trail = new Trail(root);
    this.#rules = rules;
  }

  /** The value's markup; `index` is its place among the parameters of a call. */
  write(value: unknown, index?: number): string {
    this.#text = "";
    if (index !== undefined) this.#trail.enter(index);
    this.#value(value, 0);
    if (index !== undefined) this.#trail.leave();
    return this.#text;
  }

  #value(value: unknown, depth: number): void {
    if (typeof value === "string") this.#text += `<value><string>${escapeXml(value, this.#trail)}</string></value>\n`;
    else if (typeof value === "number") this.#text += `<value>${writeNumber(value, this.#trail)}</value>\n`;
    else if (typeof value === "boolean")
      this.#text += value ? "<value><boolean>1</boolean></value>\n" : "<value><boolean>0</boolean></value>\n";
    else if (Array.isArray(value)) this.#array(value, depth + 1);
    else if (isPlainObject(value)) this.#struct(value, depth + 1);
    else this.#text += `<value>${this.#rare(value)}</value>\n`;
  }

  #rare(value: unknown): string {
    if (value === null) {
      if (this.#rules.none) return "<nil/>";
      throw this.#trail.refused("cannot marshal None unless allow_none is enabled");
    }
    if (typeof value === "bigint") return writeBigInt(value);
    if (value instanceof XmlRpcDouble) return writeDouble(value.value, this.#trail);
    if (!(value instanceof Uint8Array)) throw this.#trail.refused(`${kindOf(value)} cannot be sent`);
    return this.#rules.base64 ? `<base64>${toBase64(value)}</base64>` : `<string>${toBase64(value)}</string>`;
  }

  #array(values: readonly unknown[], depth: number): void {
    const trail = this.#trail;
    this.#checkDepth(depth);
    this.#text += "<value><array><data>\n";
    for (let index = 0; index < values.length; index++) {
      trail.enter(index);
      this.#value(values[index], depth);
      trail.leave();
    }
    this.#text += "</data></array></value>\n";
  }

  #struct(struct: Readonly<Record<string, unknown>>, depth: number): void {
    const trail = this.#trail;
    this.#checkDepth(depth);
    this.#text += "<value><struct>\n";
    for (const name of Object.keys(struct)) {
      trail.enter(name);
      this.#text += `<member>\n<name>${escapeXml(name, trail)}</name>\n`;
      this.#value(struct[name], depth);
      this.#text += "</member>\n";
      trail.leave();
    }
    this.#text += "</struct></value>\n";
  }

  #checkDepth(depth: number): void {
    if (depth > maxDepth) throw this.#trail.refused("the values are nested too deeply, or in a circle");
  }
}

function writeNumber(value: number, trail: Trail): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return writeDouble(value, trail);
  return (value | 0) === value ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function writeBigInt(value: bigint): string {
  return BigInt.asIntN(32, value) === value ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function writeDouble(value: number, trail: Trail): string {
  if (!Number.isFinite(value)) throw trail.refused(`${value} is not a number that can be sent`);
  const text = Object.is(value, -0) ? "-0.0" : Number.isInteger(value) ? `${value}`.replace(/^-?\d+$/, "$&.0") : value;
  return `<double>${text}</double>`;
}

/** What XML reserves or may not be able to carry; everything else is written as it stands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot carry them
const special = /[\u0000-\u0008\u000b-\u001f&<>\ud800-\udfff\ufffe\uffff]/;

/** Escapes what XML reserves; a carriage return becomes a reference, or a reader would make it a line feed. */
function escapeXml(text: string, trail: Trail): string {
  if (!special.test(text)) return text;
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
      throw trail.refused(`the character ${name} cannot be carried by XML`);
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
