import type { NewToken, Token } from "@odoorway/store";
import { expect, it } from "vitest";
import { authorise, createToken, listTokens, revokeToken } from "./tokens.js";

function memoryStore() {
  const kept: (Token & NewToken)[] = [];
  return {
    kept,
    createToken: async (token: NewToken) => {
      const made = { ...token, createdAt: 0, revokedAt: null, lastUsedAt: null };
      kept.push(made);
      return made;
    },
    findTokenByHash: async (hash: string) => kept.find((token) => token.hash === hash),
    listTokens: async () => kept,
    revokeToken: async (id: string) => kept.some((token) => token.id === id),
  };
}

it("keeps no token, and finds each by what it was given out as", async () => {
  const store = memoryStore();
  const made = await createToken(store, "shop", ["records:read"]);
  expect(made.token).toMatch(/^odw_[A-Za-z0-9_-]{43}$/);
  expect(JSON.stringify(store.kept)).not.toContain(made.token);
  expect(await authorise(`bearer ${made.token}`, "records:read", store, undefined)).toMatchObject({ name: "shop" });
  await expect(authorise(`Bearer ${made.token}`, "admin", store, undefined)).rejects.toMatchObject({
    code: "forbidden_scope",
    status: 403,
  });
  expect(JSON.stringify(await listTokens(store))).not.toContain(store.kept[0]?.hash);
});

it("refuses what is no known bearer token", async () => {
  const store = memoryStore();
  for (const header of [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic abc",
    "Bearer a b",
    "Bearer unknown",
    "Bearer given\u0000",
  ])
    await expect(authorise(header, "imports", store, "given")).rejects.toMatchObject({ code: "unauthorized" });
  expect(await authorise("Bearer given", "admin", store, "given")).toMatchObject({ scopes: ["*"] });
});

it("takes only scopes that there are, and all of them when none is named", async () => {
  const store = memoryStore();
  await expect(createToken(store, "x", ["record:read"])).rejects.toMatchObject({
    evidence: { nearest: "records:read" },
  });
  expect((await createToken(store, "x", [])).scopes).toEqual(["*"]);
  await expect(revokeToken(store, "none")).rejects.toMatchObject({ code: "token_not_found" });
});
