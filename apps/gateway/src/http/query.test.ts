import { OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { flag, moment, oneOf, parseQuery, wholeNumber } from "./query.js";

const parameter = { description: "", schema: {} };
const rules = { parameters: { limit: parameter, fields: parameter }, filters: false };

function refusal(text: string): OdoorwayError {
  try {
    parseQuery(text, rules);
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("values of parameters", () => {
  const query = (text: string) => ({ parameters: new Map([["p", text]]), filters: [] });
  const absent = { parameters: new Map<string, string>(), filters: [] };
  const refused = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      return (error as OdoorwayError).evidence;
    }
    return undefined;
  };

  it("may be one of a few words", () => {
    expect(oneOf(query("low"), "p", ["high", "low"])).toBe("low");
    expect(oneOf(absent, "p", ["high", "low"])).toBeUndefined();
    expect(refused(() => oneOf(query("hihg"), "p", ["high", "low"]))).toMatchObject({ nearest: "high" });
  });

  it("may be true or false", () => {
    expect(["", "true", "1", "false", "0"].map((text) => flag(query(text), "p"))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(flag(absent, "p")).toBeUndefined();
    expect(refused(() => flag(query("yes"), "p"))).toMatchObject({ expected: "true or false" });
  });

  it("may be a moment with its zone", () => {
    const at = Date.UTC(2026, 0, 31, 22);
    for (const text of ["2026-01-31T22:00:00Z", "2026-01-31t22:00z", "2026-01-31 23:00:00.000+01:00"])
      expect(moment(query(text), "p")).toBe(at);
    expect(moment(absent, "p")).toBeUndefined();
    for (const text of ["2026-02-31T10:00:00Z", "2026-01-31", "2026-01-31T22:00:00", "2026-13-31T22:00:00Z", "soon"])
      expect(refused(() => moment(query(text), "p"))).toMatchObject({ parameter: "p" });
  });
});

describe("parseQuery", () => {
  it("decodes names and values, plus as space", () => {
    expect(parseQuery("fields=a%2Cb+c&limit=", rules).parameters).toEqual(
      new Map([
        ["fields", "a,b c"],
        ["limit", ""],
      ]),
    );
  });

  it("names the nearest parameter to an unknown one", () => {
    expect(refusal("limt=5").evidence.nearest).toBe("limit");
    expect(refusal("__proto__=5").code).toBe("unknown_parameter");
    expect(refusal("constructor=5").code).toBe("unknown_parameter");
  });

  it("refuses a parameter that stands twice and broken percent-encoding", () => {
    expect(refusal("limit=1&limit=2").code).toBe("invalid_parameter");
    expect(refusal("limit=%E0%A4%A").code).toBe("invalid_parameter");
  });

  it("takes filters only where the route has them", () => {
    expect(parseQuery("name=A&amount[gte]=5&name=B", { ...rules, filters: true }).filters).toEqual([
      ["name", "A"],
      ["amount[gte]", "5"],
      ["name", "B"],
    ]);
    expect(refusal("name=A").code).toBe("unknown_parameter");
  });
});

describe("wholeNumber", () => {
  it("takes numbers in bounds and nothing that only looks like one", () => {
    const read = (text: string) => wholeNumber(parseQuery(`limit=${text}`, rules), "limit", 1, 1000);
    expect(read("7")).toBe(7);
    for (const bad of ["0", "1001", "-1", "1e2", "0x10", "", "1.5", "%2B5"]) expect(() => read(bad)).toThrow();
  });
});
