/** Transfers and stock; activities, places, companies and users. */
import { type WrongRow, wrongCases } from "../table.js";

const partner_id = "@partner";
const name = "Validation wrong";

const rows: WrongRow[] = [
  [
    "a transfer of no kind",
    "POST stock.picking",
    { partner_id },
    "/picking_type_id missing_required_field: picking_type_id",
  ],
  [
    "a transfer's kind by its code",
    "POST stock.picking",
    { picking_type_id: "outgoing" },
    "/picking_type_id wrong_type: an id",
  ],
  [
    "a transfer's state",
    "POST stock.picking",
    { picking_type_id: "@deliveries", state: "done" },
    "/state readonly_field: state",
  ],
  [
    "a transfer's day for a moment",
    "POST stock.picking",
    { picking_type_id: "@deliveries", scheduled_date: "2026-12-01" },
    "/scheduled_date wrong_type: RFC 3339",
  ],
  [
    "a transfer from a place that is gone",
    "POST stock.picking",
    { picking_type_id: "@deliveries", location_id: 99999999 },
    "/location_id invalid_relation_id: stock.location",
  ],
  [
    "a count in words",
    "POST stock.quant",
    { product_id: "@product", location_id: "@stock", inventory_quantity: "five" },
    "/inventory_quantity wrong_type: a number",
  ],
  [
    "the quantity on hand",
    "POST stock.quant",
    { product_id: "@product", location_id: "@stock", quantity: 5 },
    "/quantity readonly_field: quantity",
  ],
  [
    "a count of no product",
    "POST stock.quant",
    { location_id: "@stock", inventory_quantity: 5 },
    "/product_id missing_required_field: product_id",
  ],
  [
    "a count at a place by its name",
    "POST stock.quant",
    { product_id: "@product", location_id: "WH/Stock", inventory_quantity: 5 },
    "/location_id wrong_type: an id",
  ],
  ["a place without a name", "POST stock.location", { usage: "internal" }, "/name missing_required_field: name"],
  [
    "a place's use that is none",
    "POST stock.location",
    { name, usage: "shelf" },
    "/usage invalid_selection_value: internal",
  ],
  ["a lot without a product", "POST stock.lot", { name: "L1" }, "/product_id missing_required_field: product_id"],
  [
    "an activity's day in words",
    "PATCH mail.activity/@activity",
    { date_deadline: "tomorrow" },
    "/date_deadline wrong_type: a date such as",
  ],
  [
    "an activity of id -1",
    "POST mail.activity",
    { res_model_id: "@partnermodel", res_id: -1, summary: "x" },
    "/res_id out_of_range: an id from 1",
  ],
  [
    "an activity for who is gone",
    "PATCH mail.activity/@activity",
    { user_id: 99999999 },
    "/user_id invalid_relation_id: res.users",
  ],
  [
    "a state of no country",
    "POST res.country.state",
    { name, code: "ZZ" },
    "/country_id missing_required_field: country_id",
  ],
  [
    "a state's country by its code",
    "POST res.country.state",
    { name, code: "ZZ", country_id: "BE" },
    "/country_id wrong_type: an id",
  ],
  [
    "a state without name and code",
    "POST res.country.state",
    { country_id: "@country" },
    "/name missing_required_field: name",
    "/code missing_required_field: code",
  ],
  [
    "a country's code of three letters",
    "POST res.country",
    { name, code: "BEL" },
    "/code out_of_range: at most 2 characters",
  ],
  [
    "a country's phone code as text",
    "PATCH res.country/@country",
    { phone_code: "+32" },
    "/phone_code wrong_type: an integer",
  ],
  ["a currency without a symbol", "POST res.currency", { name: "XQX" }, "/symbol missing_required_field: symbol"],
  [
    "a currency's code of four letters",
    "POST res.currency",
    { name: "EURO", symbol: "e" },
    "/name out_of_range: at most 3 characters",
  ],
  [
    "a currency's place of the symbol",
    "PATCH res.currency/@usd",
    { position: "left" },
    "/position invalid_selection_value: before",
  ],
  ["a currency's rounding in words", "PATCH res.currency/@usd", { rounding: "0,01" }, "/rounding wrong_type: a number"],
  ["a company without a name", "POST res.company", { email: "a@example.com" }, "/name missing_required_field: name"],
  [
    "a company's currency by its code",
    "PATCH res.company/@companyself",
    { currency_id: "EUR" },
    "/currency_id wrong_type: an id",
  ],
  [
    "a company's parent that is gone",
    "POST res.company",
    { name, parent_id: 99999999 },
    "/parent_id invalid_relation_id: res.company",
  ],
  ["a user without a login", "POST res.users", { name }, "/login missing_required_field: login"],
  ["a user without a name", "POST res.users", { login: "validation-wrong" }, "/name missing_required_field: name"],
  [
    "a user in an unknown time zone",
    "POST res.users",
    { name, login: "validation-wrong", tz: "CET+1" },
    "/tz invalid_selection_value: Choices",
  ],
  [
    "a user's company by name",
    "POST res.users",
    { name, login: "validation-wrong", company_id: "My Company" },
    "/company_id wrong_type: an id",
  ],
  [
    "a user who is active maybe",
    "POST res.users",
    { name, login: "validation-wrong", active: "maybe" },
    "/active wrong_type: true or false",
  ],
  ["an attachment without a name", "POST ir.attachment", { datas: "aGk=" }, "/name missing_required_field: name"],
  [
    "an attachment that is no base64",
    "POST ir.attachment",
    { name: "a.txt", datas: "hello world!" },
    "/datas wrong_type: base64",
  ],
  ["a model that is none", "POST res.partners", { name }, "model_not_found: Did you mean res.partner?"],
  ["a model by its label", "POST Contact", { name }, "model_not_found: GET /v1/models"],
];

const of18: WrongRow[] = [
  [
    "an activity of no record",
    "POST mail.activity",
    { summary: "x" },
    "/res_model_id missing_required_field: res_model_id",
  ],
  [
    "a move without a product",
    "POST stock.move",
    { name, location_id: "@stock", location_dest_id: "@customers", product_uom_qty: 1 },
    "/product_id missing_required_field: product_id",
  ],
  [
    "a move's quantity in words",
    "POST stock.move",
    { name, product_id: "@product", location_id: "@stock", location_dest_id: "@customers", product_uom_qty: "3 pcs" },
    "/product_uom_qty wrong_type: a number",
  ],
  [
    "a move's state",
    "POST stock.move",
    { name, product_id: "@product", location_id: "@stock", location_dest_id: "@customers", state: "done" },
    "/state readonly_field: state",
  ],
];

const of19: WrongRow[] = [
  [
    "a move without a product",
    "POST stock.move",
    { location_id: "@stock", location_dest_id: "@customers", product_uom_qty: 1 },
    "/product_id missing_required_field: product_id",
  ],
  [
    "a move's quantity in words",
    "POST stock.move",
    { product_id: "@product", location_id: "@stock", location_dest_id: "@customers", product_uom_qty: "3 pcs" },
    "/product_uom_qty wrong_type: a number",
  ],
  [
    "a move's state",
    "POST stock.move",
    { product_id: "@product", location_id: "@stock", location_dest_id: "@customers", state: "done" },
    "/state readonly_field: state",
  ],
];

export const logistics = [...wrongCases(rows), ...wrongCases(of18, 18), ...wrongCases(of19, 19)];
