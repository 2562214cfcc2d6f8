/**
 * What Odoo asks of a create that fields_get does not tell, since a check of the database or of another model asks it
 * (seen on 18.0 and 19.0): "Contacts require a name", or a required field computed from another that is not given.
 */

type Values = Readonly<Record<string, unknown>>;

interface Requirement {
  readonly field: string;
  /** Whether other values do instead. */
  readonly unless: (values: Values) => boolean;
}

const given = (value: unknown) => value !== undefined && value !== null && value !== false;
const ofPartner: Requirement = { field: "name", unless: ({ partner_id }) => given(partner_id) };

const requirements: ReadonlyMap<string, readonly Requirement[]> = new Map([
  // An address of a contact (delivery, invoice, other) may go without.
  ["res.partner", [{ field: "name", unless: ({ type }: Values) => given(type) && type !== "contact" }]],
  ["res.users", [ofPartner]],
  ["res.company", [ofPartner]],
  ["crm.lead", [ofPartner]],
]);

/** Fields that a create of the model lacks beyond its required ones. */
export function lacking(model: string, values: Values): string[] {
  const asked = requirements.get(model) ?? [];
  return asked.filter(({ field, unless }) => !given(values[field]) && !unless(values)).map(({ field }) => field);
}
