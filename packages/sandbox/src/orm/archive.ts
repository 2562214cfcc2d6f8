/** Archiving, for every model that has `active`: a record that is not active is left out of searches. */
import type { Env } from "./env.js";
import type { Method, Model } from "./model.js";

function setActive(env: Env, model: Model, ids: readonly number[], active: boolean): void {
  if (!model.fields.get("active")?.store) return;
  const others = ids.filter((id) => (model.table.rows.get(id)?.active === true) !== active);
  if (others.length > 0) env.db.operations.write(env, model, others, { active });
}

const common = { parameters: [], required: 0 };

export const archiveMethods: Readonly<Record<string, Method>> = {
  action_archive: { ...common, call: (env, model, ids) => setActive(env, model, ids, false) },
  action_unarchive: { ...common, call: (env, model, ids) => setActive(env, model, ids, true) },
  toggle_active: {
    ...common,
    call(env, model, ids) {
      const active = ids.filter((id) => model.table.rows.get(id)?.active === true);
      setActive(env, model, active, false);
      setActive(
        env,
        model,
        ids.filter((id) => !active.includes(id)),
        true,
      );
    },
  },
};
