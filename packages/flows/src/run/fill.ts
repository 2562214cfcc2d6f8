/** Planned values to the values that are put: ids for look-ups and records, lines as the contract has them. */
import { OdoorwayError } from "@odoorway/core";
import type { PlannedFind, PlannedRecord, PlannedValue, PlannedValues } from "../types.js";
import type { Finder } from "./finder.js";
import { groundFind, isPlannedFind, isReference, type References } from "./ground.js";
import { sayRecord } from "./state.js";

export interface Filled {
  readonly values: Record<string, unknown>;
  readonly warnings: string[];
  /** Fields left out since a dry run does not create what they point to. */
  readonly pending: Set<string>;
}

/** The record's values. Throws `flow_lookup_failed`, or the look-up's own error. */
export function fillRecord(record: PlannedRecord, finder: Finder, references: References): Filled {
  const filled: Filled = { values: {}, warnings: [], pending: new Set() };
  const fill = new Fill(record, finder, references, filled);
  Object.assign(filled.values, fill.values(record.values));
  for (const { field, values } of record.lines ?? [])
    filled.values[field] = { create: values.map((line) => fill.values(line)) };
  return filled;
}

class Fill {
  constructor(
    private readonly record: PlannedRecord,
    private readonly finder: Finder,
    private readonly references: References,
    private readonly filled: Filled,
  ) {}

  values(values: PlannedValues): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(values)) {
      const filled = this.value(field, value);
      if (filled !== undefined) made[field] = filled;
    }
    return made;
  }

  private value(field: string, value: PlannedValue): unknown {
    if (isPlannedFind(value)) return this.known(field, this.find(field, value));
    if (isReference(value)) return this.known(field, this.references(value.$record, value.item));
    if (!Array.isArray(value) || !value.some((inner) => isPlannedFind(inner) || isReference(inner))) return value;
    const ids = value.flatMap((inner) => this.value(field, inner as PlannedValue) ?? []);
    return [...new Set(ids)];
  }

  private known(field: string, id: number | undefined): number | undefined {
    if (id !== 0) return id;
    this.filled.pending.add(field);
    return undefined;
  }

  private find(field: string, find: PlannedFind): number | undefined {
    const found = this.finder.get(groundFind(find, this.references));
    if ("error" in found) throw found.error;
    if ("id" in found) {
      if (found.warning !== undefined)
        this.filled.warnings.push(`${sayRecord(this.record)}, ${field}: ${found.warning}.`);
      return found.id;
    }
    if (find.$find.missing === "skip") return undefined;
    if (find.$find.missing === "warn") {
      this.filled.warnings.push(
        `${sayRecord(this.record)}, ${field}: there is no ${find.$find.model} with ${found.missing}; the field was left out.`,
      );
      return undefined;
    }
    throw new OdoorwayError("flow_lookup_failed", {
      evidence: { relation: find.$find.model, received: found.missing, record: sayRecord(this.record), field },
    });
  }
}
