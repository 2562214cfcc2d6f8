/**
 * Plays the recordings of a real Odoo against a server and scores how alike it answers. An answer is `alike`
 * when status, outcome and the exception's name, fault code or shape of the value are the same, and `to the
 * word` when its message is too, with numbers and white space folded. Headers and the texts of pages are compared
 * besides, outside of the score.
 */
import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { decodeXmlRpcResponse, encodeXmlRpcCall } from "@odoorway/wire";

export interface ReplayTarget {
  /** Without a slash at the end; http only. */
  readonly url: string;
  readonly database: string;
  /** API keys by login; see users.ts. */
  readonly keys: Readonly<Record<string, string>>;
}
interface Miss {
  readonly id: string;
  readonly group: string;
  readonly alike: boolean;
  readonly want: Gist;
  readonly have: Gist;
}
export interface Score {
  readonly cases: number;
  readonly alike: number;
  readonly toTheWord: number;
  readonly misses: readonly Miss[];
  /** Headers and pages that differ, a line each. */
  readonly otherwise: readonly string[];
}

interface Case {
  readonly id: string;
  readonly group: string;
  readonly bind?: string | readonly string[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly call?: Readonly<Record<string, unknown>>;
  };
  readonly response: Answer;
}
interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly xmlrpc?: {
    readonly value?: unknown;
    readonly fault?: { readonly faultCode: number | string; readonly faultString: string };
  };
  readonly headers?: Readonly<Record<string, string>>;
  readonly html?: { readonly title: string | null; readonly paragraph?: string };
  readonly transport_error?: string;
}
/** What is compared of an answer. */
interface Gist {
  readonly status: number | undefined;
  readonly outcome: string;
  /** Exception name, fault code or shape of the value. */
  readonly kind: unknown;
  readonly message: string;
}

/** Plays all cases in their order, for they build on one another: the database should be fresh. */
export async function replay(version: 18 | 19, target: ReplayTarget): Promise<Score> {
  const cases = JSON.parse(readFileSync(new URL(`odoo-${version}.json`, import.meta.url), "utf8")) as Case[];
  const bound = new Map<string, unknown>();
  await findUsers(target, bound);
  const misses: Miss[] = [];
  const otherwise: string[] = [];
  for (const one of cases) {
    const answer = await play(one, target, bound);
    remember(one.bind, answer, bound);
    const [want, have] = [gistOf(one.response), gistOf(answer)];
    const alike = JSON.stringify({ ...want, message: "" }) === JSON.stringify({ ...have, message: "" });
    if (!alike || folded(want.message) !== folded(have.message))
      misses.push({ id: one.id, group: one.group, alike, want, have });
    const differing = differences(filled(one.response, target, bound) as Answer, answer);
    if (differing.length > 0) otherwise.push(`${one.id}: ${differing.join("; ")}`);
  }
  const unlike = misses.filter(({ alike }) => !alike).length;
  const toTheWord = cases.length - misses.length;
  return { cases: cases.length, alike: cases.length - unlike, toTheWord, misses, otherwise };
}

/** Binds uid:LOGIN of every user; where one may not log in, 0, and for the expired key its owner. */
async function findUsers(target: ReplayTarget, bound: Map<string, unknown>): Promise<void> {
  for (const login of ["api", "limited", "salesonly", "admin", "twofa", "archived", "expired"]) {
    const secret = target.keys[login] ?? (login === "admin" ? "admin" : `secret-${login}`);
    const call = { service: "common", method: "authenticate", args: [target.database, login, secret, {}] };
    const { json } = await send(target, "POST", "/jsonrpc", { "Content-Type": "application/json" }, envelope(call));
    const uid = isObject(json) ? json.result : 0;
    bound.set(`uid:${login}`, uid || (login === "archived" || login === "expired" ? bound.get("uid:api") : 0));
  }
}

async function play(one: Case, target: ReplayTarget, bound: ReadonlyMap<string, unknown>): Promise<Answer> {
  const request = filled(one.request, target, bound) as Case["request"];
  const { method, path, headers = {}, call } = request;
  return send(target, method, path, headers, call === undefined ? request.body : encoded(one.id, call)).catch(
    (error: unknown) => ({ transport_error: String(error) }),
  );
}

/** The body of a call that is recorded in decoded form; the last part of a case's id is its transport. */
function encoded(id: string, call: Readonly<Record<string, unknown>>): string {
  if (id.endsWith(".json2")) return JSON.stringify(call.payload);
  if (!id.endsWith(".xmlrpc")) return envelope(call);
  return encodeXmlRpcCall(String(call.method), call.params as unknown[]);
}

const envelope = (params: unknown) => JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params });

function filled(value: unknown, target: ReplayTarget, bound: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, target, bound));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, target, bound)]));
  if (typeof value !== "string") return value;
  const [, whole] = /^\{\{id:([\w:]+)\}\}$/.exec(value) ?? [];
  if (whole !== undefined) return bound.get(whole) ?? 0;
  return value
    .replace(/\{\{id:([\w:]+)\}\}/g, (_all, name: string) => String(bound.get(name) ?? 0))
    .replace(/\{\{key:(\w+)\}\}/g, (_all, login: string) => target.keys[login] ?? "none")
    .replaceAll("{{db}}", target.database)
    .replaceAll("{{host}}", new URL(target.url).host);
}

