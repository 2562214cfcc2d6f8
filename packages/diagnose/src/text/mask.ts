/** Secrets in a text, taken out before anything else looks at it: what is printed and kept never had them. */

const hidden = "***";

/** A name that a secret is given under, in code, JSON, headers and URLs. */
const names =
  "(?:\\b[\\w-]{0,40}?(?:passw(?:or)?d|passwd|passphrase|pwd|secret|api[_-]?key|apikey|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|csrf[_-]?token|session[_-]?id|token|totp[_-]?code))";

const rules: readonly (readonly [RegExp, string])[] = [
  // user:password in an address or a DSN
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}):[^\s/@]{1,500}@/gi, `$1:${hidden}@`],
  [
    /\b(authorization|proxy-authorization|x-api-key|x-auth-token)(["']?\s*[:=]\s*["']?)[^"'\n]{1,2000}/gi,
    `$1$2${hidden}`,
  ],
  [/\b(set-cookie|cookie)(["']?\s*[:=]\s*["']?)[^"'\n]{1,4000}/gi, `$1$2${hidden}`],
  [/\b(bearer|basic)\s+[\w+/=.~-]{8,4000}/gi, `$1 ${hidden}`],
  [
    new RegExp(`(["']?\\b${names}["']?\\s*(?:=>|[:=])\\s*)(["'])(?:(?!\\2)[^\\\\\\n]|\\\\.){1,2000}\\2`, "gi"),
    `$1$2${hidden}$2`,
  ],
  [new RegExp(`((?:^|[?&;\\s])${names}=)[^\\s&;"'<>]{1,2000}`, "gi"), `$1${hidden}`],
  [new RegExp(`(\\b${names}\\s*:\\s*)(?!["'\\s{[])[^\\s,;"'<>]{6,2000}`, "gi"), `$1${hidden}`],
  // the credential of the calls that everybody pastes: (db, login or uid, password, ...)
  [
    /((?:execute_kw|execute|authenticate|login)\W{1,4}(?:[\w.]{1,60}|["'][^"'\n]{0,200}["'])\s*,\s*(?:[\w.]{1,60}|["'][^"'\n]{0,200}["'])\s*,\s*)(["'])[^"'\n]{1,500}\2/g,
    `$1$2${hidden}$2`,
  ],
  [/("args"\s*:\s*\[\s*"[^"\n]{0,200}"\s*,\s*(?:\d{1,12}|"[^"\n]{0,200}")\s*,\s*)"[^"\n]{1,500}"/g, `$1"${hidden}"`],
  // keys that show what they are: Odoo's (40 hexadecimal digits), JSON web tokens, those of well-known services
  [/\b[0-9a-f]{40}\b/g, hidden],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, hidden],
  [
    /\b(?:sk|rk|pk)_(?:live|test)_\w{8,}|\bwhsec_[\w+/=]{8,}|\bshp(?:at|ss|ca|pa)_\w{8,}|\bgh[pousr]_\w{20,}|\bodw_[\w-]{8,}|\bAKIA[0-9A-Z]{16}\b/g,
    hidden,
  ],
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\w+/=\s-]{0,10000}?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g, hidden],
];

/** The text with every secret that can be told as one replaced by `***`. */
export function mask(text: string): string {
  return rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
