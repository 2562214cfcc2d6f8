/** create() for models that do something else with what they are given, in the words of the ORM's own. */
import type { Env } from "../../orm/env.js";
import { typeError } from "../../orm/exceptions.js";
import type { Method, Values } from "../../orm/model.js";
import { typeName } from "../../orm/python.js";

/** A create that makes (or finds) the records itself; a single dict answers a single id. */
export function createdByQuery(create: (env: Env, list: readonly Values[]) => number[]): Method {
  return {
    onModel: true,
    returnsRecords: true,
    parameters: ["vals_list"],
    required: 1,
    owner: "own",
    call(env, _model, _ids, { vals_list: given }) {
      if (Array.isArray(given)) return create(env, given as Values[]);
      if (typeof given !== "object" || given === null) throw typeError(`'${typeName(given)}' object is not iterable`);
      return create(env, [given as Values])[0];
    },
  };
}
