/**
 * A custom controller, examined without calling it: only GET is sent, which by RFC 9110 changes nothing, and
 * what Odoo answers before it runs a controller tells path, methods, type and kind of authentication.
 */
import { nearest } from "@odoorway/core";
import { probe, says } from "./probe.js";
import type { Step, Target } from "./types.js";

export async function routeStep({ url, database }: Target, route: string, timeout: number): Promise<Step> {
  const about = { step: "route", title: "Route" };
  const [, method = "", path = ""] = /^([A-Za-z]+)\s+(\/\S*)$/.exec(route.trim()) ?? [];
  const known = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  if (path === "" || !known.includes(method.toUpperCase())) {
    const near = nearest(method.toUpperCase(), known);
    const fix = `Name a method and a path, as in "POST /api/order"${near === undefined ? "" : ` (${near}?)`}.`;
    return { ...about, state: "failure", code: "invalid_parameter", found: `"${route}" is no route.`, fix };
  }
  const wanted = method.toUpperCase();
  const answer = await probe(`${url}${path}`, {
    headers: { accept: "application/json", "x-odoo-database": database },
    timeout,
  });
  if (answer instanceof Error) return { ...about, state: "failure", ...says("connection_lost", {}) };
  const { status, headers, body } = answer;
  const evidence = {
    status,
    allow: headers.get("allow"),
    type: headers.get("content-type"),
    location: headers.get("location"),
  };
  if (status === 404)
    return {
      ...about,
      state: "failure",
      code: "http_404_endpoint",
      found: `Odoo has no route ${path} in ${database}.`,
      fix: "Check the path (case, slash at the end), that the module with the controller is installed in this database, that its controllers are imported, and that Odoo was restarted; with several databases the request must choose one.",
      evidence,
    };
  if (status === 405) {
    const allow = (headers.get("allow") ?? "").toUpperCase().split(/,\s*/).filter(Boolean);
    if (allow.length === 0 || allow.includes(wanted))
      return { ...about, state: "ok", found: `${wanted} ${path} is there (GET is refused: 405)`, evidence };
    return {
      ...about,
      state: "failure",
      code: "method_not_allowed",
      found: `${path} takes ${allow.join(", ")}, not ${wanted}.`,
      fix: `Send ${allow[0]}, or add ${wanted} to the route's methods.`,
      evidence,
    };
  }
  if (isJsonRoute(status, body))
    return {
      ...about,
      state: "ok",
      found: `${path} is there, of type json: send Content-Type application/json and {"params": {...}}; whom it takes shows with the first call`,
      evidence,
    };
  if (status >= 300 && status < 400 && /\/web\/login/.test(headers.get("location") ?? ""))
    return {
      ...about,
      state: "ok",
      found: `${path} is there and takes a session (auth user)${wanted === "GET" ? "" : "; a POST of type http wants csrf_token too, unless the route says csrf=False"}`,
      evidence,
    };
  if (status >= 300 && status < 400)
    return {
      ...about,
      state: "failure",
      ...says("http_redirect", { url: `${url}${path}`, status, location: headers.get("location") ?? "" }),
      evidence,
    };
  if (status === 401) return { ...about, state: "ok", found: `${path} is there and takes a bearer key`, evidence };
  if (status === 403)
    return {
      ...about,
      state: "warning",
      code: "access_model_denied",
      found: `${path} answers 403 without a credential.`,
      fix: "Call it as the user it is meant for; a firewall in front answers so too.",
      evidence,
    };
  if (status >= 500)
    return {
      ...about,
      state: "failure",
      code: "server_exception",
      found: `${path} answers ${status} to a GET.`,
      fix: "Look into the Odoo server's log at this time (odoorway logs).",
      evidence,
    };
  if (wanted !== "GET")
    return {
      ...about,
      state: "warning",
      code: "method_not_allowed",
      found: `${path} answers ${status} to a GET; that it takes ${wanted} was not tried, since it may write.`,
      fix: "Give the route its methods, so that others are refused.",
      evidence,
    };
  return { ...about, state: "ok", found: `GET ${path} answers ${status}`, evidence };
}

/** 18 answers 400, 19 answers 415, before the controller runs. */
function isJsonRoute(status: number, body: string): boolean {
  return (
    (status === 400 || status === 415) &&
    /type '?(?:json|jsonrpc)'?|Request inferred type|application\/json/i.test(body)
  );
}
