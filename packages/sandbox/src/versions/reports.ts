/** ir.actions.report: which reports there are, for clients that look for one before they print it. */
import type { FieldType } from "@odoorway/core";
import type { OdooVersion } from "./facts.js";

type Attributes = Record<string, unknown>;

interface Report {
  /** Of the record, by version. */
  readonly id: Readonly<Record<OdooVersion, number>>;
  readonly name: string | Readonly<Record<OdooVersion, string>>;
  readonly model: string;
  readonly template: string;
}

/** Reports of the recorded servers on the models that people print. */
const reports: readonly Report[] = [
  {
    id: { 18: 238, 19: 237 },
    name: { 18: "PDF", 19: "Invoice PDF" },
    model: "account.move",
    template: "account.report_invoice_with_payments",
  },
  {
    id: { 18: 239, 19: 238 },
    name: "Original Bills",
    model: "account.move",
    template: "account.report_original_vendor_bill",
  },
  { id: { 18: 240, 19: 239 }, name: "PDF without Payment", model: "account.move", template: "account.report_invoice" },
  { id: { 18: 352, 19: 355 }, name: "Picking Operations", model: "stock.picking", template: "stock.report_picking" },
  { id: { 18: 353, 19: 356 }, name: "Delivery Slip", model: "stock.picking", template: "stock.report_deliveryslip" },
  {
    id: { 18: 448, 19: 457 },
    name: "Purchase Order",
    model: "purchase.order",
    template: "purchase.report_purchaseorder",
  },
  {
    id: { 18: 449, 19: 458 },
    name: "Request for Quotation",
    model: "purchase.order",
    template: "purchase.report_purchasequotation",
  },
  { id: { 18: 473, 19: 485 }, name: "PDF Quote", model: "sale.order", template: "sale.report_saleorder" },
  {
    id: { 18: 474, 19: 486 },
    name: "PRO-FORMA Invoice",
    model: "sale.order",
    template: "sale.report_saleorder_pro_forma",
  },
  { id: { 18: 510, 19: 524 }, name: "Quotation / Order", model: "sale.order", template: "sale.report_saleorder_raw" },
];
const kinds = [
  ["qweb-html", "HTML"],
  ["qweb-pdf", "PDF"],
  ["qweb-text", "Text"],
];
const bindings = [
  ["action", "Action"],
  ["report", "Report"],
];

const stored = (string: string, more: Attributes = {}): Attributes => ({ string, store: true, ...more });
const fields: readonly [string, FieldType, Attributes][] = [
  ["id", "integer", stored("ID", { readonly: true })],
  ["display_name", "char", { string: "Display Name", readonly: true, depends: ["name"] }],
  ["name", "char", stored("Action Name", { required: true, translate: true })],
  ["type", "char", stored("Action Type", { required: true })],
  ["binding_type", "selection", stored("Binding Type", { required: true, selection: bindings })],
  ["model", "char", stored("Model Name", { required: true })],
  ["report_type", "selection", stored("Report Type", { required: true, selection: kinds })],
  ["report_name", "char", stored("Template Name", { required: true })],
  ["report_file", "char", stored("Report File")],
  ["print_report_name", "char", stored("Printed Report Name", { translate: true })],
  ["multi", "boolean", stored("On Multiple Doc.")],
  ["attachment_use", "boolean", stored("Reload from Attachment")],
  ["attachment", "char", stored("Save as Attachment Prefix")],
  ["create_uid", "many2one", stored("Created by", { relation: "res.users", readonly: true })],
  ["create_date", "datetime", stored("Created on", { readonly: true })],
  ["write_uid", "many2one", stored("Last Updated by", { relation: "res.users", readonly: true })],
  ["write_date", "datetime", stored("Last Updated on", { readonly: true })],
];

/** The model and its records in the form of the generated facts. */
export function reportFacts(version: OdooVersion) {
  const rows = reports.map(({ id, name, model, template }) => {
    const shown = typeof name === "string" ? name : name[version];
    return [id[version], shown, "ir.actions.report", "report", model, "qweb-pdf", template, template];
  });
  const columns = ["name", "type", "binding_type", "model", "report_type", "report_name", "report_file"];
  const defaults = { type: "ir.actions.report", binding_type: "report", report_type: "qweb-pdf" };
  return {
    model: {
      id: version + 10,
      model: "ir.actions.report",
      label: "Report Action",
      order: "name, id",
      defaults,
      fields,
    },
    records: { model: "ir.actions.report", fields: columns, rows },
    /** Group and rights: settings (4 in both versions) may do all, internal users (1) read. */
    access: [
      [4, 15],
      [1, 1],
    ] as const,
  };
}
