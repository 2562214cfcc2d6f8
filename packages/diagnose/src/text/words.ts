/**
 * What is known by words alone, where no exception or status names it: what servers write into their logs, and
 * what outside services, units and companies are refused with. Each line: the words, the code, and what of the
 * words becomes evidence (the names of the groups).
 */
import type { ErrorCode } from "@odoorway/core";

export interface WordRule {
  readonly words: RegExp;
  readonly code: ErrorCode;
  /** From 0 to 1: how surely these words mean this. */
  readonly confidence: number;
  readonly happened?: "yes" | "no";
}

/** Words that are surer than whatever stands around them. */
export const tellingWords: readonly WordRule[] = [
  {
    words: /invalid CSRF token|No CSRF validation token|CSRF (?:token )?validation|csrf_token(?: is)? missing/i,
    code: "csrf",
    confidence: 0.95,
  },
  {
    words: /request not bound to a database|No database is selected|Could not (?:find|select) a database/i,
    code: "auth_wrong_database",
    confidence: 0.85,
  },
  {
    words:
      /Access Denied by ACLs for operation: (?<operation>\w+),[^\n]{0,60} model: (?<model>[a-z][\w.]*\w), fields: (?<field>[\w, ]+)/,
    code: "access_field_denied",
    confidence: 0.95,
  },
  {
    words: /Access Denied by ACLs for operation: (?<operation>\w+),[^\n]{0,60} model: (?<model>[a-z][\w.]*\w)/,
    code: "access_model_denied",
    confidence: 0.95,
  },
  {
    // "(Document model: ir.cron)", which 8.0 to 12.0 put under what rights of a model refuse, in any language.
    words:
      /\((?:[^():\n]*(?:model|modèle|modelo|modell|modello|模型)[^():\n]*) ?[:：] ?(?<model>[a-z]\w{0,60}(?:\.\w{1,60}){1,8})\)/i,
    code: "access_model_denied",
    confidence: 0.85,
  },
  {
    words:
      /(?:two[- ]factor|\b2FA\b|\btotp\b)[^\n]{0,200}(?:API key|password|denied|refused|required)|(?:denied|refused|API key)[^\n]{0,200}(?:two[- ]factor|\b2FA\b|\btotp\b)/i,
    code: "auth_2fa_requires_api_key",
    confidence: 0.85,
  },
  {
    words: /(?<detail>InsufficientCreditError|Insufficient (?:Balance|Credits?)|not enough credits?)/i,
    code: "license_or_subscription",
    confidence: 0.95,
  },
  {
    words:
      /(?:subscription|licen[cs]e|database|trial)[^\n.]{0,60}(?:has |is |will )?expire[ds]?\b|enterprise (?:code|subscription) (?:is )?(?:invalid|required|missing)|only available on [^\n.]{0,40}(?:plans?|subscriptions?)/i,
    code: "license_or_subscription",
    confidence: 0.75,
  },
  {
    words:
      /\bMemoryError\b|killed by signal 9|virtual memory limit|Cannot allocate memory|\bOut of memory\b|Allowed memory size of/i,
    code: "memory_limit",
    confidence: 0.9,
  },
  {
    words:
      /(?:virtual )?real time limit \((?:[\d.]+\/)?(?<seconds>\d+)s?\)|CPU time limit (?:\((?<cpu>\d+)\)|exceeded)|Worker\w* \(\d+\) timeout after (?<worker>\d+)s|canceling statement due to statement timeout/i,
    code: "timeout",
    confidence: 0.9,
    happened: "no",
  },
  {
    words:
      /(?<detail>MailDeliveryException|SMTP\w{1,40}(?:Error|Refused|Disconnected|Exception)|Mail [Dd]elivery [Ff]ailed|AADSTS\d+|HTTP error code received from [\w ]+|Connection Test Failed)/,
    code: "mail_or_external_service",
    confidence: 0.9,
  },
  {
    words:
      /External ID not found in the system: (?<module>[a-z]\w*)\.\w+|No module named ['"]?(?<python>odoo\.addons\.\w+|[a-z_]\w*)|module ['"](?<named>\w+)['"] (?:is not|not) installed|Unmet dependencies|inconsistent states/i,
    code: "module_missing",
    confidence: 0.85,
  },
  { words: /KeyError: u?'(?:xmlrpc\/)?2\/(?:common|object|db|report)'/, code: "http_404_endpoint", confidence: 0.9 },
  { words: /_check_selection_field_value/, code: "invalid_selection_value", confidence: 0.8 },
  { words: /in dump_nil\b|cannot marshal None/, code: "marshalling_none", confidence: 0.95, happened: "yes" },
  {
    words:
      /Fault ?Response[^\n]{0,40}(?:contains a )?String value where an? Integer|XmlRpcTypeMismatchException|cannot marshal <|is not JSON serializable|int exceeds XML-RPC limits/i,
    code: "marshalling_other",
    confidence: 0.85,
  },
  {
    // authenticate answers false where a program of a typed language waits for the user's id.
    words:
      /parsing value: f\. Path 'result'|cannot unmarshal bool into [^\n]{0,60}(?:int|result)|Boolean cannot be cast to (?:class )?(?:java\.lang\.)?Integer|'System\.Boolean' to type 'System\.Int32'/i,
    code: "auth_invalid_credentials",
    confidence: 0.75,
  },
  {
    words:
      /Function declared as capable of handling request of\s+type|Invalid JSON data|Invalid JSON-RPC|\bExpatError\b|\bJSONDecodeError\b|(?:\/|\b)wsgi_xmlrpc\b/,
    code: "invalid_json_or_xml",
    confidence: 0.85,
    happened: "no",
  },
];

