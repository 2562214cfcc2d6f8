/**
 * Whatever a server or something in front of it answers: a value or a WireError, in a time that grows with the
 * length of the answer, and never another error, a hang or an exhausted stack.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeJson2Response,
  decodeJsonRpcResponse,
  decodeXmlRpcCall,
  decodeXmlRpcResponse,
  encodeJson2Call,
  encodeJsonRpcCall,
  encodeXmlRpcCall,
  encodeXmlRpcFault,
  encodeXmlRpcResponse,
  MarshallingError,
  WireError,
} from "./index.js";

const xml = (value: string, prologue = "<?xml version='1.0'?>") =>
  `${prologue}<methodResponse><params><param><value>${value}</value></param></params></methodResponse>`;

const decoders: readonly (readonly [string, (body: string) => unknown])[] = [
  ["an XML-RPC response", decodeXmlRpcResponse],
  ["an XML-RPC call", decodeXmlRpcCall],
  ["a JSON-RPC answer", (body) => decodeJsonRpcResponse(body, 1)],
  ["a JSON-2 answer", decodeJson2Response],
];

/** The message of the WireError; fails the test for any other outcome. */
function refusal(decode: (body: string) => unknown, body: string): string {
  try {
    decode(body);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return (error as WireError).message;
  }
  throw new Error("nothing was refused");
}

const bomb = `<!DOCTYPE lolz [<!ENTITY a "lol">${"bcdefghij"
  .split("")
  .map((name, index) => `<!ENTITY ${name} "${`&${"abcdefghi"[index]};`.repeat(10)}">`)
  .join("")}]>`;

describe("XML-RPC refuses", () => {
  it.each<[string, string, RegExp]>([
    ["an entity bomb", `<?xml version='1.0'?>${bomb}${xml("&j;", "")}`, /document type/],
    ["an external entity", xml("&x;", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), /document type/],
    ["an external document type", xml("1", '<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">'), /document type/],
    ["a parameter entity", xml("1", '<!DOCTYPE r [<!ENTITY % p "x"> %p;]>'), /document type/],
    ["a document type within", xml("<!DOCTYPE a><int>1</int>"), /document type/],
    ["an entity of its own", xml("&nbsp;"), /unknown entity/],
    ["a reference to NUL", xml("&#0;"), /no character/],
    ["a reference to half a surrogate pair", xml("&#xDFFF;"), /no character/],
    ["a reference beyond Unicode", xml("&#1114112;"), /no character/],
    ["a reference of a million digits", xml(`&#${"9".repeat(1_000_000)};`), /no entity/],
    ["latin-1 by declaration", xml("é", "<?xml version='1.0' encoding='ISO-8859-1'?>"), /encoding/],
    ["UTF-16 by declaration", xml("a", '<?xml version="1.0" encoding="UTF-16"?>'), /encoding/],
    ["UTF-7 by declaration", xml("+ADw-", '<?xml version="1.0" encoding = "utf-7"?>'), /encoding/],
    ["UTF-16 read as UTF-8", [...xml("a")].join("\u0000"), /offset/],
    ["two byte order marks", `\ufeff\ufeff${xml("a")}`, /text where a tag/],
    [
      "a member that is there twice",
      xml(`<struct>${"<member><name>id</name><value>1</value></member>".repeat(2)}</struct>`),
      /twice/,
    ],
    [
      "__proto__ twice",
      xml(`<struct>${"<member><name>__proto__</name><value>1</value></member>".repeat(2)}</struct>`),
      /twice/,
    ],
    [
      "a value beside a value in a member",
      xml("<struct><member><name>a</name><value>1</value><value>2</value></member></struct>"),
      /member/,
    ],
    ["a value within a value", xml("<value>1</value>"), /unknown type/],
    ["two types in a value", xml("<int>1</int><int>2</int>"), /must be/],
    ["two params", xml("1</value></param><param><value>2"), /must be/],
    ["two values in a param", xml("1</value><value>2"), /must be/],
    ["a fault beside params", xml("1").replace("</params>", "</params><fault/>"), /must be/],
    [
      "a fault without a code",
      xml("").replace(/<params>.*<\/params>/, "<fault><value><struct/></value></fault>"),
      /faultCode/,
    ],
    ["a second message", xml("1") + xml("2", ""), /follows the end/],
    ["an int with a comma", xml("<int>1,000</int>"), /not a valid int/],
    ["an int of a million digits", xml(`<int>${"9".repeat(1_000_000)}</int>`), /not a valid int/],
    ["a double in hexadecimal", xml("<double>0x1p3</double>"), /not a valid double/],
    ["an unfinished comment", xml("<!-- "), /there is no -->/],
    ["an unfinished CDATA section", xml("<![CDATA[ "), /there is no ]]>/],
    ["CDATA outside of a text", xml("1").replace("<params>", "<![CDATA[x]]><params>"), /declaration/],
    ["a tag that nests a million deep", xml("<array><data><value>".repeat(1_000_000)), /deep/],
    ["structs that nest a million deep", xml("<struct><member><name>a</name><value>".repeat(1_000_000)), /deep/],
    ["names that differ in case", xml("<Int>1</Int>"), /unknown type/],
    ["a name of a million letters", xml(`<${"a".repeat(1_000_000)}>`), /unknown type/],
  ])("%s", (_, body, reason) => {
    expect(refusal(decodeXmlRpcResponse, body)).toMatch(reason);
  });

  it("takes UTF-8 and ASCII by declaration, and comments and CDATA where they may stand", () => {
    for (const name of ["utf-8", "UTF-8", "utf8", "US-ASCII"])
      expect(decodeXmlRpcResponse(xml("é", `<?xml version="1.0" encoding="${name}" standalone='no'?>`))).toEqual({
        value: "é",
      });
    expect(decodeXmlRpcResponse(xml("<!--<!DOCTYPE a>--><![CDATA[&j;<int>]]>"))).toEqual({ value: "&j;<int>" });
  });
});

