import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJsonRpcResponse, encodeJsonRpcCall, MarshallingError, WireError } from "./index.js";

const answer = (rest: object) => JSON.stringify({ jsonrpc: "2.0", id: 7, ...rest });

describe("encodeJsonRpcCall", () => {
  it("writes a call", () => {
    expect(JSON.parse(encodeJsonRpcCall(7, { service: "object", args: ["db", 2, null, 3n] }))).toEqual({
      jsonrpc: "2.0",
      method: "call",
      id: 7,
      params: { service: "object", args: ["db", 2, null, 3] },
    });
  });

  it("writes bytes as base64 text", () => {
    expect(encodeJsonRpcCall(1, [new Uint8Array([0, 255])])).toContain('["AP8="]');
  });

  it.each([
    [undefined],
    [Number.NaN],
    [new Date(0)],
    [new Map()],
    [2n ** 60n],
    ["\ud800"],
    [() => 1],
    [[1, undefined]],
  ])("refuses %s", (value) => {
    expect(() => encodeJsonRpcCall(1, { a: value })).toThrow(MarshallingError);
  });

  it("names the place, and refuses a circle", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => encodeJsonRpcCall(1, circle)).toThrow(/circle/);
    expect(() => encodeJsonRpcCall(1, { args: [{ when: new Date(0) }] })).toThrow(/^params\.args\[0\]\.when: a Date/);
  });

  it("keeps a key called __proto__", () => {
    const value: unknown = JSON.parse('{"__proto__": 1}');
    expect(encodeJsonRpcCall(1, value)).toContain('"params":{"__proto__":1}');
  });
});

describe("decodeJsonRpcResponse", () => {
  it("reads a result; a missing one is None", () => {
    expect(decodeJsonRpcResponse(answer({ result: [1] }), 7)).toEqual({ result: [1] });
    expect(decodeJsonRpcResponse(answer({ result: false }), 7)).toEqual({ result: false });
    expect(decodeJsonRpcResponse(answer({}), 7)).toEqual({ result: null });
  });

  it("reads an error of 18 (code 200), of 19 (code 0), and one without an id", () => {
    const data = { name: "builtins.KeyError", message: "nope", debug: "Traceback", arguments: ["nope"], context: {} };
    const kept = { name: "builtins.KeyError", message: "nope", debug: "Traceback", arguments: ["nope"] };
    for (const code of [200, 0]) {
      const error = { code, message: "Odoo Server Error", data };
      expect(decodeJsonRpcResponse(answer({ error }), 7)).toEqual({
        error: { code, message: "Odoo Server Error", data: kept },
      });
      expect(decodeJsonRpcResponse(answer({ id: null, error }), 7)).toHaveProperty("error.code", code);
    }
  });

  it("leaves out of an error what has the wrong type", () => {
    expect(
      decodeJsonRpcResponse(answer({ error: { code: "x", message: 1, data: { name: 2, arguments: {} } } }), 7),
    ).toEqual({ error: { data: {} } });
  });

  it.each([
    ["", /not JSON/],
    ["<html>", /not JSON/],
    ['{"jsonrpc": "2.0", "id": 7, "result": [1', /not JSON/],
    ["[]", /not a JSON-RPC/],
    ['{"status": "pass"}', /not a JSON-RPC/],
    ["null", /not a JSON-RPC/],
    [answer({ id: 8, result: 1 }), /another call/],
    [answer({ id: null, result: 1 }), /another call/],
    [answer({ error: "x" }), /not an object/],
  ])("refuses %s", (body, message) => {
    expect(() => decodeJsonRpcResponse(body, 7)).toThrow(message);
    expect(() => decodeJsonRpcResponse(body, 7)).toThrow(WireError);
  });

  it("names the offset of what is not JSON", () => {
    try {
      decodeJsonRpcResponse('{"jsonrpc" "2.0"}', 7);
      expect.unreachable();
    } catch (error) {
      expect((error as WireError).offset).toBe(11);
    }
  });

  it("gives back every value that was sent", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const sent: unknown = JSON.parse(encodeJsonRpcCall(7, value));
        const params = (sent as { params: unknown }).params;
        const back = decodeJsonRpcResponse(answer({ result: params }), 7);
        // Digits beyond 53 bits come back as a bigint; the number that was sent is what it rounds to.
        const rounded = JSON.stringify(back, (_name, item) => (typeof item === "bigint" ? Number(item) : item));
        expect(JSON.parse(rounded)).toEqual({ result: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });
});
