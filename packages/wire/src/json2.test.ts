import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson2Response, encodeJson2Call, MarshallingError, WireError } from "./index.js";

describe("JSON-2", () => {
  it("writes named arguments, binary as base64", () => {
    expect(JSON.parse(encodeJson2Call({ ids: [1], vals: { datas: new Uint8Array([104, 105]) } }))).toEqual({
      ids: [1],
      vals: { datas: "aGk=" },
    });
  });

  it("names the place of a value that cannot travel, from the argument's name on", () => {
    try {
      encodeJson2Call({ vals_list: [{ when: new Date(0) }] });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MarshallingError);
      expect((error as MarshallingError).path).toBe("vals_list[0].when");
    }
  });

  it("reads a bare result, null for None", () => {
    expect(decodeJson2Response("[14]")).toEqual([14]);
    expect(decodeJson2Response("null")).toBe(null);
    expect(() => decodeJson2Response("")).toThrow(WireError);
    expect(() => decodeJson2Response("[1")).toThrow(WireError);
  });

  it("gives back every JSON value", () => {
    const named = fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), fc.jsonValue({ noUnicodeString: false }));
    fc.assert(
      fc.property(named, (args) => {
        let text: string;
        try {
          text = encodeJson2Call(args);
        } catch (error) {
          // Lone surrogates are refused by name; everything else must travel.
          expect(error).toBeInstanceOf(MarshallingError);
          return;
        }
        // Digits beyond 53 bits come back as a bigint; the number that was sent is what it rounds to.
        const rounded = (_name: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
        expect(JSON.parse(JSON.stringify(decodeJson2Response(text), rounded))).toEqual(JSON.parse(text));
      }),
    );
  });
});
