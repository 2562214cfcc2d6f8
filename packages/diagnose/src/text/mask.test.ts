import { describe, expect, it } from "vitest";
import { explainText } from "./explain.js";
import { mask } from "./mask.js";

const secret = "Tr0ub4dor-and-3";
const key = "0123456789abcdef0123456789abcdef01234567";

describe("mask", () => {
  it.each([
    `models.execute_kw('shop', 2, '${secret}', 'res.partner', 'read', [[1]])`,
    `models.execute_kw(db, uid, "${secret}", 'res.partner', 'read', [[1]])`,
    `common.authenticate('shop', 'api@example.com', '${secret}', {})`,
    `{"service": "object", "method": "execute_kw", "args": ["shop", 2, "${secret}", "res.partner", "read", []]}`,
    `Authorization: Bearer ${secret}\nHost: x`,
    `"Authorization": "bearer ${secret}"`,
    `-H 'X-Api-Key: ${secret}'`,
    `Cookie: session_id=${secret}; frontend_lang=en_US`,
    `Set-Cookie: session_id=${secret}; Path=/; HttpOnly`,
    `postgresql://odoo:${secret}@db.example:5432/shop`,
    `https://api:${secret}@shop.example/xmlrpc/2/common`,
    `password = '${secret}'`,
    `'password' => '${secret}'`,
    `{"login": "api", "password": "${secret}", "db": "shop"}`,
    `ODOO_API_KEY=${secret} npm start`,
    `https://shop.example/web?access_token=${secret}&x=1`,
    `db_password: ${secret}`,
    `client_secret="${secret}"`,
    `key is ${key}.`.replace(key, key),
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s1gnature",
    "whsec_abcdefgh12345678 and shpat_abcdefgh12345678 and sk_live_abcdefgh1234",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
  ])("hides the secret of %s", (text) => {
    const masked = mask(text);
    expect(masked).toContain("***");
    for (const hidden of [secret, key, "s1gnature", "abcdefgh12345678", "MIIEow", "sk_live_a"])
      expect(masked).not.toContain(hidden);
  });

  it.each([
    "ValueError: Invalid field 'password' on model 'res.partner'",
    "The key (login)=(api) already exists.",
    "Session expired (invalid CSRF token)",
    'database "shop" does not exist',
  ])("leaves %s as it is", (text) => {
    expect(mask(text)).toBe(text);
  });

  it("holds for what a log says too", () => {
    const log = `2026-11-20 10:00:00,123 77 WARNING shop odoo.http: The key api_key='${secret}' at postgres://u:${secret}@h/d is wrong.`;
    const explanation = explainText(log);
    expect(explanation.code).not.toBe("not_recognised");
    expect(JSON.stringify(explanation)).not.toContain(secret);
  });

  it("is done before anything else: an explanation never holds the secret", () => {
    const text = `execute_kw('shop', 2, '${secret}', 'res.partner', 'create', [{}])\nodoo.exceptions.UserError: token=${secret} is wrong at postgres://u:${secret}@h/d`;
    expect(JSON.stringify(explainText(text))).not.toContain(secret);
  });
});
