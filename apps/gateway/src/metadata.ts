/**
 * What the connected Odoo's models look like, asked of it and kept for a while. One question at a time
 * for each model, however many requests wait for it; when Odoo cannot be asked, the last good answer
 * serves on, so that a short outage is not an outage of validation.
 *
 * What is kept gets wrong when somebody installs a module or makes a field. Three things tell: the newest change among
 * the modules, which every internal user may read (18.0 and 19.0), looked at now and then while requests come; a request that
 * contradicts what is kept (a field unknown, a choice that is none), or Odoo contradicting it, which ask for that model
 * anew, at most once in some seconds; and the time.
 */
import {
  type Clock,
  type ErrorCode,
  type MetadataSource,
  type ModelMetadata,
  nearest,
  type OdooCaller,
  OdoorwayError,
} from "@odoorway/core";
import { readFieldsGet, requiredToAsk } from "@odoorway/schema";
import { type Freshness, Kept } from "./metadata-kept.js";

interface ModelName {
  readonly model: string;
  readonly label: string;
}

export interface GatewayMetadata extends MetadataSource {
  /** The models that the connected user may read, sorted by technical name. */
  models(): Promise<readonly ModelName[]>;
  /** Whether the connected user may read the model, as far as is known: true when Odoo does not say. */
  readable(model: string): Promise<boolean>;
  /**
   * Somebody has reason to doubt what is kept of the model: whether it is worth looking at it again, because
   * it is to be asked for anew. (It is not when it was asked for a moment ago, or Odoo cannot be asked.)
   */
  doubt(model: string): boolean;
  /** How old what `model` serves is; undefined when it has served nothing yet. */
  freshness(model: string): Freshness | undefined;
  /** What serves on of models since Odoo could not be asked; undefined when nothing does. */
  stale(models?: readonly string[]): StaleMetadata | undefined;
}

/** Metadata that Odoo gave before and could not be asked for since. */
export interface StaleMetadata {
  readonly models: readonly string[];
  /** Milliseconds of the epoch of the oldest of it. */
  readonly readAt: number;
  /** Code of the error that the last try met. */
  readonly reason: ErrorCode;
}

export interface MetadataOptions {
  readonly caller: OdooCaller;
  readonly clock: Clock;
  /** Milliseconds that an answer is good for. */
  readonly ttl: number;
}

/** The attributes of fields_get that the metadata is made of; help and views' attributes stay in Odoo. */
const attributes = [
  "type",
  "string",
  "help",
  "required",
  "readonly",
  "store",
  "depends",
  "related",
  "relation",
  "relation_field",
  "selection",
  "size",
  "digits",
  "domain",
  "company_dependent",
  "sanitize",
  "sanitize_tags",
  "definition_record",
  "definition_record_field",
];

/** Milliseconds between two looks at the modules. */
const modulesEvery = 30_000;
/** Milliseconds that an answer is beyond doubt: wrong requests must not become questions to Odoo one for one. */
const beyondDoubt = 10_000;
/** Milliseconds between two tries while Odoo cannot be asked. */
const pauseInOutage = 5_000;

/** What Odoo lets a model be called; others are not asked for, since control characters confuse its answers. */
const modelName = /^[a-zA-Z0-9_.]{1,128}$/;

export function createMetadata({ caller, clock, ttl }: MetadataOptions): GatewayMetadata {
  const models = new Kept<ModelMetadata>(clock, ttl, pauseInOutage);
  const names = new Kept<readonly ModelName[]>(clock, ttl, pauseInOutage);
  const list = () => names.get("", () => askForModels(caller));
  const modules = watchModules(caller, clock, () => {
    models.doubtAll();
    names.doubtAll();
  });
  return {
    models: list,
    readable: async (name) => {
      const known = await listOrNone(list);
      return known.length === 0 || known.some((candidate) => candidate.model === name);
    },
    model: (name) => {
      modules.look();
      return models.get(name, () => askForModel(caller, name, list));
    },
    doubt: (name) => models.doubt(name, beyondDoubt),
    freshness: (name) => models.freshness(name),
    stale: (wanted) => staleOf(models.held().filter(([name]) => wanted?.includes(name) ?? true)),
  };
}

function staleOf(held: readonly (readonly [name: string, Freshness])[]): StaleMetadata | undefined {
  const [oldest] = [...held].sort(([, left], [, right]) => left.readAt - right.readAt);
  const reason = oldest?.[1].held?.code;
  if (oldest === undefined || reason === undefined) return undefined;
  return { models: held.map(([name]) => name), readAt: oldest[1].readAt, reason };
}

