/** What a model does: the behaviour that models/*.ts declare beside the facts of its fields. */
import type { Right } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import type { Env } from "./env.js";
import type { Field, ModelFacts, Row, Value } from "./fields.js";
import type { Table } from "./table.js";

export type Values = Record<string, unknown>;
/** A value as Odoo's Python sees it: NULL is false. */
export type Read = Value | false;

/** A method that a client may call: ids first, unless it is of the model (@api.model). */
export interface Method {
  readonly onModel?: boolean;
  /** Names of the arguments after the ids, in order; those from `required` on have defaults. */
  readonly parameters: readonly string[];
  readonly required: number;
  /** The version that brought it. */
  readonly since?: number;
  /** The last version that has it. */
  readonly until?: number;
  /** Takes any keyword beside its parameters (Python's **values). */
  readonly anyKeyword?: boolean;
  /** It answers records: a single id over RPC, always a list over JSON-2. */
  readonly returnsRecords?: boolean;
  /** Class in Python's complaint about arguments; the model's own where left out. */
  readonly owner?: "BaseModel" | "own";
  /** Answers a JSON value; undefined is Python's None. */
  call(env: Env, model: Model, ids: readonly number[], args: Values): unknown;
}

/** A unique or check constraint of the database, with the message that Odoo declares for it. */
export interface SqlConstraint {
  readonly message: string | ((row: Row) => string);
  /** Unique over these columns; a NULL makes a row unlike any other. */
  readonly unique?: readonly string[];
  readonly check?: (row: Row) => boolean;
}

export interface Rule {
  readonly groups: readonly string[];
  readonly domain: (env: Env) => unknown[];
}

export interface Behaviour {
  readonly model: string;
  /** Field that names a record; `name` where left out. */
  readonly recName?: string;
  /** Fields that name_search looks into. */
  readonly namesSearched?: readonly string[];
  readonly displayName?: (env: Env, id: number) => string | false;
  /** Defaults that depend on who asks or when; constant ones are among the facts. */
  readonly defaults?: Readonly<Record<string, (env: Env) => unknown>>;
  /** Values made at each read: never stored. */
  readonly computes?: Readonly<Record<string, (env: Env, id: number) => Read>>;
  /** Fields that write their value elsewhere. */
  readonly inverses?: Readonly<Record<string, (env: Env, id: number, value: unknown) => void>>;
  /** Many2many fields that show another field of the comodel from its far side. */
  readonly mirrors?: Readonly<Record<string, string>>;
  /** The model whose record is made along with this one's (_inherits), and the field that links it. */
  readonly inherits?: { readonly model: string; readonly field: string };
  /** Hierarchy for child_of. */
  readonly parentField?: string;
  /** Fills in what Odoo computes before it inserts; may change `values`. */
  readonly precompute?: (env: Env, values: Values) => void;
  readonly afterCreate?: (env: Env, ids: readonly number[], given: readonly Values[]) => void;
  /** May refuse, or change `values`. */
  readonly beforeWrite?: (env: Env, ids: readonly number[], values: Values) => void;
  readonly afterWrite?: (env: Env, ids: readonly number[], values: Values) => void;
  readonly beforeUnlink?: (env: Env, ids: readonly number[]) => void;
  readonly afterUnlink?: (env: Env, rows: readonly Row[]) => void;
  readonly sql?: readonly SqlConstraint[];
  /** Python constraints: fields that trigger one, and the check. */
  readonly constraints?: readonly {
    readonly fields: readonly string[];
    check(env: Env, ids: readonly number[]): void;
  }[];
  readonly methods?: Readonly<Record<string, Method>>;
  readonly rules?: readonly Rule[];
  /** Which records a right holds for, where the model itself decides (mail.message); undefined: all. */
  readonly visible?: (env: Env, right: Right) => ((id: number) => boolean) | undefined;
  /** How it refuses the others, where not in the words of record rules. */
  readonly refusal?: (env: Env, ids: readonly number[], right: Right) => Error | undefined;
}

/** A model in a database: facts, behaviour, rows. */
export interface Model {
  readonly name: string;
  readonly facts: ModelFacts;
  readonly fields: ReadonlyMap<string, Field>;
  readonly behaviour: Behaviour;
  readonly table: Table;
  /** Fields that may not be NULL in the database, in the order of the columns. */
  readonly mandatory: readonly Field[];
  /** ResPartner for res.partner, as Python names the class. */
  readonly className: string;
}

export function classNameOf(model: string, { classNames }: Profile): string {
  const odd = Object.hasOwn(classNames, model) ? classNames[model] : undefined;
  return odd ?? model.replace(/(^|[._])(\w)/g, (_all, _dot, letter: string) => letter.toUpperCase());
}
