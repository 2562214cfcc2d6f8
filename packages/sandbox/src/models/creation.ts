/** create() and copy() for models that do something else with what they are given, in the words of the ORM's own. */
import { checkRecords } from "../orm/access.js";
import { type Env, modelOf } from "../orm/env.js";
import { typeError } from "../orm/exceptions.js";
import type { Method, Model, Values } from "../orm/model.js";
import { typeName } from "../orm/python.js";
import { rowOf } from "./stock/rows.js";

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

const stamps = ["create_uid", "create_date", "write_uid", "write_date"];

/** A copy of a document with its lines; `prepare` takes away what a copy has anew. Columns of lines in `left` stay behind. */
export function copiedWith(
  prepare: (env: Env, id: number, values: Values) => void,
  lines: string,
  left: readonly string[],
): Method {
  return {
    parameters: ["default"],
    required: 0,
    owner: "own",
    call(env, model, ids, args) {
      checkRecords(env, model, ids, "read");
      const { relation = "", relationField = "" } = model.fields.get(lines) ?? {};
      const children = modelOf(env, relation);
      return ids.map((id) => {
        const values = given(env, model, id, [...stamps]);
        prepare(env, id, values);
        values[lines] = children.table
          .find(relationField, id)
          .map((line) => [0, 0, given(env, children, line, [...stamps, relationField, ...left])]);
        const overrides = typeof args.default === "object" && args.default !== null ? (args.default as Values) : {};
        return env.db.operations.create(env, model, [{ ...values, ...overrides }])[0] ?? 0;
      });
    },
  };
}

/** A record's columns as create takes them. */
function given(env: Env, model: Model, id: number, left: readonly string[]): Values {
  const row = rowOf(env, model.name, id);
  const kept = Object.entries(row).filter(([field]) => !left.includes(field));
  return Object.fromEntries(kept.map(([field, value]) => [field, typeof value === "object" ? [[6, 0, value]] : value]));
}
