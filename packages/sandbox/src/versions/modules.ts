/** ir.module.module: what is installed, for clients that look whether an app is there. */
import type { FieldType } from "@odoorway/core";
import type { OdooVersion } from "./facts.js";

type Attributes = Record<string, unknown>;

/** Of the model, in ir.model. */
const ids: Readonly<Record<OdooVersion, number>> = { 18: 67, 19: 69 };

interface Installed {
  readonly name: string;
  readonly label: string;
  readonly application?: true;
  /** The version that brought it. */
  readonly since?: OdooVersion;
}

/** Modules of the recorded servers that bring models, fields or routes of what the sandbox serves. */
const installed: readonly Installed[] = [
  { name: "account", label: "Invoicing", application: true },
  { name: "account_payment", label: "Payment - Account" },
  { name: "analytic", label: "Analytic Accounting" },
  { name: "api_doc", label: "API Documentation", since: 19 },
  { name: "auth_totp", label: "Two-Factor Authentication (TOTP)" },
  { name: "base", label: "Base" },
  { name: "base_import", label: "Base import" },
  { name: "base_setup", label: "Initial Setup Tools" },
  { name: "bus", label: "IM Bus" },
  { name: "contacts", label: "Contacts", application: true },
  { name: "crm", label: "CRM", application: true },
  { name: "http_routing", label: "Web Routing" },
  { name: "mail", label: "Discuss", application: true },
  { name: "payment", label: "Payment Engine" },
  { name: "phone_validation", label: "Phone Numbers Validation" },
  { name: "portal", label: "Customer Portal" },
  { name: "product", label: "Products & Pricelists" },
  { name: "purchase", label: "Purchase", application: true },
  { name: "purchase_stock", label: "Purchase Stock" },
  { name: "resource", label: "Resource" },
  { name: "rpc", label: "RPC endpoints", since: 19 },
  { name: "sale", label: "Sales" },
  { name: "sale_crm", label: "Opportunity to Quotation" },
  { name: "sale_management", label: "Sales", application: true },
  { name: "sale_purchase", label: "Sale Purchase" },
  { name: "sale_purchase_stock", label: "MTO Sale <-> Purchase" },
  { name: "sale_stock", label: "Sales and Warehouse Management" },
  { name: "sales_team", label: "Sales Teams" },
  { name: "stock", label: "Inventory", application: true },
  { name: "stock_account", label: "WMS Accounting" },
  { name: "uom", label: "Units of measure" },
  { name: "utm", label: "UTM Trackers" },
  { name: "web", label: "Web" },
];
const states = [
  ["uninstallable", "Uninstallable"],
  ["uninstalled", "Not Installed"],
  ["installed", "Installed"],
  ["to upgrade", "To be upgraded"],
  ["to remove", "To be removed"],
  ["to install", "To be installed"],
];

const stored = (string: string, more: Attributes = {}): Attributes => ({
  string,
  store: true,
  readonly: true,
  ...more,
});
const fields: readonly [string, FieldType, Attributes][] = [
  ["id", "integer", stored("ID")],
  ["display_name", "char", { string: "Display Name", readonly: true, depends: ["shortdesc"] }],
  ["name", "char", stored("Technical Name", { required: true })],
  ["shortdesc", "char", stored("Module Name", { translate: true })],
  ["summary", "char", stored("Summary", { translate: true })],
  ["author", "char", stored("Author")],
  ["latest_version", "char", stored("Installed Version")],
  ["sequence", "integer", stored("Sequence", { readonly: false })],
  ["state", "selection", stored("Status", { selection: states })],
  ["application", "boolean", stored("Application")],
  ["auto_install", "boolean", { string: "Automatic Installation", store: true }],
  ["license", "selection", stored("License", { selection: [["LGPL-3", "LGPL Version 3"]] })],
  ["create_uid", "many2one", stored("Created by", { relation: "res.users" })],
  ["create_date", "datetime", stored("Created on")],
  ["write_uid", "many2one", stored("Last Updated by", { relation: "res.users" })],
  ["write_date", "datetime", stored("Last Updated on")],
];

/** The model and its records in the form of the generated facts. */
export function moduleFacts(version: OdooVersion) {
  const columns = ["name", "shortdesc", "author", "latest_version", "sequence", "state", "application", "license"];
  const rows = installed
    .filter(({ since = version }) => since <= version)
    .map(({ name, label, application = false }, at) => {
      return [at + 1, name, label, "Odoo S.A.", `${version}.0.1.0`, 100, "installed", application, "LGPL-3"];
    });
  const order = "application desc,sequence,name";
  return {
    model: { id: ids[version], model: "ir.module.module", label: "Module", order, defaults: {}, fields },
    records: { model: "ir.module.module", fields: columns, rows },
    /** Group and rights: settings (4 in both versions) may do all, internal users (1) read. */
    access: [
      [4, 15],
      [1, 1],
    ] as const,
  };
}
