/** A database in memory: models with their rows, transactions that undo, groups and external ids. */
import type { Clock } from "@odoorway/core";
import type { Facts, RecordFacts } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import { type Changes, checkLocks, type Held, type Hindrance } from "./concurrency.js";
import type { Database, HeldTransaction, Operations } from "./env.js";
import { type Field, isX2many, type ModelFacts, type Row } from "./fields.js";
import { type Behaviour, classNameOf, type Model } from "./model.js";
import { createRecords, unlinkRecords, writeRecords } from "./records.js";
import { searchRecords } from "./search.js";
import { Table } from "./table.js";
import { stored } from "./timezone.js";

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
  let hindrance: Hindrance = {};
  const held = new Set<Held>();
  const owners = new Map([...models.values()].map((model) => [model.table, model]));
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
    attempt(work, hindered = {}) {
      hindrance = hindered;
      try {
        return database.transaction(work);
      } finally {
        hindrance = {};
      }
    },
    hold(work, hindered) {
      const taken: { value?: ReturnType<typeof work>; changes?: Changes; sequences?: Map<string, number> } = {};
      try {
        database.attempt(() => {
          taken.value = work();
          taken.changes = changesOf(log);
          taken.sequences = new Map(sequences);
          throw takenBack;
        }, hindered);
      } catch (error) {
        if (error !== takenBack) throw error;
      }
      // Numbers of a sequence are not given back, so that nobody else gets those of a held transaction.
      for (const [code, value] of taken.sequences ?? []) sequences.set(code, value);
      return keep(taken.value as ReturnType<typeof work>, taken.changes ?? new Map());
    },
    put(table, id, row) {
      if (held.size > 0 || hindrance.failing || hindrance.stale)
        checkLocks(hindrance, held, table, id, row, uniqueColumns(owners.get(table)));
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
      if (depth === 0) return stored(clock.now());
      now ??= stored(clock.now());
      return now;
    },
  };
  const keep = <T>(value: T, rows: Changes): HeldTransaction<T> => {
    let tell: (committed: boolean) => void = () => undefined;
    const lock: Held = { changes: rows, ended: new Promise((resolve) => (tell = resolve)) };
    held.add(lock);
    const end = (committed: boolean) => {
      held.delete(lock);
      if (committed)
        database.transaction(() => {
          for (const [table, after] of rows) for (const [id, row] of after) database.put(table, id, row);
        });
      tell(committed);
    };
    return { value, commit: () => end(true), rollback: () => end(false) };
  };
  fill(database);
  return database;
}

const takenBack = new Error("taken back, to be committed later");

/** The rows as a transaction leaves them. */
function changesOf(log: readonly Undo[]): Changes {
  const changes = new Map<Table, Map<number, Row | undefined>>();
  for (const { table, id } of log) {
    const rows = changes.get(table) ?? new Map<number, Row | undefined>();
    rows.set(id, table.rows.get(id));
    changes.set(table, rows);
  }
  return changes;
}

/** The columns whose values, together, only one row may have. */
function uniqueColumns(model: Model | undefined): readonly (readonly string[])[] {
  if (model?.name === "ir.model.data") return [["module", "name"]];
  return (model?.behaviour.sql ?? []).flatMap(({ unique }) => (unique ? [unique] : []));
}

function modelFrom(facts: ModelFacts, behaviour: Behaviour, profile: Profile): Model {
  let mandatory: readonly Field[] | undefined;
  const isMandatory = (field: Field) =>
    field.required &&
    field.store &&
    !isX2many(field) &&
    !field.related &&
    !behaviour.computes?.[field.name] &&
    !["boolean", "integer", "float", "monetary"].includes(field.type) &&
    field.description.company_dependent !== true;
  return {
    name: facts.model,
    facts,
    get fields() {
      return facts.fields;
    },
    behaviour,
    table: new Table(),
    get mandatory() {
      mandatory ??= [...facts.fields.values()].filter(isMandatory);
      return mandatory;
    },
    className: classNameOf(facts.model, profile),
  };
}

/** Has the master data, the external ids and the descriptions of the models put into their tables. */
function fill(database: Database): void {
  const stamps = { create_uid: 1, create_date: database.now(), write_uid: 1, write_date: database.now() };
  for (const { model: name, read } of database.facts.records) {
    const model = database.models.get(name);
    model?.table.fillLater(() => putRecords(model, read(), stamps));
  }
  const table = database.models.get("ir.model.data")?.table;
  table?.fillLater(() => {
    for (const { model, data } of database.facts.externalIds())
      for (const [module, name, id] of data)
        table.put(table.nextId(), { module, name, model, res_id: id, noupdate: true, ...stamps });
  });
  describeModels(database, stamps);
}

function putRecords(model: Model, { fields, rows }: RecordFacts, stamps: Row): void {
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

function describeModels(database: Database, stamps: Row): void {
  const models = database.models.get("ir.model")?.table;
  models?.fillLater(() => {
    for (const { facts, name } of database.models.values())
      models.put(facts.id, { name: facts.label, model: name, order: facts.order, state: "base", ...stamps });
  });
  const fields = database.models.get("ir.model.fields")?.table;
  fields?.fillLater(() => {
    for (const model of database.models.values()) describeFields(fields, model, stamps);
  });
}

function describeFields(fields: Table, { name, facts }: Model, stamps: Row): void {
  for (const field of facts.fields.values())
    fields.put(fields.nextId(), {
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
