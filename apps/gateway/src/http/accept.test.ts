import { describe, expect, it } from "vitest";
import { acceptedType, negotiate } from "./accept.js";

const offered = ["application/json", "text/html"];

describe("negotiate", () => {
  it("gives the first when nothing is asked for", () => {
    expect(negotiate(undefined, offered)).toBe("application/json");
    expect(negotiate("*/*", offered)).toBe("application/json");
  });

  it("follows weights, and the more specific range over the wider", () => {
    expect(negotiate("text/html, application/json;q=0.9", offered)).toBe("text/html");
    expect(negotiate("text/html,application/xhtml+xml,*/*;q=0.8", offered)).toBe("text/html");
    expect(negotiate("application/json;q=0, */*", offered)).toBe("text/html");
    expect(negotiate("TEXT/*", offered)).toBe("text/html");
  });

  it("refuses when nothing offered is acceptable", () => {
    expect(() => negotiate("application/xml", offered)).toThrow(/not_acceptable/);
    expect(() => negotiate("application/json;q=0", ["application/json"])).toThrow(/not_acceptable/);
    expect(() => negotiate("text/html;q=banana", ["text/html"])).toThrow(/not_acceptable/);
  });
});

describe("acceptedType", () => {
  const route = {
    produces: ["application/x-ndjson", "text/csv"],
    choice: { parameter: "format", types: { csv: "text/csv" } },
  };
  const chosen = (format: string, accept: string) =>
    acceptedType(route, { parameters: new Map([["format", format]]) }, accept);

  it("lets the parameter win over an Accept that would rule everything out", () => {
    expect(chosen("csv", "application/json")).toBe("text/csv");
    expect(() => acceptedType(route, { parameters: new Map() }, "application/json")).toThrow(/not_acceptable/);
  });

  it("refuses names that are none, those of every object too", () => {
    for (const name of ["xml", "constructor", ""]) expect(() => chosen(name, "*/*")).toThrow(/invalid_parameter/);
  });
});
