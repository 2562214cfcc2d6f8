/**
 * What the connected Odoo's models look like, asked of it and kept for a while. One question at a time
 * for each model, however many requests wait for it; when Odoo cannot be asked, the last good answer
 * serves on, so that a short outage is not an outage of validation.
 */
import {
  type Clock,
  type MetadataSource,
  type ModelMetadata,
  nearest,
  type OdooCaller,
  OdoorwayError,
} from "@odoorway/core";
import { readFieldsGet, requiredToAsk } from "@odoorway/schema";

interface ModelName {
  readonly model: string;
  readonly label: string;
}

export interface GatewayMetadata extends MetadataSource {
  /** The models that the connected user may read, sorted by technical name. */
  models(): Promise<readonly ModelName[]>;
  /** Whether the connected user may read the model, as far as is known: true when Odoo does not say. */
  readable(model: string): Promise<boolean>;
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
];

/** What Odoo lets a model be called; others are not asked for, since control characters confuse its answers. */
const modelName = /^[a-zA-Z0-9_.]{1,128}$/;

export function createMetadata(options: MetadataOptions): GatewayMetadata {
  const models = new Kept<ModelMetadata>(options);
  const names = new Kept<readonly ModelName[]>(options);
  const list = () => names.get("", () => askForModels(options.caller));
  return {
    models: list,
    readable: async (name) => {
      const known = await listOrNone(list);
      return known.length === 0 || known.some((candidate) => candidate.model === name);
    },
    model: (name) => models.get(name, () => askForModel(options.caller, name, list)),
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
  return readFieldsGet(name, label, fields, Object.keys(defaults as object));
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

/** Answers kept by name: fresh ones served, stale ones asked for again, once for all who wait. */
class Kept<T> {
  readonly #clock: Clock;
  readonly #ttl: number;
  readonly #answers = new Map<string, { value: T; until: number }>();
  readonly #underWay = new Map<string, Promise<T>>();

  constructor(options: Pick<MetadataOptions, "clock" | "ttl">) {
    this.#clock = options.clock;
    this.#ttl = options.ttl;
  }

  async get(name: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#answers.get(name);
    if (kept && kept.until > this.#clock.now()) return kept.value;
    const underWay = this.#underWay.get(name) ?? this.#start(name, ask);
    try {
      return await underWay;
    } catch (error) {
      if (kept && error instanceof OdoorwayError && outage(error)) return kept.value;
      throw error;
    }
  }

  #start(name: string, ask: () => Promise<T>): Promise<T> {
    const asking = ask()
      .then((value) => {
        this.#answers.set(name, { value, until: this.#clock.now() + this.#ttl });
        return value;
      })
      .finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asking);
    return asking;
  }
}

/** Whether Odoo could not be asked, rather than having answered something else than before. */
function outage(error: OdoorwayError): boolean {
  return error.status >= 502 || error.status === 429;
}
