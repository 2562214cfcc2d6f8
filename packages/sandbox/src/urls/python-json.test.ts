/** Texts that Python refuses, with what json.loads of Python 3.11 says of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonError, parsePythonJson } from "./python-json.js";

describe("parsePythonJson", () => {
  it.each([
    ["nope", "Expecting value: line 1 column 1 (char 0)"],
    ['{"domain": [', "Expecting value: line 1 column 13 (char 12)"],
    ['{"domain":[1', "Expecting ',' delimiter: line 1 column 13 (char 12)"],
    ['{"a":1,}', "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"],
    ["{'a':1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
    ['{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"],
    ['{"domain":"a\nb"}', "Invalid control character at: line 1 column 13 (char 12)"],
    ['{"domain":[]} x', "Extra data: line 1 column 15 (char 14)"],
    ['{\n "a": tru}', "Expecting value: line 2 column 7 (char 8)"],
    ['["a\\x"]', "Invalid \\escape: line 1 column 4 (char 3)"],
    ['"abc', "Unterminated string starting at: line 1 column 1 (char 0)"],
  ])("refuses %j", (text, said) => {
    expect(() => parsePythonJson(text)).toThrow(new JsonError(said));
  });
  it("reads what JSON is, and throws nothing but JsonError for what is not", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3 }), (text, at, noise) => {
        expect(parsePythonJson(text)).toEqual(JSON.parse(text));
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + noise + text.slice(place + noise.length);
        try {
          parsePythonJson(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonError);
        }
      }),
    );
  });
  it("does not overflow on deep nesting", () => {
    expect(() => parsePythonJson("[".repeat(100_000))).toThrow(JsonError);
  });
});