describe("JSON refuses", () => {
  const result = (value: string) => `{"jsonrpc": "2.0", "id": 1, "result": ${value}}`;

  it.each<[string, string, RegExp]>([
    ["nothing", "", /not JSON/],
    ["a half", '{"jsonrpc": "2.0", "id": 1, "resu', /not JSON/],
    ["NaN, as Python writes it", result("NaN"), /not JSON/],
    ["Infinity, as Python writes it", result("-Infinity"), /not JSON/],
    ["a number that is too large", result("[1e400]"), /too large/],
    ["arrays nested 201 deep", result("[".repeat(200) + "]".repeat(200)), /deep/],
    ["arrays nested a million deep", result("[".repeat(1_000_000) + "]".repeat(1_000_000)), /deep/],
    ["objects nested a million deep", result(`${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}`), /deep/],
    ["half of an array a million deep", result("[".repeat(1_000_000)), /not JSON/],
    ["seven million arrays in each other", result("[".repeat(7_000_000) + "]".repeat(7_000_000)), /deep/],
    ["ten million objects", result(`[${"{},".repeat(10_000_000)}1]`), /too many/],
    ["an integer of a million digits", result("9".repeat(1_000_000)), /too large/],
    ["control characters in a text", result('"a\nb"'), /not JSON/],
    ["two messages", result("1") + result("2"), /not JSON/],
    ["a reply for another call", result("1").replace('"id": 1', '"id": 2'), /another call/],
    ["a reply whose id is a text", result("1").replace('"id": 1', '"id": "1"'), /another call/],
    ["a batch", `[${result("1")}]`, /not a JSON-RPC/],
    ["JSON-RPC 1.0", '{"id": 1, "result": 1, "error": null}', /not a JSON-RPC/],
    ["an error that is a text", '{"jsonrpc": "2.0", "id": 1, "error": "no"}', /not an object/],
    ["a byte order mark", `\ufeff${result("1")}`, /not JSON/],
  ])("%s", (_, body, reason) => {
    expect(refusal((text) => decodeJsonRpcResponse(text, 1), body)).toMatch(reason);
  });

  it("takes an answer of nothing but brackets in texts, above the length from which they are counted", () => {
    const text = `${"[{".repeat(3_500_000)}\\"\\\\`;
    expect(decodeJson2Response(`[${JSON.stringify(text)}, 2]`)).toEqual([text, 2]);
  });
});

describe("numbers", () => {
  it.each<[string, unknown]>([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["1e300", 1e300],
    ["9007199254740993.0", 9007199254740992],
    [
      '[1, {"é\\"1": [12345678901234567890, "12345678901234567890", "i1", -1.5e-7], "": "s"}]',
      [1, { 'é"1': [12345678901234567890n, "12345678901234567890", "i1", -1.5e-7], "": "s" }],
    ],
    [
      '{"__proto__": 18446744073709551616}',
      JSON.parse('{"__proto__": 0}', (name, value) => (name === "" ? value : 2n ** 64n)),
    ],
  ])("JSON's %s is not rounded in silence", (body, value) => {
    expect(decodeJson2Response(body)).toStrictEqual(value);
  });

  it("come back as they went, whatever their size", () => {
    const integer = fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n });
    fc.assert(
      fc.property(fc.array(fc.oneof(integer, fc.string())), (values) => {
        const body = `[${values.map((value) => (typeof value === "bigint" ? `${value}` : JSON.stringify(value))).join()}]`;
        const back = decodeJson2Response(body) as unknown[];
        expect(back.map((value) => (typeof value === "number" ? BigInt(value) : value))).toEqual(values);
      }),
    );
  });
});

