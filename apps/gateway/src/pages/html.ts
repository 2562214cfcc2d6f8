/** The few pages for people that the gateway itself has: plain, without scripts. */
import { catalogue, type ErrorCode, errorFacts, exampleProblem } from "@odoorway/core";
import type { Route } from "../http/route.js";

/** What the pages may load: nothing but their own inline style. */
export const pageHeaders = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
} as const;

/** One error of the catalogue, as /errors/{code} shows it, with an example; docs/reference/errors says the same. */
export function errorPage(code: ErrorCode): string {
  const example = exampleProblem(code);
  const rows = [...errorFacts(code), ["Cause, for example", String(example.cause)], ["Fix", String(example.fix)]];
  const list = rows
    .map(([name = "", value = ""]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join("");
  const answer = `<pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`;
  return page(
    String(example.title),
    `<p><code>${escapeHtml(code)}</code></p><dl>${list}</dl>${answer}<p><a href="/errors/">All errors</a></p>`,
  );
}

/** All errors of the catalogue, as /errors/ lists them. */
export function errorIndex(): string {
  const rows = Object.entries(catalogue).map(
    ([code, entry]) =>
      `<tr><td><a href="/errors/${code}"><code>${code}</code></a></td><td>${entry.status}</td><td>${escapeHtml(readable(entry.title))}</td></tr>`,
  );
  return page("Errors", `<table><tr><th>Code</th><th>Status</th><th>Title</th></tr>${rows.join("")}</table>`);
}

/** The routes, as /docs lists them. */
export function docsPage(routes: readonly Route[]): string {
  const rows = routes
    .filter((route) => route.path.startsWith("/v1/"))
    .map(
      (route) =>
        `<tr><td>${route.method}</td><td><code>${escapeHtml(route.path)}</code></td><td>${escapeHtml(route.summary)}</td><td>${escapeHtml(route.scope)}</td></tr>`,
    );
  const table = `<table><tr><th>Method</th><th>Address</th><th>What it does</th><th>Scope</th></tr>${rows.join("")}</table>`;
  return page(
    "Odoorway",
    `<p>The machine-readable description is <a href="/openapi.json">/openapi.json</a>; every error has a page under <a href="/errors/">/errors/</a>.</p>${table}`,
  );
}

/** A template as a person reads it: the brackets of optional parts go. */
export function readable(template: string): string {
  return template.replaceAll("[[", "").replaceAll("]]", "");
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}dt{font-weight:600}dd{margin:0 0 .75rem}pre{overflow:auto;padding:.75rem;border:1px solid #8884}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#161616}a{color:#9cc4ff}}</style>
</head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
