/** What answers at the address: redirects, whether it is an Odoo and which, its doors, what stands in front. */
import { ask, probe, says } from "./probe.js";
import type { Step, Target } from "./types.js";

export interface ServerFacts {
  readonly version: string | undefined;
  readonly major: number | undefined;
  /** It is the Odoorway sandbox, whose keys have any form. */
  readonly sandbox: boolean;
  /** Databases, where the server lists them. */
  readonly databases: readonly string[] | undefined;
}

const common = { service: "common", method: "version", args: [] };

/** The first request: a redirect, another server, or an Odoo. */
export async function* serverSteps(
  target: Target,
  timeout: number,
  now: () => number,
): AsyncGenerator<Step, ServerFacts | undefined> {
  const { url } = target;
  const first = await ask(`${url}/jsonrpc`, common, timeout);
  if (first instanceof Error) {
    const slow = first.name === "TimeoutError";
    const { code, found, fix } = slow ? says("timeout", { seconds: timeout / 1000 }) : says("connection_lost", {});
    yield { step: "odoo", title: "Odoo", state: "failure", code, found, fix };
    return undefined;
  }
  const { status, headers } = first.probe;
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location !== null) {
    yield redirected(url, status, location);
    return undefined;
  }
  yield { step: "redirect", title: "Redirects", state: "ok", found: "none" };
  yield* between(headers, first.probe.body, status);
  const route = await ask(`${url}/web/webclient/version_info`, {}, timeout);
  const version = versionIn(first.result) ?? (route instanceof Error ? undefined : versionIn(route.result));
  if (version === undefined) {
    yield notOdoo(url, status, first.probe.body);
    return undefined;
  }
  const major = Number(/(\d+)/.exec(version)?.[1]);
  const control = await probe(`${url}/_sandbox/faults`, { timeout });
  const sandbox = !(control instanceof Error) && control.status === 200 && control.body.startsWith('{"faults"');
  const found = `Odoo ${version}${sandbox ? ", the Odoorway sandbox" : ""}`;
  yield { step: "odoo", title: "Odoo", state: "ok", found, evidence: { version, major, sandbox } };
  yield* endpoints(target, timeout, major, first.result !== undefined);
  yield lifetime(major);
  yield clockStep(headers, now());
  const list = await ask(`${url}/web/database/list`, {}, timeout);
  const databases = list instanceof Error || !Array.isArray(list.result) ? undefined : list.result.map(String);
  return { version, major, sandbox, databases };
}

function redirected(url: string, status: number, location: string): Step {
  const to = new URL(location, url);
  const from = new URL(url);
  const target = `${to.origin}${to.pathname.replace(/\/jsonrpc\/?$/, "")}`.replace(/\/$/, "");
  const what =
    to.protocol !== from.protocol
      ? `from ${from.protocol.slice(0, -1)} to ${to.protocol.slice(0, -1)}`
      : to.host !== from.host
        ? `to another host, ${to.host}`
        : "to another path";
  return {
    step: "redirect",
    title: "Redirects",
    state: "failure",
    code: "http_redirect",
    found: `${url} answers ${status} and leads ${what}; a client that follows loses the body of its POST.`,
    fix: `Set the address to ${target}.`,
    evidence: { status, location: `${to.origin}${to.pathname}`, use: target },
  };
}

/** A proxy, a firewall or a cache that shows itself. */
function* between(headers: Headers, body: string, status: number): Generator<Step> {
  const seen = [
    ["Cloudflare", headers.has("cf-ray")],
    ["a proxy (Via)", headers.has("via")],
    ["nginx", /nginx/i.test(headers.get("server") ?? "")],
    ["Apache", /apache/i.test(headers.get("server") ?? "")],
    ["a cache (Age)", headers.has("age") || headers.has("x-cache")],
  ]
    .filter(([, there]) => there === true)
    .map(([name]) => String(name));
  const about = { step: "between", title: "In between" };
  if (/captcha|challenge-platform|Attention Required|Access denied \| /i.test(body)) {
    const fix = "Let this machine's calls to /jsonrpc, /xmlrpc and /json pass without a challenge.";
    yield {
      ...about,
      state: "failure",
      code: "bad_gateway_or_proxy",
      found: `A firewall answers with a challenge (status ${status}).`,
      fix,
    };
  } else if (seen.length > 0) {
    const found = `${seen.join(", ")} in front of Odoo: its limits of time and size count too`;
    yield { ...about, state: "ok", found, evidence: { seen } };
  }
}

