/**
 * What Odoorway remembers of the values that it sent: a short hash for each field. With it, a value that the
 * source still gives, and that somebody changed in Odoo since, is known for what it is and left alone.
 */
import { createHash } from "node:crypto";
import type { Hashes, Values } from "./wanted.js";

/** What was sent last for an external id. */
export interface Sent {
  readonly externalId: string;
  readonly model: string;
  readonly odooId: number;
  readonly fields: Hashes;
}

/** Where it is kept; the store is one. */
export interface SentMemory {
  sentValues(externalIds: readonly string[]): Promise<readonly Sent[]>;
  rememberSent(sent: readonly Sent[]): Promise<void>;
}

/** 64 bits of each value are enough to tell it from another one of the same field. */
export function hashesOf(values: Values): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    hashes[name] = createHash("sha256")
      .update(JSON.stringify(value ?? null))
      .digest("base64url")
      .slice(0, 11);
  return hashes;
}
