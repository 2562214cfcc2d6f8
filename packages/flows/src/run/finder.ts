/**
 * The look-ups of a batch: each asked once, those of one model together, those that another needs before it;
 * what is missing and to be created goes through Upserts under an external id made of its key, so that nothing
 * is made twice.
 */
import { createHash } from "node:crypto";
import {
  defaultNamespace,
  type ExternalIdSource,
  externalIdFor,
  OdoorwayError,
  type UpsertRecord,
  type Upserts,
} from "@odoorway/core";
import type { PlannedFind, PlannedTerms } from "../types.js";
import { findExternalIds } from "./external-ids.js";
import { findsIn, isPlannedFind } from "./ground.js";
import { groupBy } from "./group.js";
import { findByKeys, type Hit, type Lookups } from "./lookup.js";
import { fold, type GroundTerms } from "./terms.js";

/** What a look-up came to: an id (0 when a dry run would create it), nothing, or why it cannot be. */
export type Found =
  | { readonly id: number; readonly warning?: string }
  | { readonly missing: string }
  | { readonly error: OdoorwayError };

export interface FinderParts extends Lookups {
  readonly externalIds: ExternalIdSource;
  readonly upserts: Upserts;
}

type Find = PlannedFind["$find"];

export class Finder {
  private readonly found = new Map<string, Found>();

  constructor(
    private readonly parts: FinderParts,
    private readonly options: { readonly dryRun: boolean; readonly signal?: AbortSignal },
  ) {}

  /** Looks up what is not known yet. Finds are ground (no `$record`). Rejects when Odoo cannot be asked. */
  async prepare(finds: readonly PlannedFind[]): Promise<void> {
    const levels: Map<string, PlannedFind>[] = [];
    for (const find of finds) this.sort(find, levels);
    for (const level of levels) await this.resolveLevel([...level.values()]);
  }

  /** The outcome of a find that was prepared. */
  get(find: PlannedFind): Found {
    return this.found.get(keyOf(find)) ?? { missing: "nothing to look up by" };
  }

  /** Puts the find on the level above all that it needs; answers that level. */
  private sort(find: PlannedFind, levels: Map<string, PlannedFind>[]): number {
    const { by, or, create } = find.$find;
    const level = findsIn([by, or, create]).reduce(
      (highest, inner) => Math.max(highest, this.sort(inner, levels) + 1),
      0,
    );
    const key = keyOf(find);
    if (!this.found.has(key)) {
      for (let at = levels.length; at <= level; at++) levels.push(new Map());
      levels[level]?.set(key, find);
    }
    return level;
  }

  private async resolveLevel(finds: readonly PlannedFind[]): Promise<void> {
    const open = await this.byExternalId(finds);
    const models = groupBy(open, ({ $find }) => $find.model);
    const toCreate: PlannedFind[] = [];
    for (const [model, list] of models) {
      const requests = list.map((find) => this.triesOf(find));
      const hits = await this.lookUp(model, requests);
      list.forEach((find, index) => {
        const outcome = this.outcomeOf(find, hits[index]);
        if ("missing" in outcome && find.$find.missing === "create") toCreate.push(find);
        else this.found.set(keyOf(find), outcome);
      });
    }
    for (const [model, list] of groupBy(toCreate, ({ $find }) => $find.model)) await this.create(model, list);
  }

  /** One bad model name fails its own finds, not the batch. */
  private async lookUp(
    model: string,
    requests: readonly (readonly GroundTerms[])[],
  ): Promise<(Hit | OdoorwayError | undefined)[]> {
    try {
      return await findByKeys(this.parts, model, requests, this.signalOption());
    } catch (error) {
      if (error instanceof OdoorwayError && !error.retryable) return requests.map(() => error);
      throw error;
    }
  }

  private signalOption() {
    return this.options.signal === undefined ? {} : { signal: this.options.signal };
  }

  private async byExternalId(finds: readonly PlannedFind[]): Promise<PlannedFind[]> {
    const keys = finds.flatMap(({ $find: { model, key } }) => (key === undefined ? [] : [{ model, externalId: key }]));
    if (keys.length === 0) return [...finds];
    const known = await findExternalIds(this.parts.externalIds, keys, this.signalOption());
    return finds.filter((find) => {
      const hit = known.get(find.$find.key ?? "");
      if (hit === undefined || hit.model !== find.$find.model) return true;
      this.found.set(keyOf(find), { id: hit.id });
      return false;
    });
  }

