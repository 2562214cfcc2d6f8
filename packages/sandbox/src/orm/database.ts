/** A database in memory: models with their rows, transactions that undo, groups and external ids. */
import type { Clock } from "@odoorway/core";
import type { Facts } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import type { Database, Operations } from "./env.js";
import type { Row } from "./fields.js";
import { isX2many } from "./fields.js";
import { type Behaviour, classNameOf, type Model } from "./model.js";
import { createRecords, unlinkRecords, writeRecords } from "./records.js";
import { searchRecords } from "./search.js";
import { Table } from "./table.js";

const operations: Operations = {
  create: createRecords,
  write: writeRecords,
  unlink: unlinkRecords,
  search: searchRecords,
};

interface Undo {
  readonly table: Table;
  readonly id: number;
  readonly before: Row | undefined;
}

/** Builds a database with the master data of its version and nothing else. */
export function openDatabase(
  name: string,
  facts: Facts,
  profile: Profile,
  behaviours: readonly Behaviour[],
  clock: Clock,
): Database {
  const models = new Map<string, Model>();
  const byName = new Map(behaviours.map((behaviour) => [behaviour.model, behaviour]));
  for (const described of facts.models.values())
    models.set(
      described.model,
      modelFrom(described, byName.get(described.model) ?? { model: described.model }, profile),
    );
  const log: Undo[] = [];
  const sequences = new Map<string, number>();
  const groups = new Map<number, ReadonlySet<number>>();
  let depth = 0;
  let changes = 0;
  let now: string | undefined;
  const tableOf = (model: string) => models.get(model)?.table;

  const database: Database = {
    name,
    facts,
    profile,
    clock,
    models,
    operations,
    transaction(work) {
      const mark = log.length;
      const before = new Map(sequences);
      depth += 1;
      try {
        return work();
      } catch (error) {
        while (log.length > mark) {
          const undo = log.pop();
          undo?.table.put(undo.id, undo.before);
        }
        sequences.clear();
        for (const [code, value] of before) sequences.set(code, value);
        groups.clear();
        throw error;
      } finally {
        depth -= 1;
        if (depth === 0) {
          log.length = 0;
          now = undefined;
        }
      }
    },
    put(table, id, row) {
      changes += 1;
      table.put(id, row, depth > 0 ? (at, key, before) => log.push({ table: at, id: key, before }) : undefined);
      if (table === tableOf("res.users") || table === tableOf("res.groups")) groups.clear();
    },
    groupsOf(uid) {
      const known = groups.get(uid);
      if (known) return known;
      const own = tableOf("res.users")?.rows.get(uid)?.[profile.userGroups];
      const all = new Set(typeof own === "object" ? own : []);
      for (const group of all) {
        const implied = tableOf("res.groups")?.rows.get(group)?.implied_ids;
        if (typeof implied === "object") for (const other of implied) all.add(other);
      }
      groups.set(uid, all);
      return all;
    },
    ref(xid) {
      const dot = xid.indexOf(".");
      const data = tableOf("ir.model.data");
      const key = xid.slice(dot + 1);
      for (const id of data?.find("name", key) ?? []) {
        const row = data?.rows.get(id);
        if (row?.module === xid.slice(0, dot)) return { model: String(row.model), id: Number(row.res_id) };
      }
      return undefined;
    },
    nextInSequence(code) {
      const next = (sequences.get(code) ?? 0) + 1;
      sequences.set(code, next);
      return next;
    },
    sequences: () => [...sequences],
    restoreSequences(values) {
      groups.clear();
      for (const [code, value] of values) sequences.set(code, value);
    },
    changes: () => changes,
    now() {
      if (depth === 0) return stamp(clock);
      now ??= stamp(clock);
      return now;
    },
  };
  fill(database);
  return database;
}

function stamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ");
}

function modelFrom(
  facts: Facts["models"] extends ReadonlyMap<string, infer M> ? M : never,
  behaviour: Behaviour,
  profile: Profile,
): Model {
  const mandatory = [...facts.fields.values()].filter(
    (field) =>
      field.required &&
      field.store &&
      !isX2many(field) &&
      !field.related &&
      !behaviour.computes?.[field.name] &&
      !["boolean", "integer", "float", "monetary"].includes(field.type) &&
      field.description.company_dependent !== true,
  );
  return {
    name: facts.model,
    facts,
    fields: facts.fields,
    behaviour,
    table: new Table(),
    mandatory,
    className: classNameOf(facts.model, profile.version),
  };
}

/** Puts the master data, the external ids and the descriptions of the models into their tables. */
function fill(database: Database): void {
  const stamps = { create_uid: 1, create_date: database.now(), write_uid: 1, write_date: database.now() };
  for (const { model: name, fields, rows } of database.facts.records) {
    const model = database.models.get(name);
    if (!model) continue;
    for (const [id, ...values] of rows) {
      const row: Record<string, Row[string]> = {};
      values.forEach((value, at) => {
        const field = fields[at];
        if (!field || value === null || (value === false && model.fields.get(field)?.type !== "boolean")) return;
        if (Array.isArray(value) && value.length === 0) return;
        row[field] = value as Row[string];
      });
      model.table.put(Number(id), { ...row, ...stamps });
    }
  }
  const table = database.models.get("ir.model.data")?.table;
  for (const { model, data } of database.facts.externalIds)
    for (const [module, name, id] of data)
      table?.put(table.nextId(), { module, name, model, res_id: id, noupdate: true, ...stamps });
  describeModels(database, stamps);
}

function describeModels(database: Database, stamps: Row): void {
  const models = database.models.get("ir.model")?.table;
  const fields = database.models.get("ir.model.fields")?.table;
  for (const { facts, name } of database.models.values()) {
    models?.put(facts.id, { name: facts.label, model: name, order: facts.order, state: "base", ...stamps });
    for (const field of facts.fields.values()) {
      fields?.put(fields.nextId(), {
        name: field.name,
        model: name,
        model_id: facts.id,
        field_description: field.string,
        ttype: field.type,
        state: "base",
        required: field.required,
        readonly: field.readonly,
        store: field.store,
        ...(field.relation ? { relation: field.relation } : {}),
        ...(field.relationField ? { relation_field: field.relationField } : {}),
        ...stamps,
      });
    }
  }
}
