import { createHmac } from "node:crypto";
import { sign as octokitSign } from "@octokit/webhooks-methods";
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { Headers } from "./schemes.js";
import { isSecretOf, type Provider, providers, verifySignature } from "./verify.js";

const now = 1_731_705_121_000;
const seconds = now / 1000;

/** Signs as each sender does, by its documentation, apart from the code under test. */
const signers: Record<Provider, (secret: string, body: string, at?: number) => Headers> = {
  shopify: (secret, body) => ({ "x-shopify-hmac-sha256": digest(secret, body, "base64") }),
  woocommerce: (secret, body) => ({ "x-wc-webhook-signature": digest(secret, body, "base64") }),
  github: (secret, body) => ({ "x-hub-signature-256": `sha256=${digest(secret, body, "hex")}` }),
  stripe: (secret, body, at = seconds) => ({
    "stripe-signature": `t=${at},v0=${"0".repeat(64)},v1=${digest(secret, `${at}.${body}`, "hex")}`,
  }),
  standard_webhooks: (secret, body, at = seconds) => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(at),
    "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at * 1000), body),
  }),
};
const secretOf = (provider: Provider, text: string) =>
  provider === "standard_webhooks" ? `whsec_${Buffer.from(text).toString("base64")}` : text;

function digest(secret: string, content: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", secret).update(content).digest(encoding);
}

function verdict(
  provider: Provider,
  headers: Headers,
  body: string | Uint8Array,
  secrets: readonly string[],
  proof: { now?: number; toleranceSeconds?: number } = {},
): string {
  try {
    verifySignature(provider, headers, Buffer.from(body), { secrets, toleranceSeconds: 300, now, ...proof });
    return "good";
  } catch (error) {
    if (error instanceof OdoorwayError) return error.code;
    throw error;
  }
}

describe("published vectors", () => {
  // RFC 4231, test case 2.
  const jefe = Buffer.from("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "hex").toString(
    "base64",
  );
  it.each<[Provider, string, string, Headers, number]>([
    ["shopify", "Jefe", "what do ya want for nothing?", { "x-shopify-hmac-sha256": jefe }, now],
    ["woocommerce", "Jefe", "what do ya want for nothing?", { "x-wc-webhook-signature": jefe }, now],
    [
      "github",
      "It's a Secret to Everybody",
      "Hello, World!",
      { "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" },
      now,
    ],
    [
      "standard_webhooks",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      '{"test": 2432232314}',
      {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      },
      1_614_265_330_000,
    ],
    [
      "standard_webhooks",
      "whsec_plJ3nmyCDGBKInavdOK15jsl",
      '{"event_type":"ping","data":{"success":true}}',
      {
        "svix-id": "msg_loFOjxBNrRLzqYUf",
        "svix-timestamp": "1731705121",
        "svix-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
      },
      now,
    ],
  ])("%s: %s", (provider, secret, body, headers, at) => {
    expect(verdict(provider, headers, body, [secret], { now: at })).toBe("good");
    expect(verdict(provider, headers, `${body} `, [secret], { now: at })).toBe("signature_mismatch");
  });
});

it("takes what GitHub's own library signs", async () => {
  const body = JSON.stringify({ zen: "Ünïcode ☃", n: [1, 2, 3] });
  const headers = { "x-hub-signature-256": await octokitSign("s3cret", body) };
  expect(verdict("github", headers, body, ["s3cret"])).toBe("good");
});