  /** The keys with nested finds put in; one that needs what is not there is left out. */
  private triesOf({ $find: { by, or } }: PlannedFind): GroundTerms[] {
    return this.groundAll([by, ...(or ?? [])].filter((terms) => terms !== undefined));
  }

  /** Keys with the ids of nested finds; those in which one found nothing are left out. */
  groundAll(keys: readonly PlannedTerms[]): GroundTerms[] {
    return keys.map((terms) => this.groundTerms(terms)).filter((terms) => terms !== undefined);
  }

  private groundTerms(terms: PlannedTerms): GroundTerms | undefined {
    const made: Record<string, string | number | boolean> = {};
    for (const [field, value] of Object.entries(terms)) {
      const ground = isPlannedFind(value) ? this.idOf(value) : value;
      if (ground === undefined || typeof ground === "object") return undefined;
      made[field] = ground;
    }
    return made;
  }

  private idOf(find: PlannedFind): number | undefined {
    const found = this.get(find);
    return "id" in found && found.id > 0 ? found.id : undefined;
  }

  private outcomeOf({ $find }: PlannedFind, hit: Hit | OdoorwayError | undefined): Found {
    if (hit instanceof OdoorwayError) return { error: hit };
    if (hit === undefined) return { missing: describeTries($find) };
    if (hit.several === 1) return { id: hit.id };
    return {
      id: hit.id,
      warning: `${hit.several} records of ${$find.model} have ${describe(hit.terms)}; ${hit.id} was taken`,
    };
  }

  private async create(model: string, finds: readonly PlannedFind[]): Promise<void> {
    const records = new Map<string, { record: UpsertRecord; finds: PlannedFind[] }>();
    for (const find of finds) {
      const [terms] = this.triesOf(find);
      if (terms === undefined) {
        this.found.set(keyOf(find), { missing: describeTries(find.$find) });
        continue;
      }
      const externalId = find.$find.key ?? externalIdOfTerms(model, terms);
      const same = records.get(externalId);
      if (same) same.finds.push(find);
      else
        records.set(externalId, {
          record: { externalId, values: { ...terms, ...this.values(find.$find.create) } },
          finds: [find],
        });
    }
    const list = [...records.values()];
    if (list.length === 0) return;
    const results = await this.parts.upserts.put(
      model,
      list.map(({ record }) => record),
      { onExisting: "skip", dryRun: this.options.dryRun, ...this.signalOption() },
    );
    list.forEach((one, index) => {
      const result = results[index];
      if (result === undefined) throw new TypeError("one result a record");
      const outcome: Found = "error" in result ? { error: result.error } : { id: result.id };
      for (const find of one.finds) this.found.set(keyOf(find), outcome);
    });
  }

  private values(create: Find["create"]): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(create ?? {})) {
      const ground = Array.isArray(value)
        ? value.flatMap((inner) => (isPlannedFind(inner) ? (this.idOf(inner) ?? []) : [inner]))
        : isPlannedFind(value)
          ? this.idOf(value)
          : value;
      if (ground !== undefined) made[field] = ground;
    }
    return made;
  }
}

const keyOf = (find: PlannedFind) => JSON.stringify(find.$find);

/** Made of the key without case and outer blanks, so that "VIP" and "vip" are made once. */
function externalIdOfTerms(model: string, terms: GroundTerms): string {
  const text = Object.entries(terms)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, value]) => `${field}-${typeof value === "string" ? fold(value) : value}`)
    .join("-");
  const key = text.length <= 80 ? text : createHash("sha256").update(text).digest("hex").slice(0, 32);
  return externalIdFor(defaultNamespace, model, `find-${key}`);
}

function describeTries({ key, by, or }: Find): string {
  const keys = [by, ...(or ?? [])].filter((terms) => terms !== undefined).map(describe);
  return [...(key === undefined ? [] : [`the external id ${key}`]), ...keys].join(", or ") || "an empty key";
}

export function describe(terms: Readonly<Record<string, unknown>>): string {
  return Object.entries(terms)
    .map(
      ([field, value]) =>
        `${field} ${typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : typeof value === "object" ? "(looked up)" : String(value)}`,
    )
    .join(" and ");
}
