import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText, parseJson } from "./json-body.js";
import { whereJsonBreaks } from "./json-position.js";

const refusal = (text: string) => {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof OdoorwayError) return { code: error.code, why: error.why };
    throw error;
  }
  return { code: "accepted", why: "" };
};

describe("parseJson", () => {
  it("reads whatever JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("__proto__"));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("refuses a key that stands twice in one object, however it is escaped", () => {
    expect(refusal('{"a":1,"b":{"a":2},"a":3}').code).toBe("duplicate_json_key");
    expect(refusal('{"a":1,"\\u0061":3}').code).toBe("duplicate_json_key");
    expect(refusal('{"x":[{"a":1},{"a":2,"a":2}]}').code).toBe("duplicate_json_key");
  });

  it("lets the same key stand in different objects, and in values", () => {
    expect(refusal('{"a":{"a":[{"a":"a"},{"a":"\\"a\\":1,\\"a\\":2"}]}}').code).toBe("accepted");
  });

  it("refuses __proto__ as a key but not as a value", () => {
    expect(refusal('{"__proto__":{"admin":true}}').code).toBe("forbidden_json_key");
    expect(refusal('{"a":[{"\\u005f_proto__":1}]}').code).toBe("forbidden_json_key");
    expect(refusal('{"a":"__proto__"}').code).toBe("accepted");
  });

  it("says where it breaks, in lines and columns", () => {
    expect(refusal('{"a": 1,\n "b": x}').why).toContain("line 2, column 7");
    expect(refusal('{"a": 1').why).toContain("ends too early, at line 1, column 8");
    expect(refusal("").why).toContain("it is empty");
    expect(refusal("[1,]").why).toContain('"]" is not expected at line 1, column 4');
    expect(refusal("[1} ").why).toContain('"}" is not expected at line 1, column 3');
    expect(refusal('{"a":1} {').why).toContain('"{" is not expected at line 1, column 9');
    expect(refusal("{'a':1}").why).toContain("column 2");
    expect(refusal("  \n").code).toBe("malformed_json");
  });

  it("finds the very character that breaks a good text", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(), (value, seed) => {
        const text = JSON.stringify(value, null, 1);
        const at = seed % (text.length + 1);
        const broken = `${text.slice(0, at)}\u0001${text.slice(at)}`;
        expect(whereJsonBreaks(broken)).toBeLessThanOrEqual(at);
        expect(refusal(broken).code).toBe("malformed_json");
      }),
    );
  });

  it("refuses nesting that would exhaust a stack", () => {
    expect(refusal("[".repeat(65) + "]".repeat(65)).code).toBe("malformed_json");
    expect(refusal("[".repeat(200_000)).code).toBe("malformed_json");
    expect(refusal("[".repeat(64) + "]".repeat(64)).code).toBe("accepted");
  });

  it("refuses half a surrogate pair in keys and values, and lets whole pairs pass", () => {
    expect(refusal('{"a":\n "\\ud800"}').why).toContain("half a surrogate pair at line 2, column 2");
    expect(refusal('{"a\\uDFFF":1}').code).toBe("malformed_json");
    expect(refusal('["\\ude00\\ud83d"]').code).toBe("malformed_json");
    expect(refusal('["\\ud83d\\ude00", "\\\\ud800"]').code).toBe("accepted");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => jsonText(Uint8Array.from([0x22, 0xff, 0x22]))).toThrow(/not valid UTF-8/);
  });
});

it("stays quick and whole on a body as large as the limit", () => {
  expect(refusal(`{"a":"${"x".repeat(10_000_000)}"`).why).toContain("ends too early");
  expect(refusal(`{"a":"${"\\n".repeat(5_000_000)}"`).why).toContain("ends too early");
  expect(refusal(`[${"1,".repeat(5_000_000)}`).why).toContain("ends too early");
  expect(refusal(`["${"x".repeat(100)}","\\ud83d\\ude00"${',"\\ud83d\\ude00"'.repeat(500_000)}]`).code).toBe(
    "accepted",
  );
});
