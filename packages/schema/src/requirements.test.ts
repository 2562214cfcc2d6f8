import { describe, expect, it } from "vitest";
import { lacking } from "./requirements.js";

describe("what fields_get does not tell", () => {
  it.each([
    ["res.partner", {}, ["name"]],
    ["res.partner", { name: null, type: "contact" }, ["name"]],
    ["res.partner", { name: false }, ["name"]],
    ["res.partner", { name: "Ann" }, []],
    ["res.partner", { name: "" }, ["name"]],
    ["res.partner", { name: " \u00a0" }, ["name"]],
    ["res.partner", { type: "delivery" }, []],
    ["res.users", { login: "ann" }, ["name"]],
    ["res.users", { login: "ann", partner_id: 7 }, []],
    ["res.company", {}, ["name"]],
    ["crm.lead", { partner_id: false }, ["name"]],
    ["crm.lead", { partner_id: 7 }, ["name"]],
    ["crm.lead", { name: "Ann" }, []],
    ["utm.campaign", { name: "Spring" }, []],
    ["utm.campaign", { title: "Spring" }, []],
    ["utm.campaign", {}, ["title"]],
    ["sale.order", {}, []],
    ["constructor", {}, []],
  ])("%s created with %j lacks %j", (model, values, expected) => {
    expect(lacking(model, values)).toEqual(expected);
  });
});
