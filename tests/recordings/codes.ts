/**
 * What every recorded exchange is to become in the client. A case that is not here is a value, equal to the
 * recorded one. The key is a case's id without its transport: the same mistake has the same code over each
 * transport and in both versions. Where they truly differ, `otherwise` says why.
 *
 * `happened` is "no" where it is left out; `model` and `field` are what the evidence must name.
 */
import type { ErrorCode, Happened } from "@odoorway/core";

export interface Expected {
  readonly code: ErrorCode;
  readonly happened?: Happened;
  readonly model?: string;
  readonly field?: string;
}

const partner = "res.partner";
const template = "product.template";

export const codes: Readonly<Record<string, Expected>> = {
  // Who calls.
  "authenticate.wrong_password": { code: "auth_invalid_credentials" },
  "authenticate.unknown_login": { code: "auth_invalid_credentials" },
  "authenticate.archived_password": { code: "auth_invalid_credentials" },
  "authenticate.expired_key": { code: "auth_invalid_credentials" },
  "authenticate.wrong_db": { code: "db_not_found" },
  "authenticate.empty_db": { code: "db_not_found" },
  "login.legacy_wrong": { code: "auth_invalid_credentials" },
  "call.wrong_secret": { code: "auth_invalid_credentials" },
  "call.2fa_password": { code: "auth_invalid_credentials" },
  "call.expired_key": { code: "auth_invalid_credentials" },
  "session.authenticate.wrong": { code: "auth_invalid_credentials" },
  "session.authenticate.apikey": { code: "auth_invalid_credentials" },
  "session.call_kw.no_session": { code: "auth_session_expired" },
  "session.call_kw.stale_cookie": { code: "auth_session_expired" },
  "json2.bad_key": { code: "auth_invalid_credentials" },
  "json2.basic_auth": { code: "auth_invalid_credentials" },
  "json2.db_header_wrong": { code: "db_not_found" },

  // Requests that are no call.
  "json2.get": { code: "http_404_endpoint" },
  "json2.bad_json": { code: "bad_arguments" },
  "json2.json_array_body": { code: "bad_arguments" },
  "json2.empty_body": { code: "bad_arguments" },
  "json2.text_plain": { code: "invalid_json_or_xml" },
  "http.xmlrpc.typo": { code: "server_exception" },
  "http.xmlrpc.not_xml": { code: "bad_arguments" },
  "http.xmlrpc.truncated": { code: "bad_arguments" },
  "http.xmlrpc.get": { code: "invalid_json_or_xml" },
  "http.jsonrpc.get": { code: "invalid_json_or_xml" },
  "http.jsonrpc.bad_json": { code: "invalid_json_or_xml" },
  "http.jsonrpc.text_plain": { code: "invalid_json_or_xml" },
  "http.jsonrpc.form": { code: "invalid_json_or_xml" },
  "http.jsonrpc.array_batch": { code: "invalid_json_or_xml" },
  "http.jsonrpc.missing_params": { code: "bad_arguments" },
  "http.jsonrpc.unknown_service": { code: "server_exception" },
  "http.jsonrpc.unknown_method": { code: "method_not_found" },
  "http.options_jsonrpc": { code: "invalid_json_or_xml" },

  // Pages: what a proxy or a wrong address may answer to a create.
  "http.404": { code: "http_404_endpoint" },
  "http.404.api": { code: "http_404_endpoint" },
  "http.login.no_csrf": { code: "csrf" },
  "http.delete_login": { code: "csrf" },
  "http.user_route.anonymous": { code: "http_redirect" },
  "http.odoo.anonymous": { code: "http_redirect" },
  "http.web.anonymous": { code: "http_redirect" },
  "http.login.get": { code: "invalid_json_or_xml", happened: "unknown" },
  "http.head_login": { code: "invalid_json_or_xml", happened: "unknown" },
  "http.health": { code: "invalid_json_or_xml", happened: "unknown" },
  "http.image.anonymous": { code: "invalid_json_or_xml", happened: "unknown" },
  "http.static_304": { code: "invalid_json_or_xml", happened: "unknown" },
  "db_selector.http": { code: "invalid_json_or_xml", happened: "unknown" },
  "web_version.http": { code: "invalid_json_or_xml", happened: "unknown" },
  "json_version.http": { code: "invalid_json_or_xml", happened: "unknown" },

  // Values.
  "m2m.single_int": { code: "wrong_type", model: partner, field: "category_id" },
  "m2m.list_of_strings": { code: "wrong_type", model: partner },
  "m2m.six_without_ids": { code: "x2many_command_syntax", model: partner },
  "m2o.string": { code: "wrong_type", model: partner },
  "m2o.list": { code: "wrong_type", model: partner },
  "m2o.invalid_id": { code: "missing_record", model: partner },
  "m2o.invalid_country": { code: "foreign_key_violation", model: partner, field: "country_id" },
  "type.float_string": { code: "wrong_type", model: template },
  "type.datetime_iso_z": { code: "wrong_type", model: "sale.order" },
  "type.binary_bad_base64": { code: "python_constraint" },
  "ids.string": { code: "wrong_type", model: partner },
  "ids.float": { code: "missing_record", model: partner },
  "integer.overflow": { code: "out_of_range", model: partner },
  "nul.byte": { code: "wrong_type", model: partner },

  // Fields, domains, arguments.
  "field.unknown": { code: "invalid_field_name", model: partner, field: "no_such_field" },
  "field.unknown_read": { code: "invalid_field_name", model: partner, field: "no_such_field" },
  "field.unknown_domain": { code: "invalid_field_name", model: partner, field: "no_such_field" },
  "order.bad": { code: "invalid_field_name", model: partner, field: "no_such_field" },
  "order.injection": { code: "bad_arguments" },
  "domain.bad_operator": { code: "invalid_domain" },
  "domain.malformed": { code: "invalid_domain" },
  "domain.not_list": { code: "invalid_domain" },
  "create.missing_arg": { code: "bad_arguments" },
  "write.missing_arg": { code: "bad_arguments" },
  "method.too_many_args": { code: "bad_arguments" },
  "offset.negative": { code: "bad_arguments" },
  "method.unknown": { code: "method_not_found", model: partner },
  "method.browse": { code: "method_private" },
  "exists.mixed": { code: "method_private" },

  // Constraints and rules.
  "required.missing_name": { code: "not_null_violation", model: template, field: "name" },
  "required.null_name": { code: "not_null_violation", model: template, field: "name" },
  "batch.one_bad_rolls_back": { code: "not_null_violation", model: template, field: "name" },
  "unique.user_login": { code: "unique_violation" },
  "unique.currency": { code: "unique_violation" },
  "unique.tag_name": { code: "unique_violation" },
  "check.company_color": { code: "unique_violation" },
  "unique.barcode": { code: "python_constraint" },
  "check.partner_name": { code: "check_violation" },
  "fk.unlink_used_uom": { code: "user_error_business_rule" },
  "so.unlink_confirmed": { code: "record_locked_state" },
  "missing.write": { code: "missing_record", model: partner },
  "company.mismatch": { code: "missing_record", model: "res.company" },

  // Rights.
  "access.model_create": { code: "access_model_denied", model: template },
  "access.users_write": { code: "access_model_denied", model: "res.users" },
  "access.config": { code: "access_model_denied", model: "ir.config_parameter" },
  "ir.model.data.lookup_as_api": { code: "access_model_denied", model: "ir.model.data" },
  "access.rule_other_salesman": { code: "access_record_rule", model: "sale.order" },
  "context.bad_company": { code: "access_record_rule", model: partner },

  // Done, and then no answer for it.
  "none.marshal": { code: "marshalling_none", happened: "yes" },
  "so.lock_returns_none": { code: "marshalling_none", happened: "yes" },
};