describe("characters that XML has not", () => {
  it.each(["\u0000", "\u0008", "\u000b", "\u001f", "\ud83d", "\udc00", "\ufffe"])(
    "%j is refused with its place",
    (character) => {
      const values = { name: "ok", order_line: [[0, 0, { name: `a${character}b` }]] };
      for (const encode of [
        () => encodeXmlRpcCall("m", [values]),
        () => encodeXmlRpcCall("m", [{ [`x${character}`]: 1 }]),
      ])
        expect(encode).toThrow(MarshallingError);
      expect(() => encodeXmlRpcCall("m", [values])).toThrow(/^params\[0\]\.order_line\[0\]\[2\]\.name: /);
    },
  );

  it("travel over JSON, but a lone surrogate", () => {
    for (const text of ["\u0000", "\u001f", "\ufffe", "😀"])
      expect(decodeJson2Response(`[${encodeJson2Call({ text })}]`)).toEqual([{ text }]);
    expect(() => encodeJson2Call({ a: ["\ud83d"] })).toThrow(/^a\[0\]: a lone surrogate/);
    expect(() => encodeJsonRpcCall(1, { "\ud83d": 1 })).toThrow(MarshallingError);
  });
});

describe("mutations of valid messages", () => {
  const seeds = [
    encodeXmlRpcResponse(
      [{ id: 7, name: "Azure & <Interior>", rate: 1.5, ok: true, raw: new Uint8Array(5), no: null }],
      { allowNone: true },
    ),
    encodeXmlRpcFault(2, "Access Denied"),
    encodeXmlRpcCall("execute_kw", ["db", 2, [[["id", "in", [1, 2]]]], { limit: 2n ** 60n }]),
    '{"jsonrpc": "2.0", "id": 1, "result": [{"id": 12345678901234567890, "partner_id": [1, "A\\u00e9\\\\"], "x": false}]}',
    '{"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error", "data": {"name": "a", "arguments": ["x"]}}}',
  ];
  const junk = fc.oneof(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom(
      ...'< > & ; </ /> <!-- --> <![CDATA[ ]]> <? ?> <value> </value> <nil/> &#0; { } [ ] " \\ \\u : , - . e 9 null'.split(
        " ",
      ),
    ),
  );
  const step = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(12), junk, repeat: fc.nat(3) });

  it.each(decoders)("%s: a value or a WireError", (_, decode) => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(step, { minLength: 1, maxLength: 6 }), (seed, steps) => {
        let body = seed;
        for (const { at, drop, junk: put, repeat } of steps) {
          const place = Math.floor(at * body.length);
          body = body.slice(0, place) + put.repeat(repeat) + body.slice(place + drop);
        }
        try {
          decode(body);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("time grows with the length alone", () => {
  const [xmlResponse, , jsonRpc] = decoders.map(([, decode]) => decode);
  const members = (count: number) =>
    Array.from({ length: count }, (_, n) => `<member><name>n${n}</name><value/></member>`).join("");

  it.each<[string, ((body: string) => unknown) | undefined, (size: number) => string]>([
    [
      "texts without any entity",
      xmlResponse,
      (size) => xml(`<array><data>${"<value>a</value>".repeat(size)}</data></array>`),
    ],
    ["entities", xmlResponse, (size) => xml("&amp;a".repeat(size * 4))],
    ["ampersands without an end", xmlResponse, (size) => xml("&".repeat(size * 10))],
    ["carriage returns", xmlResponse, (size) => xml("a\r".repeat(size * 8))],
    ["comments", xmlResponse, (size) => xml("<!---->".repeat(size * 2))],
    ["comments between texts", xmlResponse, (size) => xml("a<!---->".repeat(size * 2))],
    ["CDATA sections", xmlResponse, (size) => xml("<![CDATA[a]]>".repeat(size))],
    ["less-than signs", xmlResponse, (size) => xml("<".repeat(size * 16))],
    ["attributes", xmlResponse, (size) => xml(`<int ${"a='b' ".repeat(size * 2)}>1</int>`)],
    ["white space", xmlResponse, (size) => xml(`<int>${" ".repeat(size * 16)}1</int>`)],
    ["digits", xmlResponse, (size) => xml(`<double>${"1".repeat(size * 8)}</double>`)],
    ["digits before a letter", xmlResponse, (size) => xml(`<double>${"1".repeat(size * 8)}x</double>`)],
    ["equal signs of base64", xmlResponse, (size) => xml(`<base64>${"=".repeat(size * 16)}</base64>`)],
    ["members", xmlResponse, (size) => xml(`<struct>${members(size / 4)}</struct>`)],
    [
      "JSON with huge integers",
      jsonRpc,
      (size) => `{"jsonrpc":"2.0","id":1,"result":[${"99999999999999999999,".repeat(size / 4)}1]}`,
    ],
    [
      "JSON with escaped backslashes",
      jsonRpc,
      (size) => `{"jsonrpc":"2.0","id":1,"result":["${'\\\\\\"'.repeat(size)}",99999999999999999999]}`,
    ],
  ])("%s", (_, decode, make) => {
    const time = (size: number) => {
      const body = make(size);
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 3; run++) {
        const started = performance.now();
        try {
          decode?.(body);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
        best = Math.min(best, performance.now() - started);
      }
      return best;
    };
    time(2_000);
    // Eight times the length: 8 when linear, 64 when quadratic. Under a few milliseconds nothing is measured.
    expect(time(64_000)).toBeLessThan(30 * Math.max(time(8_000), 8));
  });
});
