/** res.users.apikeys: everybody sees their own, administrators all. */
import type { Behaviour } from "../orm/model.js";

export const apiKey: Behaviour = {
  model: "res.users.apikeys",
  rules: [
    { groups: ["base.group_system"], domain: () => [] },
    { groups: ["base.group_user", "base.group_portal"], domain: (env) => [["user_id", "=", env.uid]] },
    { groups: ["base.group_public"], domain: () => [[0, "=", 1]] },
  ],
};
