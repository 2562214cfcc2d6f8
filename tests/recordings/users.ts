/** The users of the recordings as a seed, for a sandbox that is to answer them. */
import type { SandboxSeed, SeedUser } from "@odoorway/sandbox";

/** API keys by login; `expired` is a key of `api` past its date. */
export const keys: Readonly<Record<string, string>> = Object.fromEntries(
  ["api", "limited", "salesonly", "twofa", "archived", "admin", "expired"].map((login) => [login, `key-of-${login}`]),
);

const seller = [
  ...["base.group_user", "base.group_partner_manager", "base.group_allow_export"],
  ...["sales_team.group_sale_manager", "stock.group_stock_manager"],
  ...["purchase.group_purchase_manager", "product.group_product_manager"],
];

function user(login: string, groups: readonly string[], more: Partial<SeedUser> = {}): SeedUser {
  const key = keys[login];
  return { login, password: `secret-${login}`, groups, keys: key === undefined ? [] : [{ key }], ...more };
}

export const recordedUsers: SandboxSeed = {
  db: "shop",
  users: [
    { login: "admin", password: "admin", keys: [{ key: keys.admin ?? "" }] },
    user("api", seller, {
      keys: [{ key: keys.api ?? "" }, { key: keys.expired ?? "", expires: "2026-01-01T00:00:00Z" }],
    }),
    user("limited", ["base.group_user"]),
    user("salesonly", ["base.group_user", "sales_team.group_sale_salesman"]),
    user("portal1", ["base.group_portal"]),
    user("twofa", ["base.group_user"], { totp: true }),
    user("archived", ["base.group_user"], { active: false }),
  ],
};