/** Looks at the newest change among the modules, beside the requests: none waits for it, and none fails with it. */
function watchModules(caller: OdooCaller, clock: Clock, changed: () => void) {
  let due = clock.now();
  let seen: string | undefined;
  const ask = async () => {
    const options = { fields: ["write_date"], order: "write_date desc, id desc", limit: 1 };
    const newest = JSON.stringify(await caller.call("ir.module.module", "search_read", [[]], options));
    if (seen !== undefined && newest !== seen) changed();
    seen = newest;
  };
  return {
    look: () => {
      if (clock.now() < due) return;
      due = clock.now() + modulesEvery;
      ask().catch((error: unknown) => {
        // A portal user may not look: then the other two signs have to do.
        if (error instanceof OdoorwayError && error.status === 403) due = Number.POSITIVE_INFINITY;
      });
    },
  };
}

async function askForModel(
  caller: OdooCaller,
  name: string,
  list: () => Promise<readonly ModelName[]>,
): Promise<ModelMetadata> {
  const known = listOrNone(list);
  if (!modelName.test(name)) throw await noSuchModel(name, known);
  const fields = await fieldsOf(caller, name, known);
  const asked = requiredToAsk(fields);
  const defaults = asked.length === 0 ? {} : await defaultsOf(caller, name, asked);
  const label = (await known).find((candidate) => candidate.model === name)?.label ?? name;
  // A default may come to nothing: a transfer's kind is false, and an account's number null, when the context names none.
  const filled = Object.entries(defaults as object).flatMap(([field, value]) =>
    value === false || value === null ? [] : [field],
  );
  // The user's own, of models whose company is not computed from something else.
  const company = (defaults as { company_id?: unknown }).company_id;
  return readFieldsGet(name, label, fields, filled, typeof company === "number" ? company : undefined);
}

/** Odoo describes the fields of any model to anybody; what the user may do with its records it says later. */
async function fieldsOf(caller: OdooCaller, name: string, known: Promise<readonly ModelName[]>): Promise<unknown> {
  try {
    return await caller.call(name, "fields_get", [], { attributes });
  } catch (error) {
    if (!(error instanceof OdoorwayError) || error.code !== "model_not_found") throw error;
    throw await noSuchModel(name, known, error);
  }
}

async function noSuchModel(
  name: string,
  known: Promise<readonly ModelName[]>,
  cause?: OdoorwayError,
): Promise<OdoorwayError> {
  const candidates = (await known).map((candidate) => candidate.model);
  return new OdoorwayError("model_not_found", {
    evidence: { model: name.slice(0, 100), nearest: nearest(name, candidates) },
    cause,
  });
}

/**
 * Some models override default_get without saying that it is a method of the model (product.template of
 * 18.0); Odoo then takes the first argument for the ids of records, of which there are none.
 */
async function defaultsOf(caller: OdooCaller, name: string, asked: readonly string[]): Promise<unknown> {
  try {
    return await caller.call(name, "default_get", [asked]);
  } catch (error) {
    if (!(error instanceof OdoorwayError) || error.code !== "bad_arguments") throw error;
    return caller.call(name, "default_get", [[], asked]);
  }
}

/** The list serves labels and suggestions here: without it the answer is poorer, not wrong. */
async function listOrNone(list: () => Promise<readonly ModelName[]>): Promise<readonly ModelName[]> {
  try {
    return await list();
  } catch {
    return [];
  }
}

/**
 * `get_available_models` answers anybody with the models that they may read (18.0 and 19.0); where it is
 * missing, ir.model has the names of all of them, but only administrators may read it.
 */
async function askForModels(caller: OdooCaller): Promise<readonly ModelName[]> {
  const found = await availableModels(caller);
  return found.sort((left, right) => (left.model < right.model ? -1 : 1));
}

async function availableModels(caller: OdooCaller): Promise<ModelName[]> {
  try {
    const answer = await caller.call("ir.model", "get_available_models", []);
    return (answer as { model: string; display_name: string }[]).map(({ model, display_name }) => ({
      model,
      label: display_name,
    }));
  } catch (error) {
    const missing = error instanceof OdoorwayError && ["method_not_found", "method_private"].includes(error.code);
    if (!missing) throw error;
  }
  const answer = await caller.call("ir.model", "search_read", [[["transient", "=", false]]], {
    fields: ["model", "name"],
  });
  return (answer as { model: string; name: string }[]).map(({ model, name }) => ({ model, label: name }));
}
