/** A folder with a flow of its own and the configuration of a hook for each sender. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret, standardSecret } from "./senders.js";

/** Contacts by their number; `rank` shows which event wrote last, `bad` is refused by Odoo. */
const contactFlow = `
name: contact
source: { kind: webhook, provider: standard_webhooks }
records:
  - name: contact
    model: res.partner
    key: "'c' & id"
    existing: update
    values:
      name: "name"
      ref: "'n' & id"
      color: "rank"
      comment: "'<p>' & note & '</p>'"
      email: "bad ? 5 : email"
`;

/** @returns the folder of flows, the text of odoorway.yaml, and what removes the folder */
export function shopFolder(): { readonly folder: string; readonly yaml: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-flows-"));
  writeFileSync(join(folder, "contact.yaml"), contactFlow);
  const yaml = `
flows_folder: ${folder}
hooks:
  shopify: { flow: contact, provider: shopify, secrets: [${secret}], topics: ["customers/*"] }
  woo: { flow: contact, provider: woocommerce, secrets: [${secret}] }
  stripe: { flow: contact, provider: stripe, secrets: [${secret}] }
  github: { flow: contact, provider: github, secrets: [${secret}] }
  standard: { flow: contact, secrets: [${standardSecret}] }
  unsigned: { flow: contact, provider: none }
`;
  return { folder, yaml, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
