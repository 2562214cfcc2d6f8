/** Lines added to records that are there: by names of their own, which are asked for by the lines' model. */
import type { FindExternalIds } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import { beforeEach, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { createUpserts } from "../upserts.js";

let odoo: FakeOdoo;
let asked: { names: readonly string[]; options: FindExternalIds | undefined }[];

beforeEach(() => {
  odoo = createFakeOdoo();
  odoo.tables.get("res.partner")?.set(50, { id: 50, name: "The company" });
  odoo.tables.get("product.product")?.set(60, { id: 60, name: "A part" });
  asked = [];
});

const upserts = () =>
  createUpserts({
    caller: odoo,
    metadata: odoo,
    externalIds: {
      find(names, options) {
        asked.push({ names, options });
        return odoo.externalIds.find(names, options);
      },
    },
    explainLoad: ({ message = "" }, model) =>
      new OdoorwayError("python_constraint", { evidence: { detail: message, model } }),
    clock: { now: () => Date.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    random: () => 0,
  });

const order = (n: number, lines: number) => ({
  externalId: `shop.order_${n}`,
  values: {
    partner_id: 50,
    order_line: {
      create: Array.from({ length: lines }, (_none, at) => ({
        product_id: 60,
        product_uom_qty: at + 1,
        price_unit: n,
      })),
    },
  },
});

const orders = (lines: number) => Array.from({ length: 10 }, (_none, n) => order(n, lines));
const quantities = () =>
  [...(odoo.tables.get("sale.order.line")?.values() ?? [])].map((line) => Number(line.product_uom_qty)).sort();

it("asks for all of them at once, as lines of many", async () => {
  const door = upserts();
  await door.put("sale.order", orders(1), { onExisting: "update" });
  asked = [];
  await door.put("sale.order", orders(3), { onExisting: "update" });
  const ofLines = asked.filter(({ names }) => names.some((name) => name.includes("sale_order_line_of_")));
  expect(ofLines).toHaveLength(1);
  expect(ofLines[0]).toMatchObject({ options: { model: "sale.order.line", many: 20 } });
  expect(ofLines[0]?.names).toHaveLength(20);
  expect(quantities().join("")).toBe("1".repeat(10) + "2".repeat(10) + "3".repeat(10));
});

it("adds each once, whatever becomes of the reply", async () => {
  const door = upserts();
  await door.put("sale.order", orders(1), { onExisting: "update" });
  let lost = 0;
  odoo.mishap = ({ model }) => {
    if (model !== "sale.order.line") return undefined;
    lost += 1;
    return lost === 1 ? "lost-after" : lost === 2 ? "lost-before" : undefined;
  };
  await door.put("sale.order", orders(3), { onExisting: "update" });
  expect(lost).toBeGreaterThan(0);
  expect(quantities().join("")).toBe("1".repeat(10) + "2".repeat(10) + "3".repeat(10));
});
