/**
 * Takes records for a node.
 *
 * The life of a record:
 *
 *   pending ──journalSending──> sending ──completeRecords──> created | updated | unchanged | failed
 *     │  │                        │                                                        │
 *     │  │                        └──releaseRecords──> pending (deferred, when it was so)  │
 *     │  ├──completeRecords──> unchanged | failed      (nothing had to be sent)            │
 *     │  └──completeRecords with deferred──> deferred ──journalSending──> sending          │
 *     └<──────────────────────────retryImport──────────────────────────────────────────────┘
 *
 * Every step of it is done by the node that holds the record: claimRecords writes the node's name into
 * `claimed_by`, the other operations touch only what bears the name of their caller and take it off at the
 * end. A node that was not seen for the length of its lease loses its claims (releaseLapsed); the state of
 * the records stays. So what it was sending is `sending` and nobody's, and is taken before anything else,
 * since nobody knows whether the call happened. A node that comes back after that changes nothing: its name
 * stands on no record, its id is not given out again, and claiming under it answers "lapsed". A claim holds
 * the node's row in share mode until it is committed, so that a lapse comes wholly before or after it.
 *
 * The order: the lowest entity that has records pending or sending goes first, and while others hold some
 * of those, the next entity waits: parents before children. What is deferred goes last of all, when
 * every record that it may refer to is there.
 *
 * Two imports of one key: the record of the earlier import (by id) goes first, and a record is never taken
 * while another import's of the same model and key is held. Imports that wait for a person, for their time or for a
 * part of their group do not count as earlier. Only the first open records of the import are tried against that; when all of
 * them must wait, the import waits. Keys made by different rules for the same external id are not seen here;
 * Odoo itself serialises those by its unique index on external ids.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { Claim, ClaimLimits, OpenState } from "../types.js";
import { waitsForPart } from "./groups.js";
import { type RecordRow, toRecord } from "./records-by-key.js";

interface Entity {
  readonly entity: number;
  readonly primary: boolean;
  readonly model: string;
  /** Records that are not over. */
  readonly open: number;
}

interface Rival {
  readonly importId: string;
  readonly entity: number;
  /** Earlier than this import and at work: its open records go first. */
  readonly first: boolean;
}

export function claimRecords(
  db: Db,
  importId: string,
  node: string,
  limits: ClaimLimits,
): Promise<Claim | "wait" | "none" | "lapsed"> {
  return db.sql.transaction().execute(async (transaction) => {
    if (!(await isKnown(db, transaction, node))) return "lapsed";
    const entities = await openEntities(transaction, importId);
    let held = false;
    for (const states of [["sending", "pending"], ["deferred"]] as const)
      for (const entity of entities) {
        for (const state of states) {
          const rivals = state === "sending" ? [] : await rivalsOf(transaction, importId, entity.model);
          const records = await take(db, transaction, importId, node, entity, state, inShares(limits, entity), rivals);
          if (records.length > 0) return { entity: entity.entity, state, records: records.map(toRecord) };
        }
        if (await hasAny(transaction, importId, entity.entity, states)) {
          if (states[0] === "sending") return "wait";
          held = true;
        }
      }
    return held ? "wait" : "none";
  });
}

/** Below so many records a claim is not made smaller. */
const smallestShare = 50;

/** Towards the end claims get smaller, so that all workers come to it together. */
function inShares(limits: ClaimLimits, { open }: Entity): ClaimLimits {
  const share = limits.shares === undefined ? open : Math.ceil(open / limits.shares);
  return { ...limits, records: Math.min(limits.records, Math.max(smallestShare, share)) };
}

/**
 * PostgreSQL need not wait for the disk here: a claim that a power failure takes back is no loss, and whatever is
 * built on it is committed after it and takes it along.
 */
async function isKnown(db: Db, transaction: Transaction<Tables>, node: string): Promise<boolean> {
  const { rows } =
    db.kind === "sqlite"
      ? await sql`select id from nodes where id = ${node}`.execute(transaction)
      : await sql`select id, set_config('synchronous_commit', 'off', true) from nodes where id = ${node}
          for key share`.execute(transaction);
  return rows.length > 0;
}

