/** res.users.apikeys: which keys there are, for whoever looks when one ends. The keys themselves it never shows. */
import type { FieldType } from "@odoorway/core";
import type { OdooVersion } from "./facts.js";

type Attributes = Record<string, unknown>;

/** Of the model, in ir.model. */
const ids: Readonly<Record<OdooVersion, number>> = { 18: 103, 19: 107 };

const stored = (string: string, more: Attributes = {}): Attributes => ({
  string,
  store: true,
  readonly: true,
  ...more,
});
const fields: readonly [string, FieldType, Attributes][] = [
  ["id", "integer", stored("ID")],
  ["display_name", "char", { string: "Display Name", readonly: true, depends: ["name"] }],
  ["name", "char", stored("Description", { required: true })],
  ["user_id", "many2one", stored("User", { required: true, relation: "res.users", ondelete: "cascade" })],
  ["scope", "char", stored("Scope")],
  ["create_date", "datetime", stored("Creation Date")],
  ["expiration_date", "datetime", stored("Expiration Date")],
];

/** The model in the form of the generated facts; its records come with the users of the seed. */
export function apiKeyFacts(version: OdooVersion) {
  const model = "res.users.apikeys";
  return {
    model: { id: ids[version], model, label: "Users API Keys", order: "id", defaults: {}, fields },
    records: { model, fields: [], rows: [] },
    /** Group and rights: internal users (1) and portal users (10) read. */
    access: [
      [1, 1],
      [10, 1],
    ] as const,
  };
}
