/** Pasted texts about the way to Odoo and who may come in: network, HTTP, login, database. */
import { jsonRpc, type PastedText, python } from "./pasted.js";

export const textsOfTheWay: readonly PastedText[] = [
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
    what: "no session, curl",
    text: "< HTTP/1.1 303 SEE OTHER\n< Location: /web/login?redirect=%2Fapi%2Forder\n",
    code: "auth_session_expired",
  },
  {
    what: "no token, requests",
    text: "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://shop.example/api/order",
    code: "controller_unauthorized",
    evidence: { path: "/api/order" },
  },
  {
    what: "wrong method",
    text: "HTTP/1.1 405 METHOD NOT ALLOWED\nAllow: POST\n",
    code: "controller_method_not_allowed",
    evidence: { allow: "POST" },
  },
  { what: "a defect of a controller", text: "HTTP/1.1 500 INTERNAL SERVER ERROR\n\n", code: "controller_failed" },
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
];
