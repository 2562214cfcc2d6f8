/**
 * How each sender signs: which header it sends, what it signs, and what its secret is. Facts of the senders'
 * documentation and of the Standard Webhooks specification 1.0.0; a scheme only reads, `verify.ts` judges.
 */
import { OdoorwayError } from "@odoorway/core";

/** Headers as Node gives them: names in small letters. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a request presents as its proof. */
interface Claim {
  /** Signatures that came along, decoded; one of them has to fit. */
  readonly signatures: readonly Buffer[];
  /** What was signed, in pieces. */
  readonly content: readonly (string | Uint8Array)[];
  /** When it was signed, in seconds since the epoch, where the scheme says so. */
  readonly at?: number;
}

interface Scheme {
  /** The header that carries the signature. */
  readonly header: string;
  /** @throws OdoorwayError signature_missing, signature_malformed */
  read(headers: Headers, body: Uint8Array): Claim;
  /** The bytes that sign, of a secret as the sender shows it; undefined when it is no secret of this scheme. */
  key(secret: string): Buffer | undefined;
}

/** More signatures than any rotation needs; each costs a comparison. */
const mostSignatures = 16;

const base64Digest = /^[A-Za-z0-9+/]{43}=$/;
const hexDigest = /^[0-9a-fA-F]{64}$/;

const utf8Key = (secret: string): Buffer | undefined => (secret === "" ? undefined : Buffer.from(secret, "utf8"));

/** Shopify: base64 of the body's HMAC. https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
const shopify: Scheme = bodyScheme("x-shopify-hmac-sha256", "base64 of 32 bytes", base64Digest, "base64");

/** WooCommerce: as Shopify, in a header of its own. `WC_Webhook::generate_signature`. */
const woocommerce: Scheme = bodyScheme("x-wc-webhook-signature", "base64 of 32 bytes", base64Digest, "base64");

/** GitHub and those who sign like it. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
const github: Scheme = bodyScheme("x-hub-signature-256", "sha256= and 64 hexadecimal digits", /^sha256=/, "hex");

/** Stripe: `t=seconds,v1=hex[,v1=hex]`, over `seconds.body`. https://docs.stripe.com/webhooks#verify-manually */
const stripe: Scheme = {
  header: "stripe-signature",
  key: utf8Key,
  read(headers, body) {
    const text = headerOf(headers, this.header);
    const expected = "t=SECONDS,v1=HEX";
    const parts = text.split(",").map((part) => part.trim().split("=", 2) as [string, string?]);
    const times = parts.filter(([name]) => name === "t").map(([, value = ""]) => value);
    // Other schemes (v0 of test clocks) are not to be trusted, so they are not read.
    const digests = parts.filter(([name]) => name === "v1").map(([, value = ""]) => value);
    const [time = ""] = times;
    if (times.length !== 1 || !isSeconds(time)) throw malformed(this.header, expected);
    if (digests.length === 0 || digests.length > mostSignatures) throw malformed(this.header, expected);
    if (!digests.every((digest) => hexDigest.test(digest))) throw malformed(this.header, expected);
    return {
      signatures: digests.map((digest) => Buffer.from(digest, "hex")),
      content: [`${time}.`, body],
      at: Number(time),
    };
  },
};

/**
 * Standard Webhooks: id, time and body signed together, `v1,base64` once or several times. Svix and its
 * customers send the same under names of their own. https://www.standardwebhooks.com
 */
const standardWebhooks: Scheme = {
  header: "webhook-signature",
  key(secret) {
    const text = secret.replace(/^whsec_/, "");
    const key = Buffer.from(text, "base64");
    return text !== "" && key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "") ? key : undefined;
  },
  read(headers, body) {
    const prefix = headers["webhook-id"] === undefined && headers["svix-id"] !== undefined ? "svix" : "webhook";
    const id = headerOf(headers, `${prefix}-id`);
    const time = headerOf(headers, `${prefix}-timestamp`);
    const text = headerOf(headers, `${prefix}-signature`);
    if (id.length > 256) throw malformed(`${prefix}-id`, "at most 256 characters");
    if (!isSeconds(time)) throw malformed(`${prefix}-timestamp`, "seconds since 1970");
    const parts = text.split(" ").filter((part) => part !== "");
    // v1a is of public keys, which a shared secret says nothing about.
    const digests = parts.filter((part) => part.startsWith("v1,")).map((part) => part.slice(3));
    const isGood = digests.length > 0 && parts.length <= mostSignatures;
    if (!isGood || !digests.every((digest) => base64Digest.test(digest)))
      throw malformed(`${prefix}-signature`, "v1,BASE64");
    return {
      signatures: digests.map((digest) => Buffer.from(digest, "base64")),
      content: [`${id}.${time}.`, body],
      at: Number(time),
    };
  },
};

export const schemes = { shopify, woocommerce, stripe, github, standard_webhooks: standardWebhooks } as const;

/** One digest of the bare body in one header. */
function bodyScheme(header: string, expected: string, form: RegExp, encoding: "base64" | "hex"): Scheme {
  return {
    header,
    key: utf8Key,
    read(headers, body) {
      const text = headerOf(headers, header);
      const digest = encoding === "hex" ? text.replace(/^sha256=/, "") : text;
      if (!form.test(text) || !(encoding === "hex" ? hexDigest : base64Digest).test(digest))
        throw malformed(header, expected);
      return { signatures: [Buffer.from(digest, encoding)], content: [body] };
    },
  };
}

function headerOf(headers: Headers, name: string): string {
  const value = headers[name];
  if (value === undefined || value === "") throw new OdoorwayError("signature_missing", { evidence: { header: name } });
  if (typeof value !== "string") throw malformed(name, "once");
  return value;
}

function isSeconds(text: string): boolean {
  return /^\d{1,12}$/.test(text);
}

function malformed(header: string, expected: string): OdoorwayError {
  return new OdoorwayError("signature_malformed", { evidence: { header, expected } });
}
