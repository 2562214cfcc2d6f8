/** Records by natural keys: all keys of one model asked for in one call (some hundreds of them each). */
import type { CallOptions, MetadataSource, ModelMetadata, OdooCaller } from "@odoorway/core";
import { OdoorwayError } from "@odoorway/core";
import { anyOf, choose, domainOf, type GroundTerms, type Row } from "./terms.js";

/** Conditions of one call: Odoo nests a domain's `|` by its own recursion, and PostgreSQL has its bounds. */
const mostKeys = 200;
/** Records of one answer; a key that fits more tells nothing. */
const mostRows = 10_000;

/** What several keys, tried in order, found. */
export interface Hit {
  readonly id: number;
  /** Records that the key fits equally well. */
  readonly several: number;
  readonly terms: GroundTerms;
}

export interface Lookups {
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
}

/**
 * For each list of keys the first that some record fits. Rejects when Odoo cannot be asked; an element is an error
 * when its keys name a field that the model lacks.
 */
export async function findByKeys(
  { caller, metadata }: Lookups,
  model: string,
  requests: readonly (readonly GroundTerms[])[],
  options: CallOptions,
): Promise<(Hit | OdoorwayError | undefined)[]> {
  const known = await metadata.model(model);
  const domains = new Map<string, readonly unknown[]>();
  const names = new Set(["id"]);
  if (known.fields.active?.type === "boolean") names.add("active");
  const failures = requests.map((tries) => noteDomains(known, tries, domains, names));
  const rows: Row[] = [];
  const all = [...domains.values()];
  for (let at = 0; at < all.length; at += mostKeys) {
    const kwargs = { context: { active_test: false }, order: "id", limit: mostRows };
    const args = [anyOf(all.slice(at, at + mostKeys)), [...names]];
    rows.push(...readRows(model, await caller.call(model, "search_read", args, kwargs, options)));
  }
  return requests.map((tries, index) => failures[index] ?? firstHit(known, tries, rows));
}

function noteDomains(
  metadata: ModelMetadata,
  tries: readonly GroundTerms[],
  domains: Map<string, readonly unknown[]>,
  names: Set<string>,
): OdoorwayError | undefined {
  try {
    for (const terms of tries) {
      const domain = domainOf(metadata, terms);
      if (domain === undefined) continue;
      domains.set(JSON.stringify(domain), domain);
      for (const name of Object.keys(terms)) names.add(name);
    }
    return undefined;
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
}

function firstHit(metadata: ModelMetadata, tries: readonly GroundTerms[], rows: readonly Row[]): Hit | undefined {
  for (const terms of tries) {
    const chosen = choose(metadata, terms, rows);
    if (chosen !== undefined) return { ...chosen, terms };
  }
  return undefined;
}

/** An answer of search_read or read. Throws `invalid_json_or_xml` for anything but a list of records. */
export function readRows(model: string, answer: unknown): Row[] {
  const isRow = (row: unknown): row is Row =>
    typeof row === "object" && row !== null && typeof (row as Row).id === "number";
  if (Array.isArray(answer) && answer.every(isRow)) return answer;
  throw new OdoorwayError("invalid_json_or_xml", {
    evidence: { url: "Odoo", detail: `${model} did not answer a list of records` },
  });
}
