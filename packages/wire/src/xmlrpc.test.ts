import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeXmlRpcCall,
  decodeXmlRpcResponse,
  encodeXmlRpcCall,
  encodeXmlRpcFault,
  encodeXmlRpcResponse,
  MarshallingError,
  WireError,
  XmlRpcDouble,
} from "./index.js";

const answer = (value: string) =>
  `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value>\n</param>\n</params>\n</methodResponse>\n`;

function decoded(value: string): unknown {
  const response = decodeXmlRpcResponse(answer(value));
  if (!("value" in response)) throw new Error("a fault");
  return response.value;
}

const roundTrip = (value: unknown): unknown => decodeXmlRpcResponse(encodeXmlRpcResponse(value, { allowNone: true }));

function wireError(read: () => unknown): WireError {
  try {
    read();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function marshallingError(value: unknown): MarshallingError {
  try {
    encodeXmlRpcCall("m", [value]);
  } catch (error) {
    if (error instanceof MarshallingError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("decoding values", () => {
  it.each([
    ["<int>-7</int>", -7],
    ["<i4> +12\n</i4>", 12],
    ["<i8>9007199254740991</i8>", 9007199254740991],
    ["<i8>9007199254740993</i8>", 9007199254740993n],
    ["<biginteger>-99999999999999999999</biginteger>", -99999999999999999999n],
    ["<boolean>1</boolean>", true],
    ["<boolean>0</boolean>", false],
    ["<double>2.5</double>", 2.5],
    ["<double>-1e-07</double>", -1e-7],
    ["<double>inf</double>", Number.POSITIVE_INFINITY],
    ["<double>nan</double>", Number.NaN],
    ["<string>a</string>", "a"],
    ["<string/>", ""],
    ["<string> keeps space </string>", " keeps space "],
    ["untyped", "untyped"],
    ["", ""],
    ["<dateTime.iso8601>20261121T10:00:00</dateTime.iso8601>", "20261121T10:00:00"],
    ["<base64>AAH/\n/w==</base64>", new Uint8Array([0, 1, 255, 255])],
    ["<base64/>", new Uint8Array()],
    ["<nil/>", null],
    ["<nil></nil>", null],
    ["<ex:nil/>", null],
    ["<array><data></data></array>", []],
    ["<array><data/></array>", []],
    ["<array>\n<data>\n<value><int>1</int></value>\n<value>b</value></data></array>", [1, "b"]],
    ["<struct></struct>", {}],
    ["<struct/>", {}],
    ["<struct><member><name>a&amp;b</name><value/></member></struct>", { "a&b": "" }],
  ])("%s", (xml, value) => {
    expect(decoded(xml)).toStrictEqual(value);
  });

  it("decodes entities, references, CDATA, comments and instructions", () => {
    expect(decoded("<string>&lt;b&gt; &amp;amp; &quot;&apos; &#233;&#x1F600;</string>")).toBe("<b> &amp; \"' é😀");
    expect(decoded("<string>a<![CDATA[<&amp;>]]>b<!-- no -->c<?x y?>d</string>")).toBe("a<&amp;>bcd");
    expect(decoded(" <!-- before --> <int>1</int> <?after?> ")).toBe(1);
  });

  it("makes line ends a line feed, but keeps a referenced carriage return", () => {
    expect(decoded("<string>a\r\nb\rc&#13;d</string>")).toBe("a\nb\nc\rd");
  });

  it("takes attributes, a byte order mark and raw control characters", () => {
    expect(decodeXmlRpcResponse(`\ufeff${answer("<nil xmlns:ex='a>b' />")}`)).toEqual({ value: null });
    expect(decoded("<string>a\u000bb</string>")).toBe("a\u000bb");
  });

  it("keeps a member called __proto__ as plain data", () => {
    const value = decoded(
      "<struct><member><name>__proto__</name><value><struct><member><name>admin</name><value>1</value></member></struct></value></member></struct>",
    );
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect((value as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe("faults and calls", () => {
  it("reads faults with a number or a text as code", () => {
    expect(decodeXmlRpcResponse(encodeXmlRpcFault(4, "no <right>"))).toEqual({
      fault: { code: 4, message: "no <right>" },
    });
    expect(decodeXmlRpcResponse(encodeXmlRpcFault("warning -- Warning\n\nno", ""))).toEqual({
      fault: { code: "warning -- Warning\n\nno", message: "" },
    });
  });

  it("writes what XML cannot carry as U+FFFD in a fault", () => {
    expect(decodeXmlRpcResponse(encodeXmlRpcFault(1, "a\u0000b\ud800c\td"))).toEqual({
      fault: { code: 1, message: "a\ufffdb\ufffdc\td" },
    });
  });

  it("refuses a fault that is none", () => {
    const body = answer("x")
      .replaceAll("params", "fault")
      .replace(/<\/?param>/g, "");
    expect(wireError(() => decodeXmlRpcResponse(body)).message).toMatch(/faultCode/);
  });

  it("reads a call with and without params", () => {
    expect(decodeXmlRpcCall("<methodCall><methodName> version </methodName></methodCall>")).toEqual({
      method: "version",
      params: [],
    });
    expect(decodeXmlRpcCall("<methodCall><methodName>v</methodName><params/></methodCall>").params).toEqual([]);
    expect(decodeXmlRpcCall(encodeXmlRpcCall("execute_kw", ["db", 2, [[]], { a: null }]))).toEqual({
      method: "execute_kw",
      params: ["db", 2, [[]], { a: null }],
    });
  });
});

describe("hostile and broken input", () => {
  it.each([
    ["", 0],
    ["this is not xml", 0],
    ["<html><body>502</body></html>", 0],
    ["<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>", 0],
    [answer("<string>&b;</string>"), 67],
    [answer("<string>&#0;</string>"), 67],
    [answer("<string>&#xD800;</string>"), 67],
    [answer("<string>&#x110000;</string>"), 67],
    [answer("<string>& </string>"), 67],
    [answer("<string>&toString;</string>"), 67],
  ])("refuses %s with the offset", (body, offset) => {
    const error = wireError(() => decodeXmlRpcResponse(body));
    expect(Math.abs(error.offset - offset)).toBeLessThan(12);
    expect(error.message).toContain(`offset ${error.offset}`);
  });

  it.each([
    "<int>1.5</int>",
    "<int></int>",
    "<int>0x10</int>",
    "<boolean>true</boolean>",
    "<double>1,5</double>",
    "<double></double>",
    "<base64>a</base64>",
    "<base64>!!!!</base64>",
    "<nil>x</nil>",
    "<toString>x</toString>",
    "<int>1</i4>",
    "x<int>1</int>",
    "<int>1</int>x",
    "<array></array>",
    "<array><data><int>1</int></data></array>",
    "<struct><member><value>1</value></member></struct>",
    "<struct><name>a</name></struct>",
    "<![CDATA[x]]><int>1</int>",
    "<string>a</string/>",
    "<>",
    "<string a='>x</string>",
  ])("refuses the value %s", (xml) => {
    expect(wireError(() => decoded(xml)).offset).toBeGreaterThan(0);
  });

  it("refuses every truncation of a message, and anything behind it", () => {
    const body = answer(
      "<struct><member><name>a</name><value><array><data/></array></value></member></struct>",
    ).trimEnd();
    for (let length = 0; length < body.length; length++)
      expect(wireError(() => decodeXmlRpcResponse(body.slice(0, length))).offset).toBeLessThanOrEqual(length);
    expect(wireError(() => decodeXmlRpcResponse(`${body}<a/>`)).offset).toBe(body.length);
  });

  it("refuses nesting deeper than 200 without exhausting the stack", () => {
    const nested = (depth: number) =>
      `${"<array><data><value>".repeat(depth)}x${"</value></data></array>".repeat(depth)}`;
    expect(() => decoded(nested(200))).not.toThrow();
    expect(wireError(() => decoded(nested(201))).message).toMatch(/deep/);
    expect(wireError(() => decoded("<array><data><value>".repeat(100_000))).message).toMatch(/deep/);
  });

  it("throws nothing but WireError, whatever comes", () => {
    const piece = fc.constantFrom(
      ..."<methodResponse> </methodResponse> <params> <param> <value> </value> </param> </params> <int> 1 </int> <struct> <member> <name> & &lt; <!-- --> <![CDATA[ ]]> <nil/> < > / ' \u0000".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, noise) => {
        for (const body of [pieces.join(""), noise, answer(pieces.join("")), answer(noise)]) {
          try {
            decodeXmlRpcResponse(body);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads a large answer in time that grows with its length", () => {
    const row =
      "<value><struct><member><name>id</name><value><int>1</int></value></member><member><name>name</name><value><string>Azure &amp; Co</string></value></member></struct></value>";
    const started = performance.now();
    const value = decoded(`<array><data>${row.repeat(20_000)}</data></array>`);
    expect((value as unknown[]).length).toBe(20_000);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("encoding", () => {
  it("chooses int, i8 and double by the number", () => {
    expect(encodeXmlRpcCall("m", [2147483647, -2147483648, 2147483648, 2.5, 1e300, 2n ** 70n])).toBe(
      "<?xml version='1.0'?>\n<methodCall>\n<methodName>m</methodName>\n<params>\n" +
        ["<int>2147483647</int>", "<int>-2147483648</int>", "<i8>2147483648</i8>", "<double>2.5</double>"]
          .concat("<double>1e+300</double>", "<i8>1180591620717411303424</i8>")
          .map((value) => `<param>\n<value>${value}</value>\n</param>\n`)
          .join("") +
        "</params>\n</methodCall>\n",
    );
    expect(encodeXmlRpcResponse(new XmlRpcDouble(5))).toContain("<double>5.0</double>");
  });

  it("allows None in a response only when told so", () => {
    expect(() => encodeXmlRpcResponse({ a: [null] })).toThrow("value.a[0]: cannot marshal None unless allow_none");
    expect(decodeXmlRpcResponse(encodeXmlRpcResponse([null], { allowNone: true }))).toEqual({ value: [null] });
  });

  it.each([
    [undefined, "undefined"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [new Date(0), "Date"],
    [() => 1, "function"],
    [Symbol("s"), "symbol"],
    [new Map(), "Map"],
    ["a\u0000", "U+0000"],
    ["a\u000b", "U+000B"],
    ["\ud800x", "U+D800"],
    ["x\udc00", "U+DC00"],
    ["\uffff", "U+FFFF"],
    [[1, undefined, 3], "undefined"],
  ])("refuses %s", (value, word) => {
    expect(marshallingError({ deep: [value] }).message).toContain(word);
  });

  it("names the place of what it refuses", () => {
    expect(marshallingError({ lines: [{}, { when: new Date(0) }] }).path).toBe("params[0].lines[1].when");
    expect(marshallingError({ "a\u0001": 1 }).path).toContain("params[0].a");
  });

  it("refuses a circle and nesting deeper than 200", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(marshallingError(circle).message).toMatch(/circle/);
  });

  it("writes bytes of a call as the text that Odoo's binary fields take", () => {
    expect(decodeXmlRpcCall(encodeXmlRpcCall("m", [new Uint8Array([0, 255])])).params).toEqual(["AP8="]);
    expect(encodeXmlRpcResponse(new Uint8Array([0, 255]))).toContain("<base64>AP8=</base64>");
  });

  it("carries a carriage return", () => {
    expect(roundTrip("a\r\nb")).toEqual({ value: "a\r\nb" });
  });
});

describe("encode, then decode", () => {
  const text = fc
    .string({ unit: "binary" })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot carry
    .map((value) => value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?"));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 90n }),
      fc.uint8Array(),
      fc.array(tie("any")),
      fc.dictionary(text, tie("any"), { noNullPrototype: true }),
    ),
  })).any;

  it("gives every value back", () => {
    fc.assert(
      fc.property(value, (sent) => {
        expect(roundTrip(sent)).toStrictEqual({ value: sent });
      }),
    );
  });
});
