/**
 * Evidence as a real failure has it, for the page of each error: what the templates name, by name, and by code
 * where the general value would not fit.
 */
import { catalogue, type ErrorCode } from "./catalogue.js";
import type { CatalogueEntry } from "./entry.js";
import type { Evidence } from "./render.js";

const general: Readonly<Record<string, string | number>> = {
  accept: "image/png",
  allow: "GET, POST",
  at: "line 4, column 3",
  column: "Email",
  constraint: "res_users_login_key",
  count: 3,
  current: 'W/"20261121T100001Z-7"',
  database: "shop",
  delimiter: "a comma",
  entity: "res.partner",
  exception: "ValueError",
  expected: "an integer",
  field: "email",
  folder: ".odoorway",
  groups: "Sales/Administrator",
  host: "shop.example",
  id: 42,
  key: "shop.partner_17",
  known: "shop, staging",
  label: "Email",
  limit: "16777216 bytes",
  line: 12,
  location: "https://www.shop.example",
  login: "api",
  method: "action_confirm",
  model: "res.partner",
  module: "mrp",
  name: "orders",
  nearest: "email",
  offered: "application/json",
  operation: "create",
  parameter: "limit",
  path: "/api/order",
  reason: "the country is missing",
  received: '"abc"',
  relation: "res.country",
  remedy: "Add the country.",
  scope: "records:write",
  seconds: 30,
  service: "invoice_ocr",
  state: "running",
  status: 502,
  type: "Decimal",
  url: "https://shop.example",
  version: "17.0",
};

const particular: Readonly<Partial<Record<ErrorCode, Evidence>>> = {
  access_field_denied: { field: "standard_price", model: "product.product" },
  access_model_denied: { model: "product.template" },
  ambiguous_relation: { field: "country_id", received: '"Korea"' },
  bad_arguments: { detail: "search() got an unexpected keyword argument 'limitt'" },
  configuration_error: { detail: "there is no setting called odo", nearest: "odoo" },
  dependency_failed: { detail: "its row has no name" },
  http_redirect: { status: 301 },
  import_not_csv: { detail: "a quote stands inside a cell that did not begin with one" },
  import_not_json_line: { detail: "a comma is missing before the next member", column: 17 },
  import_wrong_cell_count: { received: 4, expected: 5 },
  import_wrong_delimiter: { expected: "a semicolon" },
  invalid_body: { received: "not empty", expected: "no body" },
  invalid_domain: { detail: 'the operator "===" is none of Odoo\'s' },
  invalid_field_name: { field: "emial" },
  invalid_json_or_xml: { detail: 'an HTML page titled "Login"' },
  invalid_parameter: { received: '"ten"', expected: "a whole number from 1 to 1000" },
  invalid_relation_id: { field: "country_id", received: 999 },
  invalid_selection_value: {
    field: "type",
    received: '"office"',
    expected: "contact, invoice, delivery, other",
    nearest: "other",
  },
  key_of_other_model: { received: "product.template" },
  mapping_invalid: { detail: "there is no key called feilds" },
  mapping_not_found: { known: "online-retail, shopify-products", nearest: "online-retail" },
  method_not_found: { method: "serch", model: "res.partner" },
  method_private: { method: "_write" },
  missing_required_field: { field: "name", label: "Name", model: "product.template" },
  model_not_found: { model: "res.partners", nearest: "res.partner" },
  not_null_violation: { field: "name", model: "product.template" },
  not_ready: { detail: "odoo: Nothing answers at https://shop.example.", remedy: "Check that Odoo runs." },
  out_of_range: { field: "color", received: 4294967296, expected: "a number from -2147483648 to 2147483647" },
  python_constraint: { detail: "You cannot create recursive Partner hierarchies." },
  readonly_field: { field: "amount_total", model: "sale.order" },
  record_locked_state: { detail: "You cannot cancel a locked order. Please unlock it first." },
  row_lookup_failed: { received: '"Atlantis"', column: "Country" },
  row_value_invalid: { column: "Price", received: '"12,5"', expected: "a number" },
  singleton_expected: { received: "2 records of sale.order" },
  timeout: { seconds: 120 },
  unknown_field: { field: "emial" },
  unknown_parameter: { parameter: "limt", nearest: "limit", known: "domain, fields, limit, order" },
  unsupported_media_type: { received: "text/plain", expected: "application/json" },
  user_error_business_rule: { detail: "Please define a price list for this customer." },
  version_unsupported: { detail: "formatted_read_group came with 19.0" },
  wrong_type: { field: "color", received: '"blue"' },
  x2many_command_syntax: { field: "category_id", received: "[[9, 1]]" },
};

/** Evidence for every name that the code's templates hold; `detail` only where a code has one of its own. */
export function exampleEvidence(code: ErrorCode): Evidence {
  const { title, cause, fix }: CatalogueEntry = catalogue[code];
  const names = [...`${title} ${cause} ${fix}`.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const known = names.filter((name) => name in general).map((name) => [name, general[name]] as const);
  return { ...Object.fromEntries(known), ...particular[code] };
}
