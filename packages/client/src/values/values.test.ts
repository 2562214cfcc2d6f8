import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Of, bytesOf, piecesOf } from "./base64.js";
import { readBinary, streamBinary } from "./binary.js";
import { isCommand, x2many } from "./commands.js";
import { decodeRecord, type FieldTypes } from "./decode.js";
import { encodeValues, float } from "./encode.js";

const types = {
  name: "char",
  active: "boolean",
  color: "integer",
  credit: "monetary",
  partner_id: { type: "many2one" },
  tag_ids: "many2many",
  order_line: "one2many",
  day: "date",
  at: "datetime",
  image: "binary",
  origin: "reference",
  state: "selection",
} as const satisfies FieldTypes;

const bad = (detail: string) =>
  expect.objectContaining({ code: "bad_arguments", why: expect.stringContaining(detail) });

describe("commands", () => {
  it("are those of Odoo, and a list of several is spread together", () => {
    expect([...x2many.set([1, 2]), ...x2many.add(3, 4), ...x2many.remove(5), ...x2many.delete(6)]).toEqual([
      [6, 0, [1, 2]],
      [4, 3, 0],
      [4, 4, 0],
      [3, 5, 0],
      [2, 6, 0],
    ]);
    expect([...x2many.create({ a: 1 }, { b: 2 }), ...x2many.update(7, { c: 3 }), ...x2many.clear()]).toEqual([
      [0, 0, { a: 1 }],
      [0, 0, { b: 2 }],
      [1, 7, { c: 3 }],
      [5, 0, 0],
    ]);
    expect([...x2many.set(new Set<number>()), ...x2many.clear()].every(isCommand)).toBe(true);
    expect([[7, 0, 0], [1.5, 0, 0], [], [4, 1, 0, 0], 4, "4"].some(isCommand)).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 60])("refuse the id %s", (id) => {
    expect(() => x2many.add(id)).toThrow(bad("whole number"));
    expect(() => x2many.set([id])).toThrow(bad("whole number"));
  });
});

describe("decodeRecord", () => {
  it("tells false from null by the type of the field", () => {
    const empty = Object.fromEntries(["id", ...Object.keys(types)].map((field) => [field, false]));
    expect(decodeRecord(types, { ...empty, id: 7, color: 0 })).toEqual({
      id: 7,
      name: null,
      active: false,
      color: 0,
      credit: null,
      partner_id: null,
      tag_ids: [],
      order_line: [],
      day: null,
      at: null,
      image: null,
      origin: null,
      state: null,
    });
  });

  it("gives relations their names, references their model, binaries their bytes", () => {
    const record = {
      partner_id: [3, "Azure"],
      origin: "sale.order,12",
      image: "AP/+Cg==",
      name: "",
      active: true,
      other: false,
    };
    expect(decodeRecord(types, record)).toEqual({
      partner_id: { id: 3, name: "Azure" },
      origin: { model: "sale.order", id: 12 },
      image: new Uint8Array([0, 255, 254, 10]),
      name: "",
      active: true,
      other: false,
    });
    expect(decodeRecord(types, { partner_id: 3 })).toEqual({ partner_id: 3 });
  });

  it("names the field whose value is none of its type", () => {
    expect(() => decodeRecord(types, { image: "12.3 Kb" })).toThrow(bad("image is not base64"));
    expect(() => decodeRecord(types, { partner_id: "Azure" })).toThrow(bad("partner_id is no many2one"));
    expect(() => decodeRecord(types, { origin: 5 })).toThrow(bad("origin is no reference"));
  });

  it("leaves names of Object.prototype what they are", () => {
    const record = JSON.parse('{"__proto__": false, "constructor": false}');
    expect(Object.entries(decodeRecord(types, record))).toEqual([
      ["__proto__", false],
      ["constructor", false],
    ]);
  });
});

describe("encodeValues", () => {
  it("is the way back of decodeRecord", () => {
    const record = {
      name: "x",
      active: true,
      color: 3,
      credit: 1.5,
      partner_id: [3, "A"],
      day: "2026-01-31",
      image: "AP8=",
      origin: "a.b,1",
      state: false,
    };
    expect(encodeValues(types, decodeRecord(types, record))).toEqual({ ...record, partner_id: 3 });
  });

  it("takes ids, commands, dates and marked floats", () => {
    const at = new Date("2026-01-31T09:00:00.999Z");
    const values = { tag_ids: [1, 2], order_line: x2many.create({ name: "l" }), at, credit: float(5), name: null };
    expect(encodeValues(types, values)).toEqual({
      tag_ids: [[6, 0, [1, 2]]],
      order_line: [[0, 0, { name: "l" }]],
      at: "2026-01-31 09:00:00",
      credit: float(5),
      name: false,
    });
    expect(encodeValues(types, { tag_ids: [] })).toEqual({ tag_ids: [[6, 0, []]] });
  });

  it.each([
    [{ color: 5.7 }, "color takes a whole number"],
    [{ color: 2 ** 31 }, "color takes a whole number"],
    [{ color: "5" }, "color takes a whole number"],
    [{ credit: Number.NaN }, "credit takes a number"],
    [{ active: 1 }, "active takes true or false"],
    [{ partner_id: "Azure" }, "partner_id takes the id"],
    [{ partner_id: { id: 0 } }, "partner_id takes the id"],
    [{ origin: { model: "a" } }, "origin takes {model, id}"],
    [{ tag_ids: 3 }, "tag_ids takes a list"],
    [{ tag_ids: [1, [4, 2, 0]] }, "tag_ids takes either ids or commands"],
    [{ image: 5 }, "image takes bytes"],
    [{ day: new Date(0) }, "day takes a day"],
    [{ name: undefined }, "name is undefined"],
    [{ name: 5 }, "name takes a text"],
    [{ name: "a\0b" }, "name takes a text without NUL"],
    [{ nam: "x" }, "nam is no field of the model; did you mean name?"],
  ])("refuses %j", (values, detail) => {
    expect(() => encodeValues(types, values)).toThrow(bad(detail));
  });
});

describe("base64", () => {
  it("carries any bytes there and back, in pieces too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = base64Of(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(bytesOf(text)).toEqual(bytes);
        expect(bytesOf(text.replace(/(.{5})/g, "$1\r\n"))).toEqual(bytes);
      }),
    );
    const large = new Uint8Array(200_000).map((_, at) => (at * 31) % 251);
    expect(bytesOf(base64Of(large))).toEqual(large);
    const pieces = [...piecesOf(base64Of(large))];
    expect(pieces.length).toBeGreaterThan(3);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(large));
  });

  it.each(["12.3 Kb", "abc", "a===", "=abc", "ab=c"])("refuses %s", (text) => {
    expect(() => bytesOf(text)).toThrow(bad("not base64"));
  });
});

describe("readBinary", () => {
  const caller = (rows: unknown) => ({ call: async () => rows });

  it("gives the bytes, null when it is empty, and names a record that is not there", async () => {
    const read = (rows: unknown) => readBinary(caller(rows), "res.partner", 7, "image");
    expect(await read([{ id: 7, image: "AP8=" }])).toEqual(new Uint8Array([0, 255]));
    expect(await read([{ id: 7, image: new Uint8Array([1]) }])).toEqual(new Uint8Array([1]));
    expect(await read([{ id: 7, image: false }])).toBeNull();
    await expect(read([])).rejects.toMatchObject({ code: "missing_record" });
  });

  it("streams the same", async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of streamBinary(caller([{ id: 7, image: "AP8=" }]), "m", 7, "image")) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from([0, 255]));
  });
});
