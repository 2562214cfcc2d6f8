/** The sandbox's users for the comparison: one with a key, and one with two-factor login. */
export const comparisonUsers = [
  {
    login: "demo",
    name: "Demo",
    password: "demo",
    keys: [{ key: "demo-key", expires: null }],
    groups: [
      "base.group_user",
      "base.group_partner_manager",
      "sales_team.group_sale_manager",
      "product.group_product_manager",
    ],
  },
  { login: "twofa", name: "Two Factors", password: "secret-twofa", totp: true, groups: ["base.group_user"] },
];
