/** Records found by a text (a country by its name), many at once, each text asked for once. */
import { externalIdFor, nearest, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { rowFault } from "../diagnosis.js";
import type { LookupSpec } from "../mapping/values.js";
import { creating } from "../records/send.js";
import type { LoadMessage, RowDiagnosis } from "../types.js";

/** One text to be found. */
export interface Wanted {
  readonly spec: LookupSpec;
  readonly text: string;
  readonly column: string;
}

/** Stands in a dry run for a record that would be created: the largest id there can be. */
export const wouldBeId = 2_147_483_647;

export type Found = { readonly id: number; readonly model: string } | { readonly fault: RowDiagnosis };

/** Remembered answers; the oldest go first, so memory stays flat whatever the file. */
const remembered = 10_000;
const suggestions = 500;

export class Lookups {
  readonly #caller: OdooCaller;
  readonly #explain: (message: LoadMessage, model: string) => RowDiagnosis;
  readonly #known = new Map<string, number>();
  readonly #dryRun: boolean;
  #creating: Promise<void> = Promise.resolve();

  /** `dryRun`: what would be created is answered with `wouldBeId`. */
  constructor(
    caller: OdooCaller,
    explain: (message: LoadMessage, model: string) => RowDiagnosis,
    { dryRun = false }: { dryRun?: boolean } = {},
  ) {
    this.#caller = caller;
    this.#explain = explain;
    this.#dryRun = dryRun;
  }

  /** Finds all; the answer is by `lookupKey`. Rejects when Odoo cannot be asked. */
  async find(wanted: readonly Wanted[]): Promise<Map<string, Found>> {
    const found = new Map<string, Found>();
    const open = new Map<string, Map<string, Wanted>>();
    for (const one of wanted) {
      const id = this.#known.get(lookupKey(one.spec, one.text));
      if (id !== undefined) found.set(lookupKey(one.spec, one.text), { id, model: one.spec.model });
      else {
        const group = specKey(one.spec);
        const texts = open.get(group) ?? new Map<string, Wanted>();
        texts.set(one.text, one);
        open.set(group, texts);
      }
    }
    for (const texts of open.values()) await this.#findOf([...texts.values()], found);
    return found;
  }

  async #findOf(wanted: readonly Wanted[], found: Map<string, Found>): Promise<void> {
    const spec = wanted[0]?.spec;
    if (!spec) return;
    let open = wanted;
    for (const field of spec.by) {
      if (open.length === 0) break;
      const answer = await this.#caller.call(
        spec.model,
        "search_read",
        [[[field, "in", open.map((one) => one.text)]], ["id", field]],
        { limit: open.length * 5 + 100 },
      );
      open = open.filter((one) => !this.#take(one, field, answer as Record<string, unknown>[], found));
    }
    if (open.length === 0) return;
    if (spec.create && this.#dryRun) for (const one of open) this.#remember(one, wouldBeId, found);
    else if (spec.create) await this.#createInTurn(spec, open, found);
    else await this.#refuse(spec, open, found);
  }

  #take(one: Wanted, field: string, rows: readonly Record<string, unknown>[], found: Map<string, Found>): boolean {
    const matches = rows.filter((row) => row[field] === one.text);
    const [match] = matches;
    if (!match) return false;
    if (matches.length > 1) {
      const evidence = {
        received: JSON.stringify(one.text),
        count: matches.length,
        relation: one.spec.model,
        field: one.column,
      };
      found.set(lookupKey(one.spec, one.text), { fault: rowFault("ambiguous_relation", evidence, one.column) });
    } else this.#remember(one, Number(match.id), found);
    return true;
  }

  #remember(one: Wanted, id: number, found: Map<string, Found>): void {
    const key = lookupKey(one.spec, one.text);
    if (this.#known.size >= remembered)
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    this.#known.set(key, id);
    found.set(key, { id, model: one.spec.model });
  }

  /** Batches of this node create one after the other, so that they do not meet in Odoo over the same text. */
  async #createInTurn(spec: LookupSpec, wanted: readonly Wanted[], found: Map<string, Found>): Promise<void> {
    const before = this.#creating;
    const own = before.then(async () => {
      const open = wanted.filter((one) => {
        const id = this.#known.get(lookupKey(spec, one.text));
        if (id !== undefined) found.set(lookupKey(spec, one.text), { id, model: spec.model });
        return id === undefined;
      });
      if (open.length > 0) await this.#create(spec, open, found);
    });
    this.#creating = own.catch(() => {});
    await own;
  }

  /**
   * Created under external ids made of the text, and not to be updated, as send.ts does: creating again after a lost
   * reply does not double, and what somebody renamed since keeps its name. When another node creates the same at this
   * moment, Odoo refuses one of both: it is asked again, with the batch.
   */
  async #create(spec: LookupSpec, wanted: readonly Wanted[], found: Map<string, Found>): Promise<void> {
    const rows = wanted.map((one) => [externalIdFor("odoorway", spec.model, one.text), one.text]);
    const answer = (await this.#caller.call(spec.model, "load", [["id", spec.by[0] ?? "name"], rows], {
      context: creating,
    })) as {
      ids?: number[] | false;
      messages?: LoadMessage[];
    };
    const faults = (answer.messages ?? []).map((message) => this.#explain(message, spec.model));
    if (!answer.ids && faults.length > 0 && faults.every(({ code }) => code === "serialization_failure"))
      throw new OdoorwayError("serialization_failure");
    for (const [index, one] of wanted.entries()) {
      const id = answer.ids ? answer.ids[index] : undefined;
      if (id !== undefined) this.#remember(one, id, found);
      else {
        const message = answer.messages?.find((said) => said.record === index) ?? answer.messages?.[0] ?? {};
        found.set(lookupKey(spec, one.text), { fault: this.#explain(message, spec.model) });
      }
    }
  }

  async #refuse(spec: LookupSpec, wanted: readonly Wanted[], found: Map<string, Found>): Promise<void> {
    const field = spec.by[0] ?? "name";
    const answer = await this.#caller.call(spec.model, "search_read", [[], ["id", field]], { limit: suggestions });
    const names = (answer as Record<string, unknown>[]).map((row) => String(row[field]));
    for (const one of wanted) {
      const evidence = {
        relation: spec.model,
        received: JSON.stringify(one.text),
        column: one.column,
        nearest: nearest(one.text, names),
      };
      found.set(lookupKey(spec, one.text), { fault: rowFault("row_lookup_failed", evidence, one.column) });
    }
  }
}

function specKey(spec: LookupSpec): string {
  return JSON.stringify([spec.model, spec.by, spec.create]);
}

export function lookupKey(spec: LookupSpec, text: string): string {
  return `${specKey(spec)} ${text}`;
}
