/** Who calls, in which database, with which context; and the operations that models build on. */
import type { Clock } from "@odoorway/core";
import type { Facts } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import type { Hindrance } from "./concurrency.js";
import type { Row } from "./fields.js";
import type { Model, Values } from "./model.js";
import type { Table } from "./table.js";

export type Context = Readonly<Record<string, unknown>>;

/** The operations of the ORM, handed around so that its parts need not import one another. */
export interface Operations {
  create(env: Env, model: Model, values: readonly Values[]): number[];
  write(env: Env, model: Model, ids: readonly number[], values: Values): void;
  unlink(env: Env, model: Model, ids: readonly number[]): void;
  search(env: Env, model: Model, domain: unknown, options?: SearchOptions): number[];
}

export interface SearchOptions {
  readonly offset?: number;
  readonly limit?: number | undefined;
  readonly order?: string | undefined;
}

/** A database: its models and everything that a rollback must bring back. */
export interface Database {
  readonly name: string;
  readonly facts: Facts;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly models: ReadonlyMap<string, Model>;
  readonly operations: Operations;
  /** Runs the work whole or not at all: what throws is taken back. Nested calls are savepoints. */
  transaction<T>(work: () => T): T;
  /** A transaction of its own, in which the hindrance forbids writes; see concurrency.ts. */
  attempt<T>(work: () => T, hindrance?: Hindrance): T;
  /** Does the work as `attempt`, and takes it aside: locked, and seen by nobody until it is committed. */
  hold<T>(work: () => T, hindrance?: Hindrance): HeldTransaction<T>;
  /** Stores a row, remembered by the transaction. */
  put(table: Table, id: number, row: Row | undefined): void;
  /** Ids of the groups of a user, those implied included. */
  groupsOf(uid: number): ReadonlySet<number>;
  /** Id of the record with this external id, and its model. */
  ref(xid: string): { model: string; id: number } | undefined;
  /** The value of a sequence, counted on; as in Odoo (no gap) a rollback takes it back. */
  nextInSequence(code: string): number;
  /** The sequences as they stand, to be kept and put back. */
  sequences(): readonly (readonly [string, number])[];
  restoreSequences(values: readonly (readonly [string, number])[]): void;
  /** A number that grows with each change, also with one that is taken back. */
  changes(): number;
  /** UTC now as Odoo stores it: `2026-11-21 10:00:00`. */
  now(): string;
}

export interface HeldTransaction<T> {
  readonly value: T;
  commit(): void;
  rollback(): void;
}

export interface Env {
  readonly db: Database;
  readonly uid: number;
  /** Superuser mode: no access rights, no rules. */
  readonly su: boolean;
  readonly context: Context;
  /** Marks a float for a transport that tells 5 from 5.0 (XML-RPC). */
  readonly float?: (value: number) => unknown;
}

export function sudo(env: Env): Env {
  return env.su ? env : { ...env, su: true };
}

export function withContext(env: Env, context: Context): Env {
  return { ...env, context: { ...env.context, ...context } };
}

/** A model that is certainly served. */
export function modelOf(env: Env, name: string): Model {
  const model = env.db.models.get(name);
  if (!model) throw new Error(`the sandbox serves no model ${name}`);
  return model;
}

/** Whether the user has a group, given by its external id. */
export function hasGroup(env: Env, xid: string): boolean {
  const group = env.db.ref(xid);
  return group !== undefined && env.db.groupsOf(env.uid).has(group.id);
}
