import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readFiles } from "./files.js";

const folder = mkdtempSync(join(tmpdir(), "odoorway-files-"));
for (const name of ["res.partner.csv", "sale.order.xlsx.gz", "orders.csv", "a=b.csv"])
  writeFileSync(join(folder, name), "x");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const targets = (files: string[], options = {}) =>
  readFiles(files, folder, options).map((file) => [file.model, file.key]);

describe("the files of one command", () => {
  it("are called by their model, or say it", () => {
    expect(targets(["res.partner.csv", "sale.order.xlsx.gz", "orders.csv=sale.order:client_order_ref"])).toEqual([
      ["res.partner", undefined],
      ["sale.order", undefined],
      ["sale.order", "client_order_ref"],
    ]);
    expect(targets(["orders.csv=sale.order"], { key: "name" })).toEqual([["sale.order", "name"]]);
    expect(targets(["orders.csv"], { model: "sale.order", key: "name" })).toEqual([["sale.order", "name"]]);
    expect(targets(["res.partner.csv"], { mapping: "shop" })).toEqual([[undefined, undefined]]);
    expect(targets(["a=b.csv"], { model: "res.partner" })).toEqual([["res.partner", undefined]]);
  });

  it("are refused when they do not say it, or are not there", () => {
    expect(() => targets(["res.partner.csv", "orders.csv"])).toThrow("A file says no model");
    expect(() => targets(["none.csv=res.partner"])).toThrow("No such file");
  });
});