function send(
  target: ReplayTarget,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const { hostname, port } = new URL(target.url);
    const options = { hostname, port, path, method, headers: { ...headers, ...length }, timeout: 30_000 };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString("utf8"));
        resolve({ ...answer, headers: response.headers as Readonly<Record<string, string>> });
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 30 s")));
    request.on("error", reject);
    request.end(body);
  });
}

function answerOf(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const type = headers["content-type"] ?? "";
  if (type.includes("json")) {
    try {
      return { status, json: JSON.parse(text) };
    } catch {
      return { status };
    }
  }
  if (type.includes("xml") && text.includes("<method")) {
    const decoded = decodeXmlRpcResponse(text);
    if (!("fault" in decoded)) return { status, xmlrpc: { value: decoded.value } };
    const { code, message } = decoded.fault;
    return { status, xmlrpc: { fault: { faultCode: code, faultString: message } } };
  }
  return type.includes("html") ? { status, html: pageOf(text) } : { status };
}

/** Title and first paragraph of a page, as the recordings keep them: Odoo's own pages have no more than a title. */
function pageOf(text: string): NonNullable<Answer["html"]> {
  const [, title = null] = /<title>(.*?)<\/title>/s.exec(text) ?? [];
  const [, paragraph] = /<h1>.*?<\/h1>\s*<p>(.*?)<\/p>/s.exec(text) ?? [];
  return { title, ...(paragraph === undefined ? {} : { paragraph: paragraph.replace(/<[^>]*>/g, "") }) };
}

/** What is said otherwise in headers and pages; tags of files differ with the files. */
function differences(want: Answer, have: Answer): string[] {
  const said = (name: string, one: unknown, other: unknown) =>
    one === other ? [] : [`${name}: want ${JSON.stringify(one)}, have ${JSON.stringify(other)}`];
  const headers = Object.entries(want.headers ?? {}).filter(([name]) => name !== "etag");
  const own = (name: string, value: string | undefined) =>
    name === "allow" ? value?.split(", ").sort().join(", ") : value?.trim();
  return [
    ...headers.flatMap(([name, value]) => said(name, own(name, value), own(name, have.headers?.[name]))),
    ...(want.html ? said("title", want.html.title, have.html?.title) : []),
    ...(want.html?.paragraph === undefined ? [] : said("paragraph", want.html.paragraph, have.html?.paragraph)),
  ];
}

/** Keeps the ids that a case of the group setup made: by name, a list of names, or `field=name`. */
function remember(bind: Case["bind"], { json }: Answer, bound: Map<string, unknown>): void {
  const value = isObject(json) ? json.result : undefined;
  if (bind === undefined || !value) return;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof bind !== "string") {
    for (const [at, name] of bind.entries()) bound.set(name, (value as unknown[])[at]);
    return;
  }
  const [field, name] = bind.split("=");
  if (name === undefined) bound.set(bind, first);
  else {
    const found = isObject(first) && field !== undefined ? first[field] : undefined;
    bound.set(name, Array.isArray(found) ? found[0] : found);
  }
}

function gistOf({ status, json, xmlrpc, html, transport_error }: Answer): Gist {
  if (xmlrpc?.fault)
    return { status, outcome: "fault", kind: xmlrpc.fault.faultCode, message: lastLine(xmlrpc.fault.faultString) };
  if (xmlrpc) return { status, outcome: "value", kind: shape(xmlrpc.value), message: "" };
  if (json === undefined) {
    const outcome = transport_error !== undefined ? "no answer" : html === undefined ? "other" : "html";
    return { status, outcome, kind: null, message: "" };
  }
  if (!isObject(json) || !("jsonrpc" in json || "debug" in json))
    return { status, outcome: "value", kind: shape(json), message: "" };
  if (!("jsonrpc" in json)) return { status, outcome: "problem", kind: json.name, message: String(json.message) };
  if (!isObject(json.error))
    return { status, outcome: "value", kind: "result" in json ? shape(json.result) : "absent", message: "" };
  const data = isObject(json.error.data) ? json.error.data : {};
  return { status, outcome: "error", kind: [json.error.code, data.name], message: String(data.message) };
}

/** The exception's line of a traceback; a fault that is none is its own message. */
function lastLine(text: string): string {
  if (!text.includes("Traceback")) return text;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const names = /^[A-Za-z_][\w.]*(?:Error|Denied|Exception|Warning|Violation|Failure|Range|Representation|Clause)\b/;
  return lines.findLast((line) => names.test(line)) ?? lines.at(-1) ?? "";
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", value.length === 0 ? "empty" : shape(value[0])];
  if (isObject(value)) return ["object", ...Object.keys(value).sort()];
  return typeof value === "boolean" || value === null ? value : typeof value;
}

function folded(message: string): string {
  return message
    .replace(/LINE \d+:[\s\S]*/, "")
    .replace(/\d+/g, "#")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
