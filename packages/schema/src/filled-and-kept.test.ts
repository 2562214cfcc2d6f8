/** Fields that fields_get shows as required or readonly, and that Odoo fills, or keeps as they are given. */
import type { ModelMetadata } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { checkRecord } from "./check.js";
import { readFieldsGet } from "./fields-get.js";

const known = () => undefined;
const write = (values: unknown, metadata: ModelMetadata) =>
  checkRecord(metadata, values, { mode: "write", metadata: known });
const create = (values: unknown, metadata: ModelMetadata) =>
  checkRecord(metadata, values, { mode: "create", metadata: known });
const problems = (checked: { problems: readonly { pointer: string; code: string }[] }) =>
  checked.problems.map(({ pointer, code }) => `${pointer} ${code}`);

describe("a record", () => {
  it("leaves out what Odoo's create() fills by itself", () => {
    const column = (type: string) => ({ type, required: true, store: true });
    const rawWarehouse = { name: column("char"), code: column("char"), lot_stock_id: column("many2one") };
    const warehouse = readFieldsGet("stock.warehouse", "Warehouse", rawWarehouse, []);
    expect(problems(create({ name: "North" }, warehouse))).toEqual(["/code missing_required_field"]);
    const rawCampaign = { name: { ...column("char"), depends: ["title"] }, title: column("char") };
    const campaign = readFieldsGet("utm.campaign", "Campaign", rawCampaign, []);
    expect(problems(create({ name: "Spring" }, campaign))).toEqual([]);
    expect(problems(create({}, campaign))).toEqual(["/title missing_required_field"]);
    expect(problems(create({ name: "Spring", title: null }, campaign))).toEqual(["/title missing_required_field"]);
  });

  it("may give what is readonly on the screen alone, and the text of a file as it is", () => {
    const raw = {
      name: { type: "char", store: true },
      mimetype: { type: "char", readonly: true, store: true },
      checksum: { type: "char", readonly: true, store: true },
      raw: { type: "binary" },
      datas: { type: "binary" },
    };
    const metadata = readFieldsGet("ir.attachment", "Attachment", raw, []);
    expect(problems(create({ mimetype: "text/plain", raw: "Grüße", checksum: "x", datas: "Grüße" }, metadata))).toEqual(
      ["/checksum readonly_field", "/datas wrong_type"],
    );
    expect(problems(write({ mimetype: "text/plain" }, metadata))).toEqual([]);
    expect(problems(create({ mimetype: "x" }, { ...metadata, model: "constructor" }))).toEqual([
      "/mimetype readonly_field",
    ]);
  });
});