/** Entities with records that are not over, in order of sending; none while the import is not at work. */
async function openEntities(transaction: Transaction<Tables>, importId: string): Promise<Entity[]> {
  const found = await transaction
    .selectFrom("imports as i")
    .innerJoin("import_counts as c", "c.import_id", "i.id")
    .select(["c.entity", "i.primary_entity", "i.entities"])
    .select(sql<number>`c.total - c.created - c.updated - c.unchanged - c.failed`.as("open"))
    .where("i.id", "=", importId)
    .where((eb) =>
      eb.or([eb("i.state", "=", "running"), eb.and([eb("i.state", "=", "paused"), eb("i.paused_by", "=", "breaker")])]),
    )
    .where(sql<boolean>`c.total > c.created + c.updated + c.unchanged + c.failed`)
    .orderBy("c.entity")
    .execute();
  return found.map((row) => ({
    entity: row.entity,
    primary: row.entity === row.primary_entity,
    model: (JSON.parse(row.entities) as string[])[row.entity] ?? "",
    open: Number(row.open),
  }));
}

/** Entities of other imports of the same model that are not over. */
async function rivalsOf(transaction: Transaction<Tables>, importId: string, model: string): Promise<Rival[]> {
  const others = await transaction
    .selectFrom("imports")
    .select(["id", "entities", "state", "not_before", "paused_by", waitsForPart.as("waits")])
    .where("state", "in", ["queued", "running", "paused"])
    .where("id", "!=", importId)
    .execute();
  return others.flatMap(({ id, entities, state, not_before: notBefore, paused_by: pausedBy, waits }) => {
    const due = state === "queued" && notBefore === null && !waits;
    const atWork = state === "running" || due || pausedBy === "breaker";
    return (JSON.parse(entities) as string[]).flatMap((one, entity) =>
      one === model ? [{ importId: id, entity, first: atWork && id < importId }] : [],
    );
  });
}

async function take(
  db: Db,
  transaction: Transaction<Tables>,
  importId: string,
  node: string,
  { entity, primary }: Entity,
  state: OpenState,
  limits: ClaimLimits,
  rivals: readonly Rival[],
): Promise<readonly RecordRow[]> {
  const lock = db.kind === "postgres" ? sql`for update skip locked` : sql``;
  const weight = primary ? sql`row_count` : sql`1`;
  const free = rivals.map((rival) => noRival(rival));
  const { rows } = await sql<RecordRow>`
    with tried as (
      select record_key, first_row, row_count from import_records
      where import_id = ${importId} and entity = ${entity} and state = ${state} and claimed_by is null
      order by first_row limit ${free.length === 0 ? limits.records : limits.records * 4} ${lock}
    ), counted as (
      select record_key, first_row, ${weight} as weight, sum(${weight}) over (order by first_row, record_key) as upto
      from tried ${free.length === 0 ? sql`` : sql`where ${sql.join(free, sql` and `)}`}
      order by first_row limit ${limits.records}
    )
    update import_records set claimed_by = ${node}
    where import_id = ${importId} and entity = ${entity} and claimed_by is null and record_key in (
      select record_key from counted where upto <= ${limits.rows} or upto = weight)
    returning *`.execute(transaction);
  return [...rows].sort((a, b) => a.first_row - b.first_row);
}

/** That no record of the key is held by the rival, nor open there when the rival goes first. */
function noRival({ importId, entity, first }: Rival): RawBuilder<boolean> {
  const blocks = first
    ? sql`(o.claimed_by is not null or o.state in ('pending', 'sending', 'deferred'))`
    : sql`o.claimed_by is not null`;
  return sql<boolean>`not exists (select 1 from import_records o where o.import_id = ${importId}
    and o.entity = ${entity} and o.record_key = tried.record_key and ${blocks})`;
}

async function hasAny(
  transaction: Transaction<Tables>,
  importId: string,
  entity: number,
  states: readonly OpenState[],
): Promise<boolean> {
  const found = await transaction
    .selectFrom("import_records")
    .select("entity")
    .where("import_id", "=", importId)
    .where("entity", "=", entity)
    .where("state", "in", states)
    .limit(1)
    .execute();
  return found.length > 0;
}
