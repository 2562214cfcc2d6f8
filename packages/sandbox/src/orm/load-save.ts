/** The last pass of load: records are created or updated by external id, and the ids are kept. */
import { checkAccess } from "./access.js";
import { type Env, modelOf, sudo } from "./env.js";
import { OdooException, validationError } from "./exceptions.js";
import type { Model, Values } from "./model.js";
import { truthy } from "./python.js";

/** A record ready to be saved. `info` says where it stood, for messages. */
export interface Loaded {
  /** External id with its module. */
  readonly xid: string | undefined;
  /** Database id, where rows name it instead. */
  readonly id: number | undefined;
  readonly values: Values;
  readonly info: Values;
}

/**
 * Saves all; answers the ids in order. An external id whose record is gone is made anew. In the context's mode
 * "update" a record whose external id is not to be updated is left as it is, and a row without any name is an error.
 */
export function saveRecords(env: Env, model: Model, batch: readonly Loaded[]): number[] {
  const ids: (number | undefined)[] = batch.map((loaded) => existing(env, model, loaded));
  const { create, write } = env.db.operations;
  const update = env.context.mode === "update";
  batch.forEach(({ xid, values }, at) => {
    const id = ids[at];
    if (id === undefined) {
      if (update && xid === undefined) throw new OdooException("builtins.KeyError", "'record'");
    } else if (!update || !isKept(env, xid)) write(env, model, [id], values);
  });
  const fresh = batch.flatMap((loaded, at) => (ids[at] === undefined ? [{ loaded, at }] : []));
  // Two rows of one external id: the second updates what the first made.
  const firsts = new Map<string, number>();
  const repeated: { at: number; of: number }[] = [];
  const toCreate = fresh.filter(({ loaded, at }) => {
    const first = loaded.xid === undefined ? undefined : firsts.get(loaded.xid);
    if (first !== undefined) repeated.push({ at, of: first });
    else if (loaded.xid !== undefined) firsts.set(loaded.xid, at);
    return first === undefined;
  });
  if (toCreate.length > 0) {
    checkAccess(env, model, "create");
    const made = create(
      env,
      model,
      toCreate.map(({ loaded }) => loaded.values),
    );
    toCreate.forEach(({ loaded, at }, position) => {
      const id = made[position] ?? 0;
      ids[at] = id;
      if (loaded.xid !== undefined) name(env, model, id, loaded.xid, loaded.values);
    });
  }
  for (const { at, of } of repeated) ids[at] = ids[of];
  return ids.map((id) => id ?? 0);
}

function existing(env: Env, model: Model, { xid, id }: Loaded): number | undefined {
  if (xid === undefined) return id;
  const known = env.db.ref(xid);
  if (!known) return undefined;
  const data = modelOf(env, "ir.model.data").table;
  const dataId = dataIdOf(env, xid);
  if (known.model !== model.name)
    throw validationError(
      `For external id ${xid} when trying to create/update a record of model ${model.name} ` +
        `found record of different model ${known.model} (${dataId})`,
    );
  if (model.table.rows.has(known.id)) return known.id;
  if (dataId !== undefined) env.db.put(data, dataId, undefined);
  return undefined;
}

/** Whether the external id is filed as not to be updated. */
function isKept(env: Env, xid: string | undefined): boolean {
  const dataId = xid === undefined ? undefined : dataIdOf(env, xid);
  return dataId !== undefined && modelOf(env, "ir.model.data").table.rows.get(dataId)?.noupdate === true;
}

function dataIdOf(env: Env, xid: string): number | undefined {
  const dot = xid.indexOf(".");
  const { table } = modelOf(env, "ir.model.data");
  return table.find("name", xid.slice(dot + 1)).find((id) => table.rows.get(id)?.module === xid.slice(0, dot));
}

/** Files the external id, and one for the parent that was made along (`x` → `x_product_template`). */
function name(env: Env, model: Model, id: number, xid: string, values: Values): void {
  const { inherits } = model.behaviour;
  if (inherits && !values[inherits.field]) {
    const parent = model.table.rows.get(id)?.[inherits.field];
    if (typeof parent === "number") file(env, inherits.model, parent, `${xid}_${inherits.model.replaceAll(".", "_")}`);
  }
  file(env, model.name, id, xid);
}

function file(env: Env, model: string, id: number, xid: string): void {
  const dot = xid.indexOf(".");
  if (xid.slice(dot + 1).includes(" "))
    throw validationError(
      'new row for relation "ir_model_data" violates check constraint "ir_model_data_name_nospaces"\n',
    );
  const { table } = modelOf(sudo(env), "ir.model.data");
  const stamps = { create_uid: env.uid, create_date: env.db.now(), write_uid: env.uid, write_date: env.db.now() };
  env.db.put(table, table.nextId(), {
    module: xid.slice(0, dot),
    name: xid.slice(dot + 1),
    model,
    res_id: id,
    noupdate: truthy(env.context.noupdate),
    ...stamps,
  });
}
