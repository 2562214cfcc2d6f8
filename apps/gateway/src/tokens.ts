/**
 * Tokens that the gateway gives out. A token is 256 random bits, so a plain SHA-256 of it is kept: there
 * is nothing to guess, and a slow hash would only slow every request down. The token itself is shown once.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { nearest, OdoorwayError } from "@odoorway/core";
import type { Store, Token } from "@odoorway/store";
import { isOwnId } from "./own-ids.js";

export const scopes = [
  "records:read",
  "records:write",
  "models:read",
  "imports",
  "flows",
  "hooks",
  "admin",
  "*",
] as const;
export type Scope = (typeof scopes)[number];

/** Who asks, as far as it matters: the name of the token and what it may do. */
export interface Grant {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** The operations on tokens, of the store's. */
export type TokenStore = Pick<Store, "createToken" | "findTokenByHash" | "listTokens" | "revokeToken">;

/** What is told of a token after its making: never the token or its hash. */
export interface TokenInfo {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly last_used_at: string | null;
}

/**
 * Makes a token and keeps its hash.
 * @param wanted scopes by name; none means `*`
 * @returns the token in clear, to be shown once
 * @throws OdoorwayError invalid_parameter for an unknown scope, with the nearest
 */
export async function createToken(
  store: Pick<TokenStore, "createToken">,
  name: string,
  wanted: readonly string[],
): Promise<TokenInfo & { readonly token: string }> {
  for (const scope of wanted) {
    if (!(scopes as readonly string[]).includes(scope))
      throw new OdoorwayError("invalid_parameter", {
        evidence: {
          parameter: "scopes",
          detail: `there is no scope ${scope.slice(0, 50)}`,
          expected: `scopes out of ${scopes.join(", ")}`,
          nearest: nearest(scope, scopes),
        },
      });
  }
  const token = `odw_${randomBytes(32).toString("base64url")}`;
  const kept = await store.createToken({
    id: `tok_${randomBytes(9).toString("base64url")}`,
    name,
    hash: hashToken(token),
    scopes: wanted.length === 0 ? ["*"] : [...new Set(wanted)],
  });
  return { ...tokenInfo(kept), token };
}

/** The living tokens, oldest first. */
export async function listTokens(store: Pick<TokenStore, "listTokens">): Promise<TokenInfo[]> {
  const tokens = await store.listTokens();
  return tokens.filter((token) => token.revokedAt === null).map(tokenInfo);
}

/** @throws OdoorwayError token_not_found */
export async function revokeToken(store: Pick<TokenStore, "revokeToken">, id: string): Promise<void> {
  if (!isOwnId(id) || !(await store.revokeToken(id)))
    throw new OdoorwayError("token_not_found", { evidence: { id: id.slice(0, 100) } });
}

function tokenInfo(token: Token): TokenInfo {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: new Date(token.createdAt).toISOString(),
    last_used_at: token.lastUsedAt === null ? null : new Date(token.lastUsedAt).toISOString(),
  };
}

/**
 * Finds who is behind an Authorization header (RFC 6750) and whether the scope is covered.
 * @throws OdoorwayError unauthorized, forbidden_scope
 */
export async function authorise(
  authorization: string | undefined,
  scope: Scope,
  tokens: Pick<TokenStore, "findTokenByHash">,
  adminToken: string | undefined,
): Promise<Grant> {
  if (authorization === undefined) throw unauthorized("The request has no Authorization header.");
  const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)?.[1];
  if (bearer === undefined) throw unauthorized("The Authorization header is not of the form Bearer TOKEN.");
  const grant = await findGrant(bearer, tokens, adminToken);
  if (!grant)
    throw unauthorized("The token is not known here: it was revoked, mistyped, or is of another gateway.", true);
  if (!grant.scopes.includes("*") && !grant.scopes.includes(scope))
    throw new OdoorwayError("forbidden_scope", { evidence: { scope } });
  return grant;
}

async function findGrant(
  bearer: string,
  tokens: Pick<TokenStore, "findTokenByHash">,
  adminToken: string | undefined,
): Promise<Grant | undefined> {
  if (adminToken !== undefined && sameText(bearer, adminToken)) return { name: "ODOORWAY_ADMIN_TOKEN", scopes: ["*"] };
  return tokens.findTokenByHash(hashToken(bearer));
}

/** Compares in constant time; hashing first makes the lengths equal. */
function sameText(left: string, right: string): boolean {
  return timingSafeEqual(createHash("sha256").update(left).digest(), createHash("sha256").update(right).digest());
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** @param presented whether there was a token at all */
function unauthorized(detail: string, presented = false): OdoorwayError {
  return new OdoorwayError("unauthorized", { evidence: { detail, presented } });
}
