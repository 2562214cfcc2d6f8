/**
 * Whether a webhook comes from who holds the secret, and is of now. The comparison takes as long whatever is
 * presented, every secret is tried, and nothing that is said tells what the right signature would have been.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { OdoorwayError } from "@odoorway/core";
import { type Headers, schemes } from "./schemes.js";

export type Provider = keyof typeof schemes;

/** Senders whose signatures are known. */
export const providers = Object.keys(schemes) as readonly Provider[];

export interface Proof {
  /** As the sender shows them, the newest first; several while they are changed. */
  readonly secrets: readonly string[];
  /** Seconds by which the time of signing may be off, either way. Only Stripe and Standard Webhooks sign a time. */
  readonly toleranceSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Returns when the request is signed by one of the secrets and within the tolerance.
 * @param body the bytes as they arrived
 * @throws OdoorwayError signature_missing, signature_malformed, signature_mismatch, signature_outdated
 */
export function verifySignature(provider: Provider, headers: Headers, body: Uint8Array, proof: Proof): void {
  const scheme = schemes[provider];
  const claim = scheme.read(headers, body);
  let fits = false;
  for (const secret of proof.secrets) {
    const key = scheme.key(secret);
    if (key === undefined) continue;
    const hmac = createHmac("sha256", key);
    for (const piece of claim.content) hmac.update(piece);
    const digest = hmac.digest();
    for (const signature of claim.signatures)
      if (signature.length === digest.length && timingSafeEqual(signature, digest)) fits = true;
  }
  if (!fits) throw new OdoorwayError("signature_mismatch", { evidence: { header: scheme.header, provider } });
  if (claim.at === undefined) return;
  // Only now: a stranger is told nothing of clocks.
  const age = Math.round(proof.now / 1000) - claim.at;
  if (Math.abs(age) <= proof.toleranceSeconds) return;
  throw new OdoorwayError("signature_outdated", {
    evidence: {
      detail: age > 0 ? `${age} seconds ago` : `${-age} seconds ahead of this clock`,
      limit: proof.toleranceSeconds,
    },
  });
}

/**
 * Whether the signature covers the body and nothing else: whoever caught one delivery can then send it again under any
 * id, topic and time, and only the body tells that it is the same.
 */
export function signsBodyAlone(provider: Provider | "none"): boolean {
  return provider === "shopify" || provider === "woocommerce" || provider === "github";
}

/** Whether this can be a secret of the sender at all; Standard Webhooks wants base64. */
export function isSecretOf(provider: Provider, secret: string): boolean {
  return schemes[provider].key(secret) !== undefined;
}
