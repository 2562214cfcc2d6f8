/** What `odoorway flow new` writes: a flow that works as it is, with a word on every part of it. */

export function flowTemplate(name: string): string {
  return `# A flow: how what another system sends becomes records of Odoo.
#
#   odoorway flow test ${name}.yaml            runs the examples at the end
#   odoorway flow test ${name}.yaml --connect  also asks Odoo whether it has every model and field
#   odoorway flow run ${name} payload.json --dry-run
#
# Texts below are JSONata (https://docs.jsonata.org), evaluated on the payload; text itself is quoted twice:
# "'like this'". Numbers, true, false and null stand for themselves.

name: ${name}
description: A customer of our shop becomes a contact.

# api: POST /v1/flows/${name}. For a webhook: { kind: webhook, provider: shopify, topics: [customers/create] };
# the provider is shopify, woocommerce, stripe, github, standard_webhooks, or none.
source: { kind: api }

# What a user may set without touching expressions, as $settings.shop; overridden in odoorway.yaml:
#   flows: { ${name}: { settings: { shop: eu } } }
settings:
  shop: { default: shop, says: "Short name of the shop, part of every key" }

# Payloads that are taken, but make nothing. The reason is reported.
skip:
  - when: "test = true"
    says: "'a test customer'"

# Names for what is used more than once.
let:
  full_name: "$trim(first_name & ' ' & last_name)"

# Records, made in this order; the last is the primary one.
records:
  - name: customer
    model: res.partner
    # What tells this record from others, for ever: the external id is made of it, so nothing is made twice.
    key: "$settings.shop & '-customer-' & id"
    # Tried in order while the external id is not known yet, so that contacts made by hand are found.
    match:
      - { email: "email" }
    values:
      name: "$full_name"
      email: "email"
      # A record of Odoo is found by what is known of it. When there is none: warn, fail, or create.
      country_id: { find: res.country, by: { code: "country" }, missing: warn }

# What could not be mapped, in sentences; kept with the outcome.
report:
  - when: "$exists(vat_number)"
    says: "'the VAT number ' & vat_number & ' was left out'"

# Payloads, and the plans that they give.
examples:
  - name: a customer
    input: { id: 7, first_name: Ada, last_name: Lovelace, email: ada@example.com, country: GB }
    expect:
      records:
        - name: customer
          model: res.partner
          external_id: odoorway.res_partner_shop-customer-7
          match: [{ email: ada@example.com }]
          existing: update-changed
          values:
            name: Ada Lovelace
            email: ada@example.com
            country_id: { $find: { model: res.country, by: { code: GB }, missing: warn } }
  - name: a test customer
    input: { id: 8, test: true }
    expect: { skipped: a test customer, records: [] }
`;
}
