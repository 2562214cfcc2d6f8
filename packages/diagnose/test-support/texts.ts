/** Pasted texts as people have them, written for the tests in the forms that clients and servers print. */
import type { ErrorCode } from "@odoorway/core";

export interface PastedText {
  readonly what: string;
  readonly text: string;
  readonly code: ErrorCode;
  readonly evidence?: Readonly<Record<string, string | number>>;
}

const python = (last: string) =>
  `Traceback (most recent call last):\n  File "sync.py", line 12, in <module>\n    models.execute_kw(db, uid, pw, 'res.partner', 'create', [vals])\n  File "/usr/lib/python3.11/xmlrpc/client.py", line 1122, in __call__\n    return self.__send(self.__name, args)\n${last}`;

const server = (last: string) =>
  `2026-11-20 10:00:00,123 77 ERROR shop odoo.http: Exception during request handling.\nTraceback (most recent call last):\n  File "/opt/odoo/odoo/http.py", line 2363, in __call__\n    response = request._serve_db()\n  File "/opt/odoo/odoo/api.py", line 517, in call_kw\n    result = getattr(recs, name)(*args, **kwargs)\n${last}`;

const jsonRpc = (name: string, message: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    error: {
      code: 200,
      message: "Odoo Server Error",
      data: { name, message, debug: `Traceback\n${name}: ${message}`, arguments: [message] },
    },
  });

