/** Pasted texts about calls that reached Odoo: rights, names, values, states, servers at their limits. */
import { jsonRpc, type PastedText, python, server } from "./pasted.js";

export const textsOfCalls: readonly PastedText[] = [
  // rights
  {
    what: "model, English",
    text: server(
      "odoo.exceptions.AccessError: You are not allowed to create 'Product' (product.template) records.\n\nThis operation is allowed for the following groups:\n\t- Sales/Administrator\n\nContact your administrator to request access if necessary.",
    ),
    code: "access_model_denied",
    evidence: { model: "product.template", operation: "create", groups: "Sales/Administrator" },
  },
  {
    what: "model, French, fault",
    text: "<Fault 4: \"Vous n'êtes pas autorisé à modifier les enregistrements 'Contact' (res.partner).\\n\\nCette opération est autorisée pour les groupes suivants :\\n\\t- Administration/Paramètres\">",
    code: "access_model_denied",
    evidence: { model: "res.partner", groups: "Administration/Paramètres" },
  },
  {
    what: "model, Spanish, 11",
    text: "AccessError: Lo sentimos, no tiene permiso para crear este tipo de documento.\n\n(Modelo de documento: stock.picking)",
    code: "access_model_denied",
    evidence: { model: "stock.picking" },
  },
  {
    what: "rule, 12, German",
    text: "Der Vorgang konnte aus Sicherheitsgründen nicht abgeschlossen werden. Bitte wenden Sie sich an den Administrator.\n\n(Dokumententyp: sale.order, Vorgang: read)",
    code: "access_record_rule",
  },
  {
    what: "field",
    text: server(
      'odoo.exceptions.AccessError: You do not have enough rights to access the fields "standard_price" on Product (product.product). Please contact your system administrator.',
    ),
    code: "access_field_denied",
    evidence: { field: "standard_price", model: "product.product" },
  },
  {
    what: "log line",
    text: "2026-11-20 10:00:00,123 77 INFO shop odoo.addons.base.models.ir_model: Access Denied by ACLs for operation: unlink, uid: 9, model: res.partner",
    code: "access_model_denied",
    evidence: { operation: "unlink", model: "res.partner" },
  },
  {
    what: "private",
    text: jsonRpc(
      "odoo.exceptions.AccessError",
      "Private methods (such as 'res.partner._write') cannot be called remotely.",
    ),
    code: "method_private",
  },
  // names
  {
    what: "field",
    text: python(
      "xmlrpc.client.Fault: <Fault 1: \"Traceback (most recent call last):\\n  File \\\"/opt/odoo/models.py\\\", line 1, in create\\nValueError: Invalid field 'emial' on model 'res.partner'\\n\">",
    ),
    code: "invalid_field_name",
    evidence: { field: "emial", model: "res.partner" },
  },
  {
    what: "field, JSON-2",
    text: `HTTP/1.1 500 INTERNAL SERVER ERROR\nContent-Type: application/json\n\n${JSON.stringify({ name: "builtins.ValueError", message: "Invalid field 'emial' in 'res.partner'", arguments: [], context: {}, debug: "" })}`,
    code: "invalid_field_name",
    evidence: { field: "emial" },
  },
  {
    what: "model",
    text: server("odoo.exceptions.UserError: Object res.partners doesn't exist"),
    code: "model_not_found",
    evidence: { model: "res.partners" },
  },
  {
    what: "method",
    text: server("AttributeError: The method 'serch' does not exist on the model 'res.partner'"),
    code: "method_not_found",
    evidence: { method: "serch", model: "res.partner" },
  },
  {
    what: "arguments",
    text: server("TypeError: BaseModel.search() got an unexpected keyword argument 'limitt'"),
    code: "bad_arguments",
  },
  {
    what: "a text for a dict",
    text: server("AttributeError: 'str' object has no attribute 'get'"),
    code: "bad_arguments",
  },
  {
    what: "a path of 6.1",
    text: "Traceback (most recent call last):\n  File \"netsvc.py\", line 118, in getService\n    return cls._services[name]\nKeyError: '2/object'",
    code: "http_404_endpoint",
  },
  // values
  {
    what: "required, 19",
    text: server(
      "odoo.exceptions.ValidationError: Missing required value for the field 'Name' (name).\nModel: 'Product' (product.template)\n- create/update: a mandatory field is not set",
    ),
    code: "not_null_violation",
    evidence: { field: "name" },
  },
  {
    what: "required, PostgreSQL",
    text: 'psycopg2.errors.NotNullViolation: null value in column "partner_id" of relation "sale_order" violates not-null constraint',
    code: "not_null_violation",
    evidence: { field: "partner_id", sqlstate: "23502" },
  },
  {
    what: "required, Spanish PostgreSQL",
    text: "ERROR:  el valor nulo en la columna «name» de la relación «product_template» viola la restricción de no nulo",
    code: "not_null_violation",
    evidence: { field: "name" },
  },
  {
    what: "unique",
    text: 'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "res_users_login_key"\nDETAIL:  Key (login)=(api) already exists.',
    code: "unique_violation",
    evidence: { constraint: "res_users_login_key", sqlstate: "23505" },
  },
  {
    what: "unique, German PostgreSQL",
    text: "FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »res_users_login_key«",
    code: "unique_violation",
  },
  {
    what: "foreign key",
    text: 'psycopg2.errors.ForeignKeyViolation: insert or update on table "res_partner" violates foreign key constraint "res_partner_country_id_fkey"\nDETAIL:  Key (country_id)=(999) is not present in table "res_country".',
    code: "foreign_key_violation",
    evidence: { constraint: "res_partner_country_id_fkey" },
  },
  {
    what: "selection",
    text: server("ValueError: Wrong value for res.partner.type: 'spaceship'"),
    code: "invalid_selection_value",
    evidence: { field: "type", model: "res.partner" },
  },
  { what: "number", text: server("ValueError: could not convert string to float: '12,5'"), code: "wrong_type" },
  {
    what: "x2many",
    text: server("ValueError: Wrong value for res.partner.category_id: 5"),
    code: "wrong_type",
    evidence: { field: "category_id" },
  },
  { what: "singleton", text: server("ValueError: Expected singleton: sale.order(3, 4)"), code: "singleton_expected" },
  {
    what: "missing record",
    text: "odoo.exceptions.MissingError: Record does not exist or has been deleted.\n(Record: res.partner(9999,), User: 6)",
    code: "missing_record",
    evidence: { id: "9999", model: "res.partner" },
  },
  {
    what: "units",
    text: "The unit of measure kg defined on the line does not belong to the same category as the product's unit of measure.",
    code: "unit_or_currency",
  },
  {
    what: "units, German",
    text: "Die Maßeinheit kg gehört nicht zur selben Kategorie wie die Mengeneinheit des Produkts.",
    code: "unit_or_currency",
  },
  // states, rules, transactions
  {
    what: "locked",
    text: server("odoo.exceptions.UserError: You cannot cancel a locked order. Please unlock it first."),
    code: "record_locked_state",
  },
  {
    what: "posted, French",
    text: "Vous ne pouvez pas modifier une écriture déjà comptabilisée de ce journal.",
    code: "record_locked_state",
  },
  {
    what: "rule",
    text: server("odoo.exceptions.UserError: Please define a price list for this customer."),
    code: "user_error_business_rule",
  },
  {
    what: "rule, Dutch, bare",
    text: "U moet minstens één dag van de week selecteren om door te gaan.",
    code: "user_error_business_rule",
  },
  {
    what: "rule, Chinese, bare",
    text: "您必须先为该公司配置会计科目表才能继续操作。",
    code: "user_error_business_rule",
  },
  {
    what: "companies",
    text: server(
      "odoo.exceptions.UserError: Incompatible companies on records:\n- 'S00007' belongs to company 'A' and 'Partner' belongs to another company.",
    ),
    code: "multi_company_mismatch",
  },
  {
    what: "conflict",
    text: "psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update",
    code: "serialization_failure",
    evidence: { sqlstate: "40001" },
  },
  {
    what: "conflict, French",
    text: "ERREUR:  n'a pas pu sérialiser un accès à cause d'une mise à jour en parallèle",
    code: "serialization_failure",
  },
  {
    what: "aborted",
    text: "psycopg2.errors.InFailedSqlTransaction: current transaction is aborted, commands ignored until end of transaction block",
    code: "transaction_rolled_back",
  },
  {
    what: "None, Python",
    text: python(
      "xmlrpc.client.Fault: <Fault 1: 'Traceback (most recent call last):\\n  File \"client.py\", line 1, in dump_nil\\nTypeError: cannot marshal None unless allow_none is enabled\\n'>",
    ),
    code: "marshalling_none",
  },
  // servers and services
  {
    what: "limit of time",
    text: "2026-11-20 10:00:00,123 1 ERROR ? odoo.service.server: WorkerHTTP (77) timeout after 120s",
    code: "timeout",
    evidence: { seconds: 120 },
  },
  {
    what: "limit of memory",
    text: "2026-11-20 10:00:00,123 1 INFO ? odoo.service.server: Worker (77) virtual memory limit (2684354560) reached.",
    code: "memory_limit",
  },
  {
    what: "module",
    text: "ValueError: External ID not found in the system: mrp.menu_mrp_root",
    code: "module_missing",
  },
  {
    what: "mail",
    text: "odoo.addons.base.models.ir_mail_server.MailDeliveryException: Mail Delivery Failed\nMail delivery failed via SMTP server 'mail.example'.\nSMTPAuthenticationError: 535",
    code: "mail_or_external_service",
  },
  {
    what: "credits",
    text: 'odoo.addons.iap.tools.iap_tools.InsufficientCreditError: {"credit": 1}',
    code: "license_or_subscription",
  },
  {
    what: "the last exception counts, not the cache before it",
    text: "Traceback (most recent call last):\n  File \"lru.py\", line 34, in __getitem__\nKeyError: ('ir.model.access', <function check at 0x7f>, 2)\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"model.py\", line 1, in call_kw\nodoo.exceptions.AccessError: You are not allowed to delete 'Contact' (res.partner) records.",
    code: "access_model_denied",
    evidence: { model: "res.partner", operation: "unlink" },
  },
];
