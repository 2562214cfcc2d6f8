/**
 * What Odoo asks of a create that fields_get does not tell, since a check of the database or of another model asks it
 * (seen on 18.0 and 19.0): "Contacts require a name", or a required field computed from another that is not given. A blank
 * name, which Odoo takes in silence, is none.
 */

type Values = Readonly<Record<string, unknown>>;

interface Requirement {
  readonly field: string;
  /** Whether other values do instead. */
  readonly unless: (values: Values) => boolean;
}

const given = (value: unknown) =>
  value !== undefined && value !== null && value !== false && !(typeof value === "string" && value.trim() === "");
const ofPartner: Requirement = { field: "name", unless: ({ partner_id }) => given(partner_id) };

const requirements: ReadonlyMap<string, readonly Requirement[]> = new Map([
  // An address of a contact (delivery, invoice, other) may go without.
  ["res.partner", [{ field: "name", unless: ({ type }: Values) => given(type) && type !== "contact" }]],
  ["res.users", [ofPartner]],
  ["res.company", [ofPartner]],
  // Computed of the customer's, but too late for the database.
  ["crm.lead", [{ field: "name", unless: () => false }]],
  ["utm.campaign", [{ field: "title", unless: ({ name }: Values) => given(name) }]],
]);

/** Fields that a create of the model lacks beyond its required ones. */
export function lacking(model: string, values: Values): string[] {
  const asked = requirements.get(model) ?? [];
  return asked.filter(({ field, unless }) => !given(values[field]) && !unless(values)).map(({ field }) => field);
}

/** Required fields that Odoo's create() fills by itself, of which default_get says nothing. */
export function filledOnCreate(model: string): readonly string[] {
  return filled.get(model) ?? [];
}

const filled: ReadonlyMap<string, readonly string[]> = new Map([
  ["ir.model.fields", ["model"]],
  ["res.lang", ["url_code"]],
  ["stock.move.line", ["company_id"]],
  ["stock.warehouse", ["view_location_id", "lot_stock_id"]],
  ["utm.campaign", ["title"]],
]);
