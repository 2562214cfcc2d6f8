/** Every recorded answer of a real Odoo, served to the real client: the right value, or the right error. */
import { readFileSync } from "node:fs";
import { OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { codes, type Expected, otherwise } from "./codes.js";
import { type Exchange, isCommon, played } from "./served.js";

const used = new Set<string>();

for (const version of [18, 19]) {
  const recorded: Exchange[] = JSON.parse(readFileSync(new URL(`odoo-${version}.json`, import.meta.url), "utf8"));
  describe(`the client reads Odoo ${version}`, () => {
    it.each(recorded.map((exchange) => [exchange.id, exchange] as const))("%s", async (_id, exchange) => {
      const expected = expectedOf(exchange);
      const outcome = await played(exchange);
      if (expected === "value") return expect(outcome).toEqual({ value: recordedValue(exchange) });
      const error = "error" in outcome ? outcome.error : outcome;
      expect(error).toBeInstanceOf(OdoorwayError);
      const { code, happened, evidence } = error as OdoorwayError;
      const named = Object.fromEntries(
        ["model", "field"].flatMap((name) => (Object.hasOwn(expected, name) ? [[name, evidence[name]]] : [])),
      );
      expect({ code, happened, ...named }).toEqual({ happened: "no", ...expected });
      expect(JSON.stringify({ ...(error as OdoorwayError), below: undefined })).not.toMatch(
        /Traceback|frames elided|psycopg2\.\w+Error: /,
      );
    });
  });
}

it("no line of the tables is about nothing", () => {
  const lines = [...Object.keys(codes), ...otherwise.flatMap(({ cases }) => cases)];
  expect(lines.filter((line) => !used.has(line))).toEqual([]);
});

function expectedOf({ id, odoo }: Exchange): Expected | "value" {
  const stem = id.replace(/\.(?:xmlrpc|jsonrpc|json2)$/, "");
  for (const { cases, instead } of otherwise)
    for (const name of cases)
      if (name === `${id}@${odoo}` || name === `${stem}@${odoo}`) {
        used.add(name);
        return instead;
      }
  used.add(stem);
  return Object.hasOwn(codes, stem) ? (codes[stem] ?? "value") : "value";
}

/** The recorded value, as the client's function that is served it answers. */
function recordedValue(exchange: Exchange): unknown {
  const { xmlrpc, json } = exchange.response;
  const isRpc = typeof json === "object" && json !== null && "jsonrpc" in json;
  const value = xmlrpc !== undefined ? xmlrpc.value : isRpc ? ("result" in json ? json.result : null) : json;
  // JSON-2 makes a list of one; the client answers the create of one as the other transports do.
  const values = exchange.request.call?.payload?.vals_list;
  if (values !== undefined && !Array.isArray(values) && Array.isArray(value)) return value[0];
  if (typeof value !== "object" || value === null || !("server_version" in value)) return value;
  const isVersion = isCommon(exchange) || exchange.request.path === "/web/webclient/version_info";
  return isVersion ? { server: value.server_version, major: exchange.odoo } : value;
}
