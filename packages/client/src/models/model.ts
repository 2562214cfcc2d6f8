/** The methods that a caller of one model has, typed by what is known of the model. */
import { type CallOptions, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { type CreateManyOptions, createMany } from "../batches/create-many.js";
import { type LoadManyOptions, loadMany } from "../batches/load-many.js";
import type { BatchOptions, BatchResult, Input } from "../batches/types.js";
import { unlinkMany } from "../batches/unlink-many.js";
import { type RecordChange, writeMany } from "../batches/write-many.js";
import { type ChangeCursor, iterateChanges } from "../paging/changes.js";
import { findDeleted } from "../paging/find-deleted.js";
import { iterate, iterateIds } from "../paging/iterate.js";
import type { PagingOptions } from "../paging/options.js";
import { answered, type LoadAnswer } from "./answers.js";
import type { DomainOf, FieldOf, ModelTypes, OrderOf, RecordOf } from "./types.js";

/** What every method may be told besides its arguments. */
export interface ModelCallOptions extends CallOptions {
  /** Odoo's context: language, time zone, companies, `active_test: false` for archived records too. */
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface SearchOptions<Read> extends ModelCallOptions {
  readonly order?: OrderOf<Read>;
  readonly limit?: number;
  readonly offset?: number;
}

export interface SearchReadOptions<Read, Field> extends SearchOptions<Read> {
  /** Fields to read; every field of the model where left out, which is slow. `id` comes always. */
  readonly fields?: readonly Field[];
}

interface Paging<Read> extends Omit<PagingOptions, "domain"> {
  readonly order?: OrderOf<Read>;
  readonly limit?: number;
}

/** One model of the connected Odoo. Every method rejects with OdoorwayError only. */
export interface Model<Types extends ModelTypes> {
  /** Its technical name. */
  readonly name: string;
  /** Ids of the records that match, in Odoo's order for the model unless told one. */
  search(domain?: DomainOf<Types["read"]>, options?: SearchOptions<Types["read"]>): Promise<number[]>;
  searchRead<Field extends FieldOf<Types["read"]> = FieldOf<Types["read"]>>(
    domain?: DomainOf<Types["read"]>,
    options?: SearchReadOptions<Types["read"], Field>,
  ): Promise<RecordOf<Types["read"], Field>[]>;
  searchCount(domain?: DomainOf<Types["read"]>, options?: ModelCallOptions): Promise<number>;
  /** The records of the ids. Odoo leaves out those that do not exist, or rejects, as it likes: see `readOne`. */
  read<Field extends FieldOf<Types["read"]> = FieldOf<Types["read"]>>(
    ids: readonly number[],
    fields?: readonly Field[],
    options?: ModelCallOptions,
  ): Promise<RecordOf<Types["read"], Field>[]>;
  /** The record of the id; rejects with `missing_record` where there is none. */
  readOne<Field extends FieldOf<Types["read"]> = FieldOf<Types["read"]>>(
    id: number,
    fields?: readonly Field[],
    options?: ModelCallOptions,
  ): Promise<RecordOf<Types["read"], Field>>;
  /** Those of the ids that exist and that the user may see, archived ones too, in their order. By a search, since 19 has no exists over RPC. */
  exists(ids: readonly number[], options?: ModelCallOptions): Promise<number[]>;
  /** The id of the new record. A lost answer is `happened: "unknown"`, and is not tried again. */
  create(values: Types["create"], options?: ModelCallOptions): Promise<number>;
  /** Gives all the records these values. Without ids nothing is sent. */
  write(ids: readonly number[], values: Types["write"], options?: ModelCallOptions): Promise<void>;
  /** Deletes the records. Without ids nothing is sent. */
  unlink(ids: readonly number[], options?: ModelCallOptions): Promise<void>;
  /** Every record that matches, page by page, none twice and none left out while others write. See `iterate`. */
  iterate<Field extends FieldOf<Types["read"]> = FieldOf<Types["read"]>>(
    domain?: DomainOf<Types["read"]>,
    options?: Paging<Types["read"]> & { readonly fields?: readonly Field[] },
  ): AsyncGenerator<RecordOf<Types["read"], Field>, void>;
  iterateIds(domain?: DomainOf<Types["read"]>, options?: Paging<Types["read"]>): AsyncGenerator<number, void>;
  /** Records written since the cursor, oldest first. See `iterateChanges`. */
  changes<Field extends FieldOf<Types["read"]> = FieldOf<Types["read"]>>(
    options?: Omit<PagingOptions, "domain"> & {
      readonly domain?: DomainOf<Types["read"]>;
      readonly since?: ChangeCursor;
      readonly fields?: readonly Field[];
      readonly overlap?: number;
    },
  ): AsyncGenerator<
    { readonly record: RecordOf<Types["read"], Field | "write_date">; readonly cursor: ChangeCursor },
    void
  >;
  /** Those of the ids that no longer exist. See `findDeleted`. */
  deleted(
    ids: Iterable<number> | AsyncIterable<number>,
    options?: Omit<PagingOptions, "domain" | "includeArchived">,
  ): AsyncGenerator<number, void>;
  /** Any number of records in batches, a result for each. See `createMany`. */
  createMany(
    records: Input<Types["create"]>,
    options?: Omit<CreateManyOptions, "key"> & { readonly key?: FieldOf<Types["read"]> },
  ): AsyncGenerator<BatchResult, void>;
  /** Values of their own for any number of records. See `writeMany`. */
  writeMany(
    changes: Input<{ readonly id: number; readonly values: Types["write"] }>,
    options?: BatchOptions,
  ): AsyncGenerator<BatchResult, void>;
  unlinkMany(ids: Input<number>, options?: BatchOptions): AsyncGenerator<BatchResult, void>;
  /** Rows as the import screen takes them, created or updated by external id. See `loadMany`. */
  loadMany(
    columns: readonly string[],
    rows: Input<readonly unknown[]>,
    options?: LoadManyOptions,
  ): AsyncGenerator<BatchResult, void>;
  /** What Odoo says of the fields, by name; every attribute of them unless told which. */
  fieldsGet(
    fields?: readonly FieldOf<Types["read"]>[],
    attributes?: readonly string[],
    options?: ModelCallOptions,
  ): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  /** Odoo's own import: all rows or none. The answer says which; a refused row does not reject. */
  load(
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    options?: ModelCallOptions,
  ): Promise<LoadAnswer>;
  /** Any method of the model, with what it answers. */
  call(
    method: string,
    args?: readonly unknown[],
    kwargs?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<unknown>;
}

/** The model as the caller reaches it. What the types say of it is not verified at run time. */
export function modelOver<Types extends ModelTypes>(caller: OdooCaller, name: string): Model<Types> {
  return new ModelOver(caller, name) as Model<ModelTypes> as Model<Types>;
}

type Kwargs = Readonly<Record<string, unknown>>;
interface LooseSearch extends ModelCallOptions {
  readonly fields?: readonly string[];
  readonly order?: string | readonly string[];
  readonly limit?: number;
  readonly offset?: number;
}

/** The same without types: what the compiler checked is taken as it comes. */
class ModelOver {
  readonly name: string;
  readonly #caller: OdooCaller;

  constructor(caller: OdooCaller, name: string) {
    this.#caller = caller;
    this.name = name;
  }

  async search(domain: readonly unknown[] = [], options: LooseSearch = {}): Promise<number[]> {
    return answered.ids(this.name, "search", await this.#ask("search", [domain], paged(options), options));
  }

  async searchRead(domain: readonly unknown[] = [], options: LooseSearch = {}): Promise<object[]> {
    const kwargs = { ...paged(options), ...(options.fields && { fields: options.fields }) };
    return answered.records(this.name, "search_read", await this.#ask("search_read", [domain], kwargs, options));
  }

  async searchCount(domain: readonly unknown[] = [], options: ModelCallOptions = {}): Promise<number> {
    return answered.number(this.name, "search_count", await this.#ask("search_count", [domain], {}, options));
  }

  async read(ids: readonly number[], fields?: readonly string[], options: ModelCallOptions = {}): Promise<object[]> {
    if (ids.length === 0) return [];
    return answered.records(this.name, "read", await this.#ask("read", [ids], fields ? { fields } : {}, options));
  }

  async readOne(id: number, fields?: readonly string[], options: ModelCallOptions = {}): Promise<object> {
    const [record] = await this.read([id], fields, options);
    if (record === undefined) throw new OdoorwayError("missing_record", { evidence: { model: this.name, id } });
    return record;
  }

  async exists(ids: readonly number[], options: ModelCallOptions = {}): Promise<number[]> {
    if (ids.length === 0) return [];
    const context = { ...options.context, active_test: false };
    const found = new Set(await this.search([["id", "in", ids]], { ...options, context }));
    return ids.filter((id) => found.has(id));
  }

  async create(values: object, options: ModelCallOptions = {}): Promise<number> {
    return answered.number(this.name, "create", await this.#ask("create", [values], {}, options));
  }

  async write(ids: readonly number[], values: object, options: ModelCallOptions = {}): Promise<void> {
    if (ids.length > 0) await this.#ask("write", [ids, values], {}, options);
  }

  async unlink(ids: readonly number[], options: ModelCallOptions = {}): Promise<void> {
    if (ids.length > 0) await this.#ask("unlink", [ids], {}, options);
  }

  iterate(domain: readonly unknown[] = [], options: LooseSearch = {}): AsyncGenerator<object, void> {
    const { order: _order, ...rest } = options;
    return iterate(this.#caller, this.name, { ...rest, ...ordered(options), domain });
  }

  iterateIds(domain: readonly unknown[] = [], options: LooseSearch = {}): AsyncGenerator<number, void> {
    const { order: _order, ...rest } = options;
    return iterateIds(this.#caller, this.name, { ...rest, ...ordered(options), domain });
  }

  changes(options: Parameters<typeof iterateChanges>[2] = {}): ReturnType<typeof iterateChanges> {
    return iterateChanges(this.#caller, this.name, options);
  }

  deleted(
    ids: Iterable<number> | AsyncIterable<number>,
    options: Parameters<typeof findDeleted>[3] = {},
  ): AsyncGenerator<number, void> {
    return findDeleted(this.#caller, this.name, ids, options);
  }

  createMany(records: Input<object>, options?: CreateManyOptions): AsyncGenerator<BatchResult, void> {
    return createMany(this.#caller, this.name, records as Input<Kwargs>, options);
  }

  writeMany(
    changes: Input<{ readonly id: number; readonly values: object }>,
    options?: BatchOptions,
  ): AsyncGenerator<BatchResult, void> {
    return writeMany(this.#caller, this.name, changes as Input<RecordChange>, options);
  }

  unlinkMany(ids: Input<number>, options?: BatchOptions): AsyncGenerator<BatchResult, void> {
    return unlinkMany(this.#caller, this.name, ids, options);
  }

  loadMany(
    columns: readonly string[],
    rows: Input<readonly unknown[]>,
    options?: LoadManyOptions,
  ): AsyncGenerator<BatchResult, void> {
    return loadMany(this.#caller, this.name, columns, rows, options);
  }

  async fieldsGet(
    fields?: readonly string[],
    attributes?: readonly string[],
    options: ModelCallOptions = {},
  ): Promise<Readonly<Record<string, Kwargs>>> {
    const kwargs = { ...(fields && { allfields: fields }), ...(attributes && { attributes }) };
    return answered.object(this.name, "fields_get", await this.#ask("fields_get", [], kwargs, options));
  }

  async load(
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    options: ModelCallOptions = {},
  ): Promise<LoadAnswer> {
    return answered.load(this.name, await this.#ask("load", [columns, rows], {}, options));
  }

  call(method: string, args: readonly unknown[] = [], kwargs: Kwargs = {}, options?: CallOptions): Promise<unknown> {
    return this.#caller.call(this.name, method, args, kwargs, options);
  }

  #ask(
    method: string,
    args: readonly unknown[],
    kwargs: Kwargs,
    { context, signal, timeout }: ModelCallOptions,
  ): Promise<unknown> {
    const all = context === undefined ? kwargs : { ...kwargs, context };
    const options = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
    return this.#caller.call(this.name, method, args, all, options);
  }
}

function paged(options: LooseSearch): Kwargs {
  const { limit, offset } = options;
  return { ...ordered(options), ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) };
}

function ordered({ order }: LooseSearch): { order?: string } {
  if (order === undefined) return {};
  return { order: typeof order === "string" ? order : order.join(", ") };
}
