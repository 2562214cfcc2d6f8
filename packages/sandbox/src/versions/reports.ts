/** ir.actions.report: which reports there are, for clients that look for one before they print it. */
import type { FieldType } from "@odoorway/core";
import type { OdooVersion } from "./facts.js";

type Attributes = Record<string, unknown>;

/** Reports of the recorded servers on the models that people print: id in 18.0 and in 19.0, name, model, template. */
const reports: readonly (readonly [id18: number, id19: number, name: string, model: string, template: string])[] = [
  [238, 237, "Invoice PDF", "account.move", "account.report_invoice_with_payments"],
  [239, 238, "Original Bills", "account.move", "account.report_original_vendor_bill"],
  [240, 239, "PDF without Payment", "account.move", "account.report_invoice"],
  [352, 355, "Picking Operations", "stock.picking", "stock.report_picking"],
  [353, 356, "Delivery Slip", "stock.picking", "stock.report_deliveryslip"],
  [448, 457, "Purchase Order", "purchase.order", "purchase.report_purchaseorder"],
  [449, 458, "Request for Quotation", "purchase.order", "purchase.report_purchasequotation"],
  [473, 485, "PDF Quote", "sale.order", "sale.report_saleorder"],
  [474, 486, "PRO-FORMA Invoice", "sale.order", "sale.report_saleorder_pro_forma"],
  [510, 524, "Quotation / Order", "sale.order", "sale.report_saleorder_raw"],
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
  const rows = reports.map(([id18, id19, name, model, template]) => {
    const shown = version === 18 && name === "Invoice PDF" ? "PDF" : name;
    return [version === 18 ? id18 : id19, shown, "ir.actions.report", "report", model, "qweb-pdf", template, template];
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