function notOdoo(url: string, status: number, body: string): Step {
  const about = { step: "odoo", title: "Odoo", state: "failure" as const };
  if ([502, 503, 504, 429].includes(status))
    return { ...about, ...says(status === 429 ? "rate_limited" : "bad_gateway_or_proxy", { status }) };
  const title = /<title[^>]*>([^<]{1,100})/i.exec(body)?.[1]?.trim();
  const what = title ? ` with a page titled "${title}"` : "";
  return {
    ...about,
    code: "http_404_endpoint",
    found: `What answers at ${url} is no Odoo, or its API is shut: status ${status}${what}.`,
    fix: "Use the address of Odoo's login page without its path; where the API is shut, have /jsonrpc or /json/2 let through.",
    evidence: { status },
  };
}

async function* endpoints({ url }: Target, timeout: number, major: number, jsonrpc: boolean): AsyncGenerator<Step> {
  const call = '<?xml version="1.0"?><methodCall><methodName>version</methodName><params></params></methodCall>';
  const xml = await probe(`${url}/xmlrpc/2/common`, {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: call,
    timeout,
  });
  const json2 = await probe(`${url}/json/2/res.users/context_get`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    timeout,
  });
  const list = await ask(`${url}/web/database/list`, {}, timeout);
  const doors = {
    jsonrpc,
    xmlrpc: !(xml instanceof Error) && xml.body.includes("<methodResponse>"),
    json2:
      major >= 19 && !(json2 instanceof Error) && [401, 403, 404].includes(json2.status) && !json2.body.startsWith("<"),
    database_list: !(list instanceof Error) && Array.isArray(list.result),
  };
  const on = Object.entries(doors).filter(([, is]) => is);
  const off = Object.entries(doors).filter(([, is]) => !is);
  const found = `on: ${on.map(([name]) => name).join(", ") || "none"}${off.length === 0 ? "" : `; off: ${off.map(([name]) => name).join(", ")}`}`;
  const about = { step: "endpoints", title: "Doors", found, evidence: doors };
  if (!doors.jsonrpc && !doors.xmlrpc && !doors.json2)
    yield {
      ...about,
      state: "failure",
      code: "http_404_endpoint",
      fix: "Have /jsonrpc, /xmlrpc/2 or /json/2 let through to Odoo.",
    };
  else yield { ...about, state: "ok" };
}

/** When the doors of this version close, from Odoo's own announcements. */
function lifetime(major: number): Step {
  const about = { step: "lifetime", title: "Lifetime" };
  if (major <= 16)
    return {
      ...about,
      state: "warning",
      found: `Odoo ${major} gets no more corrections.`,
      fix: "Plan the step to a version that is still supported.",
    };
  if (major >= 19)
    return {
      ...about,
      state: "ok",
      found:
        "XML-RPC and JSON-RPC are deprecated since 19 and go with 22 (2028); JSON-2 stays. Odoorway speaks all of them",
    };
  return { ...about, state: "ok", found: `Odoo ${major} is supported; XML-RPC and JSON-RPC are its API` };
}

/** More than a minute apart, tokens, sessions and "changed since" go wrong. */
function clockStep(headers: Headers, now: number): Step {
  const about = { step: "clock", title: "Clock" };
  const theirs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return { ...about, state: "skipped", found: "the server does not tell its time" };
  const seconds = Math.round((theirs - now) / 1000);
  const found =
    Math.abs(seconds) <= 2
      ? "the same as here"
      : `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine`;
  if (Math.abs(seconds) <= 60) return { ...about, state: "ok", found, evidence: { seconds } };
  return {
    ...about,
    state: "warning",
    found,
    fix: "Have both machines take their time from NTP.",
    evidence: { seconds },
  };
}

function versionIn(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null || !("server_version" in result)) return undefined;
  return typeof result.server_version === "string" ? result.server_version : undefined;
}
