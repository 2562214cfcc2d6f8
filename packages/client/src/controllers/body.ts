/** Bodies of requests to routes of type http: forms with and without files, JSON, bytes. */
import { badArgument } from "../bad-argument.js";

export type FormValue = string | number | boolean | FormFile;

/** A file of a form. */
export interface FormFile {
  readonly name: string;
  /** @default "application/octet-stream" */
  readonly type?: string;
  readonly content: Uint8Array | string;
}

/** A field may be given several values. */
export type Form = Readonly<Record<string, FormValue | readonly FormValue[]>>;

/** At most one of them. */
export interface RouteBody {
  /** Fields; with a file among them they go as multipart/form-data, else urlencoded. */
  readonly form?: Form;
  /** Any JSON value. */
  readonly json?: unknown;
  /** Text or bytes as they are; say what they are by a header content-type. */
  readonly body?: string | Uint8Array;
}

export interface EncodedBody {
  readonly type?: string;
  readonly content: string | Uint8Array<ArrayBuffer> | undefined;
}

/** Throws `bad_arguments` for two bodies at once, and for values that JSON cannot carry. */
export function encodeBody({ form, json, body }: RouteBody): EncodedBody {
  if ([form, json, body].filter((one) => one !== undefined).length > 1)
    throw badArgument("give one of form, json and body");
  if (form !== undefined) return encodeForm(form);
  if (json !== undefined) return { type: "application/json", content: jsonText(json) };
  return { content: typeof body === "string" || body === undefined ? body : new Uint8Array(body) };
}

/** Pairs of names and values, each value of a list for itself. */
export function pairs<T>(fields: Readonly<Record<string, T | readonly T[]>>): [string, T][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly T[]) : [value as T]).map((one): [string, T] => [name, one]),
  );
}

/** Pairs as URLSearchParams takes them. */
export function texts(fields: readonly (readonly [string, unknown])[]): [string, string][] {
  return fields.map(([name, value]) => [name, String(value)]);
}

function encodeForm(form: Form): EncodedBody {
  const fields = pairs<FormValue>(form);
  if (fields.some(([, value]) => typeof value === "object")) return multipart(fields);
  const content = new URLSearchParams(texts(fields)).toString();
  return { type: "application/x-www-form-urlencoded", content };
}

/** RFC 7578. The boundary is the first of a row that stands in no part. */
function multipart(fields: readonly (readonly [string, FormValue])[]): EncodedBody {
  const encoder = new TextEncoder();
  const parts = fields.map(([name, value]) => {
    if (typeof value !== "object") return { head: `name="${quoted(name)}"`, content: encoder.encode(String(value)) };
    const { name: file, type = "application/octet-stream", content } = value;
    if (/[^\x20-\x7e]/.test(type)) throw badArgument(`the type of the file ${file} is none`);
    return {
      head: `name="${quoted(name)}"; filename="${quoted(file)}"\r\nContent-Type: ${type}`,
      content: typeof content === "string" ? encoder.encode(content) : content,
    };
  });
  let boundary = "";
  for (let number = 0; boundary === "" || parts.some(({ content }) => holds(content, boundary)); number += 1)
    boundary = `odoorway-form-${number}`;
  const chunks = parts.flatMap(({ head, content }) => [
    encoder.encode(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    content,
    encoder.encode("\r\n"),
  ]);
  const all = joined([...chunks, encoder.encode(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, content: all };
}

/** As browsers escape names (WHATWG, multipart/form-data encoding algorithm). */
function quoted(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

function holds(content: Uint8Array, boundary: string): boolean {
  const wanted = new TextEncoder().encode(boundary);
  for (let at = content.indexOf(wanted[0] ?? 0); at !== -1; at = content.indexOf(wanted[0] ?? 0, at + 1))
    if (wanted.every((byte, index) => content[at + index] === byte)) return true;
  return false;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function jsonText(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw badArgument("json holds what JSON cannot carry", cause);
  }
  throw badArgument("json holds what JSON cannot carry");
}
