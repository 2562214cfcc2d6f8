/** ir.module.module: what is installed, for clients that look whether an app is there. */
import type { FieldType } from "@odoorway/core";
import type { OdooVersion } from "./facts.js";

type Attributes = Record<string, unknown>;

/** Modules of the recorded servers that carry what the sandbox serves, and whether they are apps. */
const installed: readonly (readonly [name: string, label: string, app?: true])[] = [
  ["account", "Invoicing", true],
  ["analytic", "Analytic Accounting"],
  ["auth_totp", "Two-Factor Authentication (TOTP)"],
  ["base", "Base"],
  ["base_import", "Base import"],
  ["base_setup", "Initial Setup Tools"],
  ["bus", "IM Bus"],
  ["contacts", "Contacts", true],
  ["crm", "CRM", true],
  ["mail", "Discuss", true],
  ["payment", "Payment Engine"],
  ["portal", "Customer Portal"],
  ["product", "Products & Pricelists"],
  ["purchase", "Purchase", true],
  ["sale", "Sales"],
  ["sale_crm", "Opportunity to Quotation"],
  ["sale_management", "Sales", true],
  ["sale_stock", "Sales and Warehouse Management"],
  ["sales_team", "Sales Teams"],
  ["stock", "Inventory", true],
  ["uom", "Units of measure"],
  ["utm", "UTM Trackers"],
  ["web", "Web"],
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
  const rows = installed.map(([name, label, app = false], at) => {
    return [at + 1, name, label, "Odoo S.A.", `${version}.0.1.0`, 100, "installed", app, "LGPL-3"];
  });
  const order = "application desc,sequence,name";
  return {
    model: { id: version === 18 ? 67 : 69, model: "ir.module.module", label: "Module", order, defaults: {}, fields },
    records: { model: "ir.module.module", fields: columns, rows },
    /** Group and rights: settings (4 in both versions) may do all, internal users (1) read. */
    access: [
      [4, 15],
      [1, 1],
    ] as const,
  };
}
