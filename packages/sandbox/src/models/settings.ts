/** ir.sequence, ir.config_parameter and ir.cron: what a client calls on them, and who may. */
import { checkAccess } from "../orm/access.js";
import { type Env, modelOf } from "../orm/env.js";
import type { Row } from "../orm/fields.js";
import type { Behaviour } from "../orm/model.js";
import { str, truthy } from "../orm/python.js";

const sequences = (env: Env) => modelOf(env, "ir.sequence");
const parameters = (env: Env) => modelOf(env, "ir.config_parameter");

/** Dates in a prefix or suffix: %(year)s, %(y)s, %(month)s, %(day)s and the like. */
function filled(text: unknown, now: string): string {
  const [year = "", month = "", day = ""] = now.slice(0, 10).split("-");
  const parts: Readonly<Record<string, string>> = {
    year,
    y: year.slice(2),
    month,
    day,
    h24: now.slice(11, 13),
    min: now.slice(14, 16),
    sec: now.slice(17, 19),
  };
  return String(text ?? "").replace(/%\((?:range_|current_)?(\w+)\)s/g, (all, name: string) => parts[name] ?? all);
}

/** Counted under its code, so that what models number by code and what a client asks for do not meet. */
const keyOf = (id: number, row: Row): string => (row.code === undefined ? `ir.sequence,${id}` : String(row.code));

function next(env: Env, id: number): string {
  const row = sequences(env).table.rows.get(id) ?? {};
  const step = Number(row.number_increment ?? 1);
  const count = env.db.nextInSequence(keyOf(id, row));
  const number = Number(row.number_next ?? 1) + (count - 1) * step;
  const now = env.db.now();
  return `${filled(row.prefix, now)}${String(number).padStart(Number(row.padding ?? 0), "0")}${filled(row.suffix, now)}`;
}

function byCode(env: Env, code: unknown): string | false {
  const [id] = sequences(env)
    .table.find("code", str(code))
    .filter((one) => sequences(env).table.rows.get(one)?.active !== false);
  return id === undefined ? false : next(env, id);
}

const sequence: Behaviour = {
  model: "ir.sequence",
  computes: {
    number_next_actual: (env, id) => {
      const row = sequences(env).table.rows.get(id) ?? {};
      const counted = env.db.sequences().find(([code]) => code === keyOf(id, row))?.[1] ?? 0;
      return Number(row.number_next ?? 1) + counted * Number(row.number_increment ?? 1);
    },
  },
  methods: {
    next_by_code: {
      ...{ onModel: true, parameters: ["sequence_code", "sequence_date"], required: 1, owner: "own" },
      call(env, model, _ids, args) {
        checkAccess(env, model, "read");
        return byCode(env, args.sequence_code);
      },
    },
    get: {
      ...{ onModel: true, parameters: ["code"], required: 1, owner: "own", until: 18 },
      call: (env, _model, _ids, args) => byCode(env, args.code),
    },
    next_by_id: {
      ...{ parameters: ["sequence_date"], required: 0, owner: "own" },
      call(env, model, ids) {
        checkAccess(env, model, "read");
        return next(env, ids[0] ?? 0);
      },
    },
  },
};

const parameter: Behaviour = {
  model: "ir.config_parameter",
  recName: "key",
  sql: [{ message: "Key must be unique.", unique: ["key"] }],
  methods: {
    get_param: {
      ...{ onModel: true, parameters: ["key", "default"], required: 1, owner: "own" },
      call(env, model, _ids, args) {
        checkAccess(env, model, "read");
        const [id] = model.table.find("key", str(args.key));
        return model.table.rows.get(id ?? 0)?.value ?? args.default ?? false;
      },
    },
    set_param: {
      ...{ onModel: true, parameters: ["key", "value"], required: 2, owner: "own" },
      call(env, model, _ids, args) {
        checkAccess(env, model, "read");
        const [id] = model.table.find("key", str(args.key));
        const before = id === undefined ? false : (parameters(env).table.rows.get(id)?.value ?? false);
        const { create, unlink, write } = env.db.operations;
        if (id === undefined && truthy(args.value)) create(env, model, [{ key: args.key, value: str(args.value) }]);
        else if (id !== undefined && !truthy(args.value)) unlink(env, model, [id]);
        else if (id !== undefined && str(args.value) !== before) write(env, model, [id], { value: str(args.value) });
        return before;
      },
    },
  },
};

/** Scheduled actions run nothing here: method_direct_trigger notes the time. */
const cron: Behaviour = {
  model: "ir.cron",
  recName: "cron_name",
  methods: {
    method_direct_trigger: {
      ...{ parameters: [], required: 0, owner: "own" },
      call(env, model, ids) {
        checkAccess(env, model, "write");
        for (const id of ids) {
          const row = model.table.rows.get(id);
          if (row) env.db.put(model.table, id, { ...row, lastcall: env.db.now() });
        }
        return true;
      },
    },
  },
};

export const settingModels: readonly Behaviour[] = [sequence, parameter, cron];