describe.each(providers)("%s", (provider) => {
  const secret = secretOf(provider, "a secret of the shop");
  const other = secretOf(provider, "another secret of it");
  const body = '{"id":1,"name":"Zoë"}';

  it("takes any of several secrets, and no other", () => {
    expect(verdict(provider, signers[provider](secret, body), body, [other, secret])).toBe("good");
    expect(verdict(provider, signers[provider](secret, body), body, [secret, other])).toBe("good");
    expect(verdict(provider, signers[provider](secret, body), body, [other])).toBe("signature_mismatch");
    expect(verdict(provider, signers[provider](secret, body), body, [])).toBe("signature_mismatch");
  });

  it("tells what is missing or cannot be read, without telling what would be right", () => {
    const good = signers[provider](secret, body);
    for (const name of Object.keys(good)) {
      const { [name]: value, ...rest } = good;
      expect([name, verdict(provider, rest, body, [secret])]).toEqual([name, "signature_missing"]);
      expect(verdict(provider, { ...rest, [name]: "" }, body, [secret])).toBe("signature_missing");
      expect(verdict(provider, { ...rest, [name]: [String(value), "x"] }, body, [secret])).toBe("signature_malformed");
    }
    const signature = Object.keys(good).at(-1) ?? "";
    for (const bad of ["x", "sha256=", "v1,", "t=1", "v1=00", `${good[signature]}x`, "é", "=".repeat(44)])
      expect([bad, verdict(provider, { ...good, [signature]: bad }, body, [secret])]).toEqual([
        bad,
        "signature_malformed",
      ]);
    const right = String(good[signature]).slice(-20);
    try {
      verifySignature(provider, signers[provider](other, body), Buffer.from(body), {
        secrets: [secret],
        toleranceSeconds: 300,
        now,
      });
      expect.unreachable();
    } catch (error) {
      const { why, fix, evidence } = error as OdoorwayError;
      expect(JSON.stringify([why, fix, evidence])).not.toContain(right);
      expect(JSON.stringify([why, fix, evidence])).not.toContain(secret);
    }
  });

  it("finds every change of body or signature", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ minLength: 24, maxLength: 60 }),
        fc.nat(),
        (bytes, text, at) => {
          const key = secretOf(provider, text);
          // The signers take text: latin1 keeps every byte, and the senders sign bytes.
          const content = Buffer.from(bytes).toString("hex");
          const headers = signers[provider](key, content);
          if (verdict(provider, headers, content, [key]) !== "good") return false;
          const changed = Buffer.from(`${content}0`);
          const place = at % changed.length;
          changed[place] = (changed[place] ?? 0) ^ 1;
          return verdict(provider, headers, changed, [key]) === "signature_mismatch";
        },
      ),
    );
  });

  it("never throws anything else, whatever the headers", () => {
    const names = Object.keys(signers[provider](secret, body));
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: names.length, maxLength: names.length }), (values) => {
        const headers = Object.fromEntries(names.map((name, index) => [name, values[index]]));
        return verdict(provider, headers, body, [secret]).startsWith("signature_m");
      }),
    );
  });
});

describe.each(["stripe", "standard_webhooks"] as const)("the time of %s", (provider) => {
  const secret = secretOf(provider, "a secret of the shop");
  it.each([
    [0, "good"],
    [-300, "good"],
    [300, "good"],
    [-301, "signature_outdated"],
    [301, "signature_outdated"],
    [-86_400, "signature_outdated"],
  ])("signed %i seconds from now: %s", (offset, expected) => {
    const headers = signers[provider](secret, "{}", seconds + offset);
    expect(verdict(provider, headers, "{}", [secret])).toBe(expected);
    expect(verdict(provider, headers, "{}", [secret], { toleranceSeconds: 100_000 })).toBe("good");
  });

  it("is part of what is signed, and told to nobody who cannot sign", () => {
    const headers = signers[provider](secret, "{}", seconds - 1000);
    const fresh = JSON.parse(JSON.stringify(headers).replaceAll(String(seconds - 1000), String(seconds))) as Headers;
    expect(verdict(provider, fresh, "{}", [secret])).toBe("signature_mismatch");
    expect(verdict(provider, headers, "{}", [secretOf(provider, "another secret")])).toBe("signature_mismatch");
  });
});

it("takes one good signature among several", () => {
  const [good, bad] = [digest("s", `${seconds}.{}`, "hex"), "0".repeat(64)];
  const header = (...digests: string[]) => ({ "stripe-signature": `t=${seconds},v1=${digests.join(",v1=")}` });
  expect(verdict("stripe", header(bad, good), "{}", ["s"])).toBe("good");
  expect(verdict("stripe", header(bad, bad), "{}", ["s"])).toBe("signature_mismatch");
  expect(verdict("stripe", header(...Array.from({ length: 17 }, () => good)), "{}", ["s"])).toBe("signature_malformed");
  const signed = signers.standard_webhooks(secretOf("standard_webhooks", "0123456789"), "{}");
  const several = { ...signed, "webhook-signature": `v1a,Zm9v ${signed["webhook-signature"]} v2,x` };
  expect(verdict("standard_webhooks", several, "{}", [secretOf("standard_webhooks", "0123456789")])).toBe("good");
});

it("trusts Stripe's v1 alone", () => {
  const header = `t=${seconds},v0=${digest("s", `${seconds}.{}`, "hex")}`;
  expect(verdict("stripe", { "stripe-signature": header }, "{}", ["s"])).toBe("signature_malformed");
  expect(verdict("stripe", { "stripe-signature": `t=1,${header.replace("v0", "v1")}` }, "{}", ["s"])).toBe(
    "signature_malformed",
  );
});

it("knows what can be a secret", () => {
  expect(isSecretOf("shopify", "anything")).toBe(true);
  expect(isSecretOf("shopify", "")).toBe(false);
  expect(isSecretOf("standard_webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toBe(true);
  expect(isSecretOf("standard_webhooks", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toBe(true);
  expect(isSecretOf("standard_webhooks", "not base64!")).toBe(false);
  expect(isSecretOf("standard_webhooks", "whsec_")).toBe(false);
});
