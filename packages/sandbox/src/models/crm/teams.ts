/** crm.team: every team has an address for leads (mail.alias, which the sandbox does not serve). */
import { modelOf } from "../../orm/env.js";
import type { Behaviour } from "../../orm/model.js";

export const team: Behaviour = {
  model: "crm.team",
  computes: {
    alias_id: (_env, id) => id,
    alias_defaults: (_env, id) => `{'type': 'opportunity', 'team_id': ${id}}`,
    alias_model_id: (env) => modelOf(env, "crm.lead").facts.id,
    alias_parent_model_id: (env) => modelOf(env, "crm.team").facts.id,
    alias_contact: () => "everyone",
    alias_status: () => "not_tested",
  },
};

/** Campaigns have a title, and a name that follows from it. All stay in the first stage: utm.stage is not served. */
export const campaign: Behaviour = {
  model: "utm.campaign",
  recName: "title",
  defaults: { user_id: (env) => env.uid },
  computes: { stage_id: () => 1 },
  precompute(_env, values) {
    values.title ||= values.name;
    values.name ||= values.title;
  },
};
