/** A few models as fields_get describes them, cut to what the tests of this package need. */
import type { ModelMetadata } from "@odoorway/core";
import { readFieldsGet } from "./fields-get.js";

type Raw = Record<string, unknown>;
const field = (type: string, more: Raw = {}): Raw => ({
  type,
  string: more.string ?? type,
  required: false,
  readonly: false,
  store: true,
  depends: [],
  ...more,
});
const magic = {
  id: field("integer", { string: "ID", readonly: true }),
  create_date: field("datetime", { string: "Created on", readonly: true }),
  display_name: field("char", { readonly: true, store: false, depends: ["name"] }),
};
const related = (name: string, type: string, more: Raw = {}) =>
  field(type, { related: `product_tmpl_id.${name}`, depends: [`product_tmpl_id.${name}`], store: false, ...more });

export const rawPartner = {
  ...magic,
  name: field("char", { string: "Name", required: true }),
  active: field("boolean", { string: "Active" }),
  ref: field("char", { string: "Reference" }),
  code: field("char", { string: "Code", size: 2 }),
  comment: field("html", { string: "Notes" }),
  color: field("integer", { string: "Color Index" }),
  rank: field("float", { string: "Rank", digits: [6, 2] }),
  credit: field("monetary", { string: "Credit" }),
  birthday: field("date", { string: "Birthday" }),
  seen_at: field("datetime", { string: "Seen" }),
  type: field("selection", {
    string: "Address Type",
    selection: [
      ["contact", "Contact"],
      ["invoice", "Invoice Address"],
    ],
  }),
  image_1920: field("binary", { string: "Image" }),
  country_id: field("many2one", { string: "Country", relation: "res.country" }),
  parent_id: field("many2one", { string: "Company", relation: "res.partner" }),
  category_id: field("many2many", { string: "Tags", relation: "res.partner.category" }),
  child_ids: field("one2many", { string: "Contacts", relation: "res.partner", relation_field: "parent_id" }),
  doc: field("reference", {
    string: "Document",
    selection: [
      ["res.partner", "Contact"],
      ["sale.order", "Order"],
    ],
  }),
  res_id: field("many2one_reference", { string: "Resource" }),
  extra: field("json", { string: "Extra" }),
  traits: field("properties", { string: "Traits" }),
  contact_address: field("char", { readonly: true, store: false, depends: ["name"] }),
  email_normalized: field("char", { readonly: true, depends: ["ref"] }),
  signup_state: field("selection", { readonly: true, selection: [["new", "New"]] }),
};

export const rawOrder = {
  ...magic,
  name: field("char", { required: true }),
  partner_id: field("many2one", { string: "Customer", required: true, relation: "res.partner" }),
  partner_invoice_id: field("many2one", { required: true, relation: "res.partner", depends: ["partner_id"] }),
  order_line: field("one2many", { required: true, relation: "sale.order.line", relation_field: "order_id" }),
  state: field("selection", {
    readonly: true,
    selection: [
      ["draft", "Quotation"],
      ["sale", "Sales Order"],
    ],
  }),
  amount_total: field("monetary", { readonly: true, depends: ["order_line.price"] }),
};

const rawLine = {
  ...magic,
  order_id: field("many2one", { required: true, relation: "sale.order" }),
  product_id: field("many2one", { required: true, string: "Product", relation: "product.product" }),
  qty: field("float", { string: "Quantity" }),
  tax_id: field("many2many", { relation: "account.tax" }),
};

const rawTemplate = {
  ...magic,
  name: field("char", { string: "Name", required: true }),
  type: field("selection", { required: true, selection: [["consu", "Goods"]] }),
  list_price: field("float", { digits: [16, 2] }),
  uom_po_id: field("many2one", { required: true, relation: "uom.uom", depends: ["type"] }),
};

export const rawProduct = {
  ...magic,
  product_tmpl_id: field("many2one", { required: true, relation: "product.template" }),
  name: related("name", "char", { string: "Name", required: true }),
  type: related("type", "selection", { required: true, selection: [["consu", "Goods"]] }),
  list_price: related("list_price", "float"),
  uom_po_id: related("uom_po_id", "many2one", { required: true, relation: "uom.uom" }),
  barcode: field("char"),
};

const rawCountry = {
  ...magic,
  name: field("char", { required: true, string: "Country Name" }),
  code: field("char", { required: true, size: 2 }),
};

export const partner = readFieldsGet("res.partner", "Contact", rawPartner, []);
export const order = readFieldsGet("sale.order", "Sales Order", rawOrder, ["name"]);
export const line = readFieldsGet("sale.order.line", "Sales Order Line", rawLine, []);
const template = readFieldsGet("product.template", "Product", rawTemplate, ["type"]);
export const product = readFieldsGet("product.product", "Product Variant", rawProduct, []);
export const country = readFieldsGet("res.country", "Country", rawCountry, []);
const category = readFieldsGet(
  "res.partner.category",
  "Tag",
  { ...magic, name: field("char", { required: true }) },
  [],
);

const all = new Map<string, ModelMetadata>(
  [partner, order, line, template, product, country, category].map((metadata) => [metadata.model, metadata]),
);

export const known = (model: string): ModelMetadata | undefined => all.get(model);