export const texts: readonly PastedText[] = [
  // the way to the server, as clients of many languages say it
  {
    what: "Python, refused",
    text: python("ConnectionRefusedError: [Errno 111] Connection refused"),
    code: "connection_refused",
  },
  {
    what: "Node, refused",
    text: "Error: connect ECONNREFUSED 127.0.0.1:8069\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)",
    code: "connection_refused",
  },
  {
    what: "PHP, name",
    text: "PHP Warning:  file_get_contents(): php_network_getaddresses: getaddrinfo failed: Name or service not known in ripcord_client.php on line 489",
    code: "dns_failure",
  },
  {
    what: "Java, name",
    text: 'Exception in thread "main" java.net.UnknownHostException: odoo.example\n\tat java.base/java.net.Socket.connect(Socket.java:633)',
    code: "dns_failure",
  },
  {
    what: "C#, name",
    text: "System.Net.Http.HttpRequestException: No such host is known. (odoo.example:443)",
    code: "dns_failure",
  },
  {
    what: "Python, certificate",
    text: python(
      "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)",
    ),
    code: "tls_failure",
  },
  {
    what: "Java, certificate",
    text: "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target",
    code: "tls_failure",
  },
  {
    what: "PHP, certificate",
    text: "cURL error 60: SSL certificate problem: unable to get local issuer certificate",
    code: "tls_failure",
  },
  {
    what: "https where http is served",
    text: "Error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
    code: "tls_failure",
  },
  {
    what: "Python, hung up",
    text: python("http.client.RemoteDisconnected: Remote end closed connection without response"),
    code: "connection_lost",
  },
  {
    what: "Node, hung up",
    text: "Error: socket hang up\n    at connResetException (node:internal/errors:720:14)",
    code: "connection_lost",
  },
  { what: "PHP, hung up", text: "cURL error 52: Empty reply from server", code: "connection_lost" },
  { what: "Python, slow", text: python("TimeoutError: The read operation timed out"), code: "timeout" },
  {
    what: "C#, slow",
    text: "System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.",
    code: "timeout",
  },
  {
    what: "PHP, slow",
    text: "cURL error 28: Operation timed out after 30001 milliseconds with 0 bytes received",
    code: "timeout",
  },
  // HTTP
  {
    what: "redirect, Python",
    text: python(
      "xmlrpc.client.ProtocolError: <ProtocolError for shop.example/xmlrpc/2/common: 301 Moved Permanently>",
    ),
    code: "http_redirect",
  },
  {
    what: "wrong address, Python",
    text: python("xmlrpc.client.ProtocolError: <ProtocolError for shop.example/xmlrpc/2/comon: 404 NOT FOUND>"),
    code: "http_404_endpoint",
  },
  {
    what: "wrong address, axios",
    text: "AxiosError: Request failed with status code 404\n    at settle (axios.js:1967:12)",
    code: "http_404_endpoint",
  },
  {
    what: "proxy, curl",
    text: "< HTTP/1.1 502 Bad Gateway\n< Server: nginx/1.24.0\n< Content-Type: text/html\n\n<html><head><title>502 Bad Gateway</title></head></html>",
    code: "bad_gateway_or_proxy",
  },
  {
    what: "too large, HTML",
    text: "<html>\n<head><title>413 Request Entity Too Large</title></head>\n<body><center><h1>413 Request Entity Too Large</h1></center></body></html>",
    code: "payload_too_large",
  },
  {
    what: "too often",
    text: "HTTP/1.1 429 Too Many Requests\nRetry-After: 30\n\n",
    code: "rate_limited",
    evidence: { seconds: 30 },
  },
  {
    what: "a form's token",
    text: "<!doctype html>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>Session expired (invalid CSRF token)</p>",
    code: "csrf",
  },
  {
    what: "no JSON, Python",
    text: python("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    code: "invalid_json_or_xml",
  },
  {
    what: "no JSON, Node",
    text: "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
    code: "invalid_json_or_xml",
  },
  {
    what: "no XML, Python",
    text: python("xml.parsers.expat.ExpatError: mismatched tag: line 6, column 2"),
    code: "invalid_json_or_xml",
  },
  // who may come in, and where
  {
    what: "wrong key, Python",
    text: python("xmlrpc.client.Fault: <Fault 3: 'Access Denied'>"),
    code: "auth_invalid_credentials",
  },
  { what: "wrong key, odoorpc", text: "odoorpc.error.RPCError: Access Denied", code: "auth_invalid_credentials" },
  {
    what: "wrong key, JSON-RPC",
    text: jsonRpc("odoo.exceptions.AccessDenied", "Access Denied"),
    code: "auth_invalid_credentials",
  },
  {
    what: "wrong key, C#",
    text: "CookComputing.XmlRpc.XmlRpcFaultException: Server returned a fault exception: [3] Access Denied",
    code: "auth_invalid_credentials",
  },
  {
    what: "a false where Go wants the id",
    text: "json: cannot unmarshal bool into Go struct field Response.result of type int64",
    code: "auth_invalid_credentials",
  },
  {
    what: "two-factor",
    text: "Access Denied: this user has two-factor authentication enabled, an API key is required",
    code: "auth_2fa_requires_api_key",
  },
  {
    what: "session",
    text: JSON.stringify({
      jsonrpc: "2.0",
      id: null,
      error: {
        code: 100,
        message: "Odoo Session Expired",
        data: { name: "odoo.http.SessionExpiredException", message: "Session expired" },
      },
    }),
    code: "auth_session_expired",
  },
  {
    what: "wrong database, Python",
    text: python(
      `xmlrpc.client.Fault: <Fault 1: 'Traceback (most recent call last):\\n  File "/opt/odoo/sql_db.py", line 1, in connect\\npsycopg2.OperationalError: FATAL:  database "shopp" does not exist\\n\\n'>`,
    ),
    code: "db_not_found",
    evidence: { database: "shopp" },
  },
  {
    what: "no database chosen",
    text: "odoorpc.error.RPCError: request not bound to a database",
    code: "auth_wrong_database",
  },
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

/** Texts that say nothing of a failure. */
export const unknownTexts: readonly string[] = [
  "",
  "   \n",
  "ok",
  "0",
  "{}",
  "[1, 2, 3]",
  "<html></html>",
  "SELECT 1;",
  "function f() { return 1; }",
  "a1b2c3 ".repeat(50),
];