/** Words of Odoo, PostgreSQL and their clients that an exception or a status would name better. */
export const knownWords: readonly WordRule[] = [
  {
    words: /transaction (?:was |is |has been )?(?:already )?rolled back/i,
    code: "transaction_rolled_back",
    confidence: 0.7,
  },
  { words: /_(?:dispatch|serve)_nodb|nodb_routing_map/, code: "auth_wrong_database", confidence: 0.6 },
  {
    words: /self\.models\[model_name\]|modules[/\\]registry\.py", line \d+, in __getitem__/,
    code: "model_not_found",
    confidence: 0.8,
  },
  { words: /xmlrpc[/\\]client\.py", line \d+, in dumps\b/, code: "marshalling_none", confidence: 0.7, happened: "yes" },
  {
    // the code of a module knows a column that its update has not yet made
    words: /column (?:"?\w+"?\.)?"?(?<field>\w+)"? (?:of relation "\w+" )?does not exist/,
    code: "invalid_field_name",
    confidence: 0.7,
  },
  {
    words:
      /SERIALIZATION_FAILURE|could not serialize access|deadlock detected|n'a pas pu sérialiser|no se pudo serializar|konnte (?:den )?Zugriff nicht serialisieren|não (?:pôde|foi possível) serializar|non è stato possibile serializzare|无法串行/i,
    code: "serialization_failure",
    confidence: 0.9,
  },
  {
    words:
      /(?:llave|clave) duplicada viola|clé dupliquée rompt|doppelter Schlüsselwert|chave duplicada viola|duplicar valor da chave viola|valore chiave duplicato|dubbele sleutelwaarde|重复键违反|duplicate key value violates unique constraint "(?<constraint>\w+)"/i,
    code: "unique_violation",
    confidence: 0.9,
  },
  {
    words:
      /(?:viola (?:la )?(?:llave|clave) foránea|viole la contrainte de clé étrangère|verletzt (?:den )?Fremdschlüssel|viola (?:a )?restrição de chave estrangeira|viola il vincolo di chiave esterna|schendt (?:\w+ )?verwijzende|违反外键约束|violates foreign key constraint)(?: "(?<constraint>\w+)")?/i,
    code: "foreign_key_violation",
    confidence: 0.9,
  },
  {
    words:
      /(?:(?:valor nulo|valor null|valeur NULL|NULL-Wert|o valor nulo|valore nullo|null value)[^\n]{0,40}?["«„“](?<field>\w+)["»“”])|violates not-null constraint|viola la restricción (?:de )?no nulo|违反了?非空约束/i,
    code: "not_null_violation",
    confidence: 0.9,
  },
  {
    words:
      /(?:Database name|database|base de (?:données|datos|dados)|Datenbank|数据库) [«"'„“](?<database>[\w.-]+)[»"'”“] (?:does not exist|n'existe pas|no existe|existiert nicht|não existe|不存在)|Database not found/i,
    code: "db_not_found",
    confidence: 0.9,
  },
  {
    words: /(?:don'?t|do not) have a?c*ess to records '|Access denied, due to security restrictions, you/i,
    code: "access_record_rule",
    confidence: 0.6,
  },
  {
    words:
      /(?:security (?:restrictions|reasons)|restricciones de seguridad|raisons de sécurité|restrictions de sécurité|Sicherheits(?:beschränkungen|gründen|einschränkungen)|restrições de segurança|motivos? de seguran[cç]a|restrizioni di sicurezza|beveiligings\w+|安全限制)|Sorry, you are not allowed to access|top-secret records/i,
    code: "access_record_rule",
    confidence: 0.8,
  },
  {
    words:
      /enough rights to access the fields? ["'](?<field>[\w, ]+)["']\s+(?:on|of) [^()\n]{1,80}\((?<model>[a-z]\w{0,60}(?:\.\w{1,60}){1,8})\)/i,
    code: "access_field_denied",
    confidence: 0.95,
  },
  {
    words:
      /(?:unit(?:s)? of measure|\bUoM\b|unidad(?:es)? de medida|unités? de mesure|Maßeinheit|Mengeneinheit|unidades? de medida|unità di misura|maateenheid|计量单位)[\s\S]{0,300}(?:categor|catégori|Kategori|类别|compatib|kompatib)|(?:currency|currencies|devises?|Währung\w*|moneda|moeda|valuta)[^\n]{0,80}(?:must be the same|same currency|différente|unterschiedlich|diferente|do(?:es)? not match)/i,
    code: "unit_or_currency",
    confidence: 0.85,
  },
  {
    words:
      /Too Many Requests|rate limit(?:ed| exceeded)?|(?:limit|quota) exceeded[^\n]{0,40}retry|(?:\(429\)|\b429\b)/i,
    code: "rate_limited",
    confidence: 0.8,
  },
  {
    words:
      /fetch misses ids|invalid input syntax for type|expects an? (?:int|integer|number|string|boolean)\b|time data '[^']*' does not match/i,
    code: "wrong_type",
    confidence: 0.8,
  },
  {
    words:
      /(?<detail>'(?:str|list|int|bool|tuple|float|dict|NoneType)' object has no attribute '\w+'|dictionary update sequence element #\d+[^\n]{0,60}|unhashable type: '\w+'|\b\w{1,80}\(\) (?:takes|got|missing) [^\n]{1,120}|list indices must be integers[^\n]{0,60}|'int' object is not (?:iterable|subscriptable))/,
    code: "bad_arguments",
    confidence: 0.7,
  },
  {
    words:
      /must be unique|already (?:exists|used|taken|assigned)|(?:muss|müssen) eindeutig|existiert bereits|existe déjà|doit être unique|ya existe|debe ser únic|já existe|deve ser únic|esiste già|deve essere univoc|bestaat al|moet uniek|已存在|必须唯一/i,
    code: "unique_violation",
    confidence: 0.6,
  },
  {
    words:
      /(?:access (?:is )?denied|acceso denegado|accès refusé|accès interdit|Zugriff verweigert|acesso negado|accesso negato|toegang geweigerd|访问被拒绝|wrong login\/password|invalid (?:username|login|credentials|api key)|authentication failed)/i,
    code: "auth_invalid_credentials",
    confidence: 0.7,
  },
  {
    words:
      /session (?:has )?expired|sesión (?:ha )?(?:expirad|caducad)|session (?:a )?expiré|Sitzung (?:ist )?abgelaufen|sessão expir|sessione scadut|sessie (?:is )?verlopen|会话(?:已)?过期/i,
    code: "auth_session_expired",
    confidence: 0.75,
  },
];

/** What clients and operating systems say of the way to the server. */
export const wayWords: readonly WordRule[] = [
  {
    words:
      /CERTIFICATE_VERIFY_FAILED|certificate verify failed|self[- ]signed certificate|unable to (?:get|verify)[^\n]{0,40}certificate|certificate (?:has expired|is not trusted)|SSLHandshakeException|PKIX path|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF|UNABLE_TO_\w+_(?:CERT|SIGNATURE)|ERR_TLS_\w+|cURL error (?:35|51|58|60)\b|WRONG_VERSION_NUMBER|wrong version number|remote certificate is invalid|SSL(?:Error|_ERROR\w*)\b|tlsv1 alert/i,
    code: "tls_failure",
    confidence: 0.9,
  },
  {
    words:
      /ENOTFOUND|EAI_AGAIN|gaierror|getaddrinfo|Name or service not known|nodename nor servname|UnknownHostException|No such host is known|cURL error 6\b|Could not resolve host|NameResolutionError|name resolution|php_network_getaddresses/i,
    code: "dns_failure",
    confidence: 0.9,
  },
  {
    words:
      /ECONNREFUSED|Connection refused|actively refused|cURL error 7\b|Failed to connect to|NewConnectionError|No connection could be made|could not connect to (?:host|server)|EHOSTUNREACH|ENETUNREACH|No route to host/i,
    code: "connection_refused",
    confidence: 0.9,
  },
  {
    words:
      /ECONNRESET|Connection reset|RemoteDisconnected|Remote end closed connection|BadStatusLine|socket hang up|Connection aborted|Broken pipe|\bEPIPE\b|IncompleteRead|cURL error (?:52|56)\b|Empty reply from server|Premature EOF|forcibly closed|connection was (?:closed|aborted)|other side closed|UND_ERR_SOCKET|closed the connection unexpectedly/i,
    code: "connection_lost",
    confidence: 0.85,
  },
  {
    words:
      /ETIMEDOUT|ESOCKETTIMEDOUT|timed[ -]?out|\bTimeout(?:Error|Exception)?\b|ReadTimeout|cURL error 28\b|UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT|deadline exceeded|Maximum execution time|operation has timed out|délai (?:d'attente )?dépassé|Zeitüberschreitung|tiempo de espera|tempo (?:limite )?esgotado|超时/i,
    code: "timeout",
    confidence: 0.8,
  },
  {
    words:
      /Unexpected token .{0,12} in JSON|is not valid JSON|Unexpected end of (?:JSON|file|data)|JSONDecodeError|Expecting value: line|No JSON object could be decoded|ExpatError|not well[- ]formed|Unknown XML-RPC tag|(?:xml|json)[ _-]?pars(?:e|ing) ?(?:error|exception)|parse error|JsonReaderException|JsonParseException|Content is not allowed in prolog|Unexpected character encountered|invalid (?:xml|json)\b|mismatched tag|syntax error: line \d+/i,
    code: "invalid_json_or_xml",
    confidence: 0.8,
  },
  {
    words: /\bredirect(?:s|ed|ion)?\b[^\n]{0,60}(?:not|refus|to )|30[1278] (?:Moved|Found|Redirect)/i,
    code: "http_redirect",
    confidence: 0.7,
  },
  {
    words:
      /(?<detail>must be (?:an instance )?of (?:the )?type|must be an instance of|Call to undefined (?:function|method)[^\n]{0,60}|Class ['"]?\w+['"]? not found)/i,
    code: "bad_arguments",
    confidence: 0.7,
  },
];
