/** A flow is read as it is written, and every mistake is told with its line and the nearest right word. */
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFlow } from "./parse.js";

const text = `name: order
description: An order.
settings:
  confirm: { default: false, says: Confirm it }
let:
  lines: items[quantity > 0]
  words: { yes: "ja" }
records:
  - name: customer
    model: res.partner
    key: customer.id
    values: { name: customer.name, active: true, comment: null }
  - name: addresses
    model: res.partner
    each: addresses
    key: $item.id
    values:
      name: $item.name
      country_id: { find: res.country, by: { code: $item.country } }
  - name: order
    model: sale.order
    key: "'order-' & id"
    values:
      partner_id: { record: customer }
      partner_invoice_id: { record: addresses, item: 0, or: { record: customer } }
    lines: { field: order_line, each: $lines, values: { name: $item.title } }
    then: [ { method: action_confirm, when: $settings.confirm, only_if: { state: [draft] } } ]
verify: [ { record: order, field: amount_total, equals: $money(total) } ]
report: [ { when: note, says: note } ]
`;

function refusal(wrong: string): OdoorwayError {
  try {
    parseFlow(wrong, "f");
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("parseFlow", () => {
  test("fills in what is not said", () => {
    const flow = parseFlow(text, "file-name");
    expect(flow).toMatchObject({ name: "order", input: "$", source: { kind: "api" }, skip: [], examples: [] });
    expect(flow.records[0]).toMatchObject({
      existing: "update-changed",
      missing: "create",
      match: [],
      on_failure: "fail",
    });
    expect(flow.records[1]?.values.country_id).toMatchObject({ missing: "fail" });
    expect(parseFlow(text.replace("name: order\n", ""), "file-name").name).toBe("file-name");
  });

  test.each([
    ["    model: sale.order", "    modle: sale.order", { at: "records[3].modle", nearest: "model" }],
    [
      "{ find: res.country, by:",
      "{ find: res.country, bye:",
      { at: "records[2].values.country_id.bye", nearest: "by" },
    ],
    [
      "only_if: { state: [draft] }",
      "only_iff: { state: [draft] }",
      { at: "records[3].then[1].only_iff", nearest: "only_if" },
    ],
    ["each: $lines, values", "eech: $lines, values", { at: "records[3].lines.eech", nearest: "each" }],
    ["description:", "descripton:", { at: "descripton", nearest: "description" }],
    ["$settings.confirm", "$settings.confrim", { at: "records[3].then[1].when", nearest: "confirm" }],
    ["$lines, values", "$line, values", { at: "records[3].lines.each", nearest: "$lines" }],
    [
      "{ record: customer }\n      partner_inv",
      "{ record: custmer }\n      partner_inv",
      { at: "records[3].values.partner_id.record", nearest: "customer" },
    ],
    ["record: addresses, item: 0,", "record: addresses,", { at: "records[3].values.partner_invoice_id" }],
    [
      "item: 0, or: { record: customer }",
      "item: 0, or: { record: custumer }",
      { at: "records[3].values.partner_invoice_id.or.record", nearest: "customer" },
    ],
    ["{ record: order, field: amount_total", "{ record: addresses, field: name", { at: "verify[1].record" }],
    ["name: addresses", "name: customer", { at: "records[2].name" }],
    ["  lines: items", "  item: items", { at: "let.item" }],
    ["equals: $money(total)", 'equals: "$money(total"', { at: "verify[1].equals" }],
    ["default: false", "default: false, choices: [a]", { at: "settings.confirm.default" }],
    ["says: note }", "says: note, examples: 1 }", { at: "report[1].examples" }],
  ])("%s written %s", (right, wrong, evidence) => {
    expect(text).toContain(right);
    const error = refusal(text.replace(right, wrong));
    expect(error.code).toBe("flow_invalid");
    expect(error.evidence).toMatchObject(evidence);
    const lines = text.replace(right, wrong).split("\n");
    const line = lines.findLastIndex((one) => one.includes(wrong.split("\n")[0] ?? "")) + 1;
    expect([line, line + 1]).toContain(error.evidence.line);
  });

  test.each([
    ["a: [", /neither YAML nor JSON/],
    ["a: 1\na: 2", /neither YAML nor JSON/],
    ["- 1", /object/],
    [text.replace("{ name: customer.name,", "{ first-name: customer.name,"), /first-name is not the name of a field/],
    ["", /object/],
    [`${text}examples: [ { name: x, expect: {} } ]`, /one of input and file/],
    [
      text.replace("{ find: res.country, by: { code: $item.country } }", "{ find: res.country }"),
      /needs `by` or `key`/,
    ],
    [text.replace("$item.country } }", "$item.country }, create: { name: a } }"), /needs missing: create/],
  ])("a text that is none: %#", (wrong, said) => {
    const error = refusal(wrong);
    expect(error.code).toBe("flow_invalid");
    expect(error.why).toMatch(said);
  });

  test("aliases that grow without end are refused", () => {
    const lines = ["a0: &a0 [x, x]", ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)];
    expect(refusal(lines.join("\n")).code).toBe("flow_invalid");
  });

  test("throws flow_invalid alone, whatever the text", () => {
    const pieces = fc.constantFrom(
      ...text.split(/(?<=[ \n])/),
      "{",
      "}",
      "[",
      "]",
      ": ",
      "- ",
      "'",
      "&a ",
      "*a ",
      "__proto__: 1\n",
      "!!js/function x",
      "\u0000",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (any) => {
          try {
            parseFlow(any, "f");
          } catch (error) {
            expect(error).toMatchObject({ code: "flow_invalid" });
          }
        },
      ),
    );
  });
});
