/** Reading and deleting: domains, orders, field lists, pages and ids that Odoo answers with everything, nothing or a crash. */
import { type WrongRow, wrongCases } from "../table.js";

const domain = (value: unknown) =>
  `GET res.partner?domain=${typeof value === "string" ? value : JSON.stringify(value)}` as const;
const nothing = undefined;

const rows: WrongRow[] = [
  ["a flat list for a domain", domain(["name", "=", "Ann"]), nothing, 'invalid_domain: [["name","=","Ann"]]'],
  ["a domain that is an object", domain({ name: "Ann" }), nothing, "invalid_domain: not a list"],
  ["a domain that is text", domain('"name"'), nothing, "invalid_domain: it is text, not a list"],
  ["a domain in Python", domain("[('name','=','Ann')]"), nothing, "invalid_domain: not JSON"],
  ["an unknown field in a domain", domain([["nmae", "=", "Ann"]]), nothing, "/0/0 invalid_domain: name"],
  ["an unknown operator", domain([["name", "==", "Ann"]]), nothing, "/0/1 invalid_domain: did you mean =?"],
  ["an operator of SQL", domain([["name", "contains", "Ann"]]), nothing, "/0/1 invalid_domain: ilike"],
  ["a condition of two parts", domain([["name", "="]]), nothing, "/0 invalid_domain: three parts"],
  ["a condition of four parts", domain([["name", "=", "a", "b"]]), nothing, "/0 invalid_domain: three parts"],
  [
    "an operator without its conditions",
    domain(["|", ["name", "=", "a"]]),
    nothing,
    "invalid_domain: lacks a condition",
  ],
  [
    "a word for an operator",
    domain(["or", ["name", "=", "a"], ["name", "=", "b"]]),
    nothing,
    "/0 invalid_domain: neither a condition nor",
  ],
  ["text in a search for a number", domain([["color", ">", "many"]]), nothing, "/0/2 invalid_domain: an integer"],
  [
    "a list where one value belongs",
    domain([["name", "=", ["a", "b"]]]),
    nothing,
    "/0/2 invalid_domain: a single value",
  ],
  ["one value where a list belongs", domain([["name", "in", "a"]]), nothing, "/0/2 invalid_domain: list"],
  ["a day that is none", domain([["create_date", ">", "2026-02-30"]]), nothing, "/0/2 invalid_domain: date"],
  ["a moment in words", domain([["create_date", ">", "yesterday"]]), nothing, "/0/2 invalid_domain: date"],
  ["a path through what is no relation", domain([["name.code", "=", "BE"]]), nothing, "/0/0 invalid_domain: name"],
  ["text for a boolean", domain([["active", "=", "no"]]), nothing, "/0/2 invalid_domain: true or false"],
  [
    "three wrong conditions",
    domain([
      ["nmae", "=", "a"],
      ["name", "~", "b"],
      ["color", "=", "x"],
    ]),
    nothing,
    "/0/0 invalid_domain: name",
    "/1/1 invalid_domain: operator",
    "/2/2 invalid_domain: an integer",
  ],
  ["an unknown filter", "GET res.partner?nmae=Ann", nothing, "unknown_parameter: Did you mean name?"],
  ["an unknown operator of a filter", "GET res.partner?name[equals]=Ann", nothing, "invalid_parameter: eq"],
  ["text as a number of a filter", "GET res.partner?color=red", nothing, "invalid_parameter: an integer"],
  ["yes as a boolean of a filter", "GET res.partner?is_company=yes", nothing, "invalid_parameter: true or false"],
  ["an unknown field to show", "GET res.partner?fields=name,emial", nothing, "invalid_parameter: email"],
  [
    "an empty field to show",
    "GET res.partner?fields=name,,email",
    nothing,
    "invalid_parameter: fields=name,country_id",
  ],
  ["an unknown field to sort by", "GET res.partner?order=nmae", nothing, "invalid_parameter: name"],
  ["an unknown way to sort", "GET res.partner?order=name down", nothing, "invalid_parameter: order=name"],
  ["a list to sort by", "GET res.partner?order=child_ids", nothing, "invalid_parameter: stored"],
  ["SQL to sort by", "GET res.partner?order=name; drop table res_partner", nothing, "invalid_parameter: order=name"],
  ["a negative limit", "GET res.partner?limit=-1", nothing, "invalid_parameter"],
  ["a limit in words", "GET res.partner?limit=all", nothing, "invalid_parameter"],
  ["a limit of 0", "GET res.partner?limit=0", nothing, "invalid_parameter"],
  ["a negative offset", "GET res.partner?offset=-5", nothing, "unknown_parameter: Known parameters"],
  ["a cursor that is none", "GET res.partner?cursor=abc", nothing, "invalid_parameter"],
  ["a record that is gone", "GET res.partner/@gone", nothing, "missing_record"],
  ["id 0", "GET res.partner/0", nothing, "invalid_parameter: the database id of a record"],
  ["a negative id", "GET res.partner/-1", nothing, "invalid_parameter: the database id of a record"],
  ["an id of 33 bits", "GET res.partner/4294967296", nothing, "invalid_parameter: the database id of a record"],
  ["a fraction as an id", "GET res.partner/1.5", nothing, "invalid_parameter: the database id of a record"],
  ["an unknown model", "GET res.parnter", nothing, "model_not_found: Did you mean res.partner?"],
  ["deleting what is gone", "DELETE res.partner/@gone", nothing, "missing_record"],
  ["deleting id 0", "DELETE res.partner/0", nothing, "invalid_parameter: the database id of a record"],
  [
    "an order's condition on a state that is none",
    `GET sale.order?domain=${JSON.stringify([["state", "=", 3]])}`,
    nothing,
    "/0/2 invalid_domain: text",
  ],
  [
    "a product's price between texts",
    `GET product.template?domain=${JSON.stringify([["list_price", ">=", "10"]])}`,
    nothing,
    "/0/2 invalid_domain: a number",
  ],
];

export const questions = wrongCases(rows);