interface Otherwise {
  readonly why: string;
  /** Ids with their version, `id@18`; a whole id or one without its transport. */
  readonly cases: readonly string[];
  readonly instead: Expected | "value";
}

export const otherwise: readonly Otherwise[] = [
  {
    why: "18 has no JSON-2: it sends whoever asks to the login page",
    cases: ["ok", "bad_key", "basic_auth", "db_header_wrong", "get", "bad_json", "json_array_body", "empty_body"]
      .concat("text_plain")
      .map((name) => `json2.${name}@18`),
    instead: { code: "http_redirect" },
  },
  { why: "18 has no /web/version", cases: ["web_version.http@18"], instead: { code: "http_404_endpoint" } },
  { why: "18 has no /json/version", cases: ["json_version.http@18"], instead: { code: "http_redirect" } },
  {
    why: "only XML-RPC has no word for nothing",
    cases: ["so.lock_returns_none.jsonrpc@18", "so.lock_returns_none.jsonrpc@19", "so.lock_returns_none.json2@19"],
    instead: "value",
  },
  { why: "exists became private in 19", cases: ["exists.mixed@18"], instead: "value" },
  { why: "18 answers browse with a text over JSON-RPC", cases: ["method.browse.jsonrpc@18"], instead: "value" },
  {
    why: "18 browses, and XML-RPC cannot carry a record",
    cases: ["method.browse.xmlrpc@18"],
    instead: { code: "marshalling_other", happened: "yes" },
  },
  {
    why: "JSON-2 tells the client that it is 19, and browse is not sent at all",
    cases: ["method.browse.json2@19"],
    instead: { code: "version_unsupported" },
  },
  { why: "named arguments cannot be too many", cases: ["method.too_many_args.json2@19"], instead: "value" },
  {
    why: "19 looks at the company before PostgreSQL does",
    cases: ["company.mismatch@18"],
    instead: { code: "foreign_key_violation", model: "sale.order", field: "company_id" },
  },
  {
    why: "19 compares ids beyond 32 bits",
    cases: ["object.i8_int@18"],
    instead: { code: "out_of_range", model: partner },
  },
  {
    why: "formatted_read_group came with 19",
    cases: ["formatted_read_group.basic@18"],
    instead: { code: "method_not_found", model: partner },
  },
];
