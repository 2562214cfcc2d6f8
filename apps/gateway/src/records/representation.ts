/** A record as the contract shows it, and the ETag that stands for what was shown. */
import { createHash } from "node:crypto";
import { type Json, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { parseFieldList, toContractRecord } from "@odoorway/schema";
import type { Query } from "../http/query.js";
import type { StaleMetadata } from "../metadata.js";
import type { RecordParts } from "./parts.js";

/** Archived records are records too; Odoo hides them from relations and searches by default. */
export const withArchived = { active_test: false } as const;

/** Largest id that Odoo's database can hold (int4). */
const largestId = 2_147_483_647;

/** The id of an address: 0, which Odoo reads as a record of falses, is none. @throws OdoorwayError invalid_parameter */
export function readId(text: string | undefined, parameter = "id"): number {
  const id = text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(id <= largestId))
    throw new OdoorwayError("invalid_parameter", {
      evidence: {
        parameter,
        detail: JSON.stringify(text?.slice(0, 50)),
        expected: "the database id of a record",
      },
    });
  return id;
}

/**
 * The fields to show: those asked for, else every stored one except binaries, and the display name.
 * Computed fields are shown only when asked for, since each may cost a computation a record; lists of
 * records of a model that this user may not read never, since Odoo refuses the whole read for them.
 */
export async function fieldsToShow(parts: RecordParts, metadata: ModelMetadata, query: Query): Promise<string[]> {
  const asked = query.parameters.get("fields");
  if (asked !== undefined) return parseFieldList(metadata, asked);
  const shown: string[] = [];
  for (const field of Object.values(metadata.fields)) {
    const isList = field.type === "one2many" || field.type === "many2many";
    if (field.name !== "display_name" && (!field.stored || ["binary", "image"].includes(field.type))) continue;
    if (isList && !(await parts.metadata.readable(field.relation ?? ""))) continue;
    shown.push(field.name);
  }
  return shown;
}

/** Reads one record as the contract shows it. @throws OdoorwayError missing_record */
export async function readRecord(
  parts: RecordParts,
  metadata: ModelMetadata,
  id: number,
  fields: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, Json>> {
  const options = signal === undefined ? undefined : { signal };
  const rows = await parts.caller.call(metadata.model, "read", [[id]], { fields }, options);
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (row === undefined) throw missing(metadata.model, id);
  return toContractRecord(metadata, row as Record<string, unknown>);
}

export function missing(model: string, id: number): OdoorwayError {
  return new OdoorwayError("missing_record", { evidence: { model, id } });
}

/** A strong validator (RFC 9110 section 8.8.1): the same characters shown have the same ETag, and others have another. */
export function etagOf(shown: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, 32)}"`;
}

/**
 * Headers of a write that was judged by what Odoo said before, since it could not be asked: `Odoorway-Metadata: stale` with
 * the time of it and the reason's code, as a structured field (RFC 9651). None otherwise.
 */
export function staleHeaders(stale: StaleMetadata | undefined): Record<string, string> {
  if (stale === undefined) return {};
  return { "odoorway-metadata": `stale;read-at=@${Math.floor(stale.readAt / 1000)};reason=${stale.reason}` };
}

/** Whether a list of ETags, as If-Match and If-None-Match carry it, names this one. */
export function namesEtag(header: string, etag: string, weakly: boolean): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === etag || (weakly && tag === `W/${etag}`);
  });
}
