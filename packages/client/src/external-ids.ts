/**
 * Finds records by external id as any user. Odoo keeps external ids in ir.model.data, which only
 * access-rights administrators may read. What everybody may ask (all tried on 18.0 and 19.0):
 *
 *   search of ir.model.data      one call for all; administrators only, so it is given up at the first refusal.
 *   check_object_reference       one external id a call: exact at the moment of asking.
 *   get_external_id              of any number of records; see snapshot.ts, for many questions about one model.
 *
 * An external id may outlive its record: where the database removes a record by itself (the variants of a product that
 * is deleted), Odoo leaves its external id in ir.model.data. The search alone does not tell, so who names the model has
 * what the search finds looked up there.
 *
 * Who says that many external ids of one model will be asked for is answered from a snapshot of that model's;
 * everybody else is answered exactly.
 */
import {
  type CallOptions,
  type Clock,
  type ExternalIdSource,
  isExternalId,
  type OdooCaller,
  OdoorwayError,
  type RecordReference,
  systemClock,
} from "@odoorway/core";
import { createSnapshots, whichAreThere } from "./external-id-snapshots.js";

/** How many single questions are under way at once; a stock server has two to eight workers. */
const parallel = 4;

/** For fewer the snapshot's two calls are no gain. */
const worthIt = 8;

const withArchived = { context: { active_test: false } };

/** Makes a source of external ids that asks through `caller`. It remembers which way is allowed. */
export function createExternalIds(caller: OdooCaller, clock: Pick<Clock, "now"> = systemClock): ExternalIdSource {
  let searchAllowed = true;
  const snapshots = createSnapshots(caller, clock);

  return {
    async find(externalIds, options = {}) {
      const { model, many = 0, ...call } = options;
      const wanted = [...new Set(externalIds)].filter(isExternalId);
      if (wanted.length === 0) return new Map();
      if (searchAllowed) {
        try {
          const found = await search(caller, wanted, call);
          return model === undefined ? found : await withoutOrphans(caller, model, found, call);
        } catch (error) {
          if (!(error instanceof OdoorwayError) || error.code !== "access_model_denied") throw error;
          searchAllowed = false;
        }
      }
      if (model === undefined || Math.max(many, wanted.length) < worthIt) return askEach(caller, wanted, call);
      const known = await snapshots.find(model, wanted, Math.max(many, wanted.length), call);
      if (known.doubtful.length === 0) return known.found;
      return new Map([...known.found, ...(await askEach(caller, known.doubtful, call))]);
    },
  };
}

/** One search for all: `|` between modules, `in` for the names of each. */
async function search(
  caller: OdooCaller,
  wanted: readonly string[],
  options: CallOptions,
): Promise<Map<string, RecordReference>> {
  const names = new Map<string, string[]>();
  for (const externalId of wanted) {
    const [module, name] = split(externalId);
    const known = names.get(module);
    if (known) known.push(name);
    else names.set(module, [name]);
  }
  const domain: unknown[] = Array.from({ length: names.size - 1 }, () => "|");
  for (const [module, list] of names) domain.push("&", ["module", "=", module], ["name", "in", list]);
  const rows = await caller.call(
    "ir.model.data",
    "search_read",
    [domain],
    { fields: ["module", "name", "model", "res_id"] },
    options,
  );
  const found = new Map<string, RecordReference>();
  for (const row of rows as { module: string; name: string; model: string; res_id: number }[]) {
    found.set(`${row.module}.${row.name}`, { model: row.model, id: row.res_id });
  }
  return found;
}

/** What of this model is not there any more is left out. */
async function withoutOrphans(
  caller: OdooCaller,
  model: string,
  found: ReadonlyMap<string, RecordReference>,
  options: CallOptions,
): Promise<Map<string, RecordReference>> {
  const ids = [...found.values()].flatMap((at) => (at.model === model ? [at.id] : []));
  let there: ReadonlySet<number>;
  try {
    there = await whichAreThere(caller, model, ids, options);
  } catch (error) {
    // Who may not read the model is told by its own calls. It says nothing of who may search for external ids.
    if (!(error instanceof OdoorwayError) || !error.code.startsWith("access_")) throw error;
    return new Map(found);
  }
  return new Map([...found].filter(([, at]) => at.model !== model || there.has(at.id)));
}

async function askEach(
  caller: OdooCaller,
  wanted: readonly string[],
  options: CallOptions,
): Promise<Map<string, RecordReference>> {
  const found = new Map<string, RecordReference>();
  const queue = wanted.values();
  const worker = async () => {
    for (const externalId of queue) {
      const reference = await ask(caller, externalId, options);
      if (reference) found.set(externalId, reference);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, wanted.length) }, worker));
  return found;
}

/**
 * `check_object_reference` answers [model, id], [model, false] where the record is hidden, or raises when
 * there is none. Archived records (most currencies) are hidden too, unless the context asks for them.
 */
async function ask(caller: OdooCaller, externalId: string, options: CallOptions): Promise<RecordReference | undefined> {
  try {
    const answer = await caller.call(
      "ir.model.data",
      "check_object_reference",
      split(externalId),
      withArchived,
      options,
    );
    const [model, id] = answer as [string, number | false];
    return id === false ? undefined : { model, id };
  } catch (error) {
    if (error instanceof OdoorwayError && error.odoo?.message.includes("External ID not found in the system"))
      return undefined;
    throw error;
  }
}

function split(externalId: string): [module: string, name: string] {
  const dot = externalId.indexOf(".");
  return [externalId.slice(0, dot), externalId.slice(dot + 1)];
}
