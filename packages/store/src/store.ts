/** Opens the store and binds every operation to it. */
import { type Clock, OdoorwayError, steady, systemClock } from "@odoorway/core";
import { sql } from "kysely";
import { type Bind, bindInbox } from "./inbox.js";
import { LocalLeases } from "./local-leases.js";
import { migrate } from "./migrate.js";
import { appendRows } from "./operations/append-rows.js";
import { batchSizeOf, rememberBatchSize } from "./operations/batch-sizes.js";
import { cancelImport } from "./operations/cancel-import.js";
import { claimRecords } from "./operations/claim-records.js";
import { completeRecords } from "./operations/complete-records.js";
import { createImport } from "./operations/create-import.js";
import { createToken } from "./operations/create-token.js";
import { deleteImport } from "./operations/delete-import.js";
import { findTokenByHash } from "./operations/find-token-by-hash.js";
import { finishImport } from "./operations/finish-import.js";
import { finishReceiving } from "./operations/finish-receiving.js";
import { getImport } from "./operations/get-import.js";
import { importsOfGroups, yieldImport } from "./operations/groups.js";
import { importsInState } from "./operations/imports-in-state.js";
import { journalSending } from "./operations/journal-sending.js";
import { listImports } from "./operations/list-imports.js";
import { listTokens } from "./operations/list-tokens.js";
import { endAllNodes, heartbeat, leaveNode, registerNode, releaseLapsed } from "./operations/nodes.js";
import { noteProgress } from "./operations/note-progress.js";
import { importsOverBefore, openImports } from "./operations/open-imports.js";
import { pageOfRows } from "./operations/page-of-rows.js";
import { beginProbe, endAllPauses, pauseImport, rescheduleImport, resumeImport } from "./operations/pause-import.js";
import { recordsByKey } from "./operations/records-by-key.js";
import { releaseRecords } from "./operations/release-records.js";
import { restartImport, retryImport } from "./operations/retry-import.js";
import { revokeToken } from "./operations/revoke-token.js";
import { rowsByKey } from "./operations/rows-by-key.js";
import { rowsByLine, rowsBySeq } from "./operations/rows-by-seq.js";
import { rememberSent, sentValues } from "./operations/sent-values.js";
import { startImport } from "./operations/start-import.js";
import { openPostgres, PostgresLeases } from "./postgres.js";
import type { Db } from "./schema.js";
import { openSqlite, requireRoom } from "./sqlite.js";
import type { Store, StoreOptions } from "./types.js";

/**
 * Opens the store and brings its tables up to date. Rejects with `store_locked` when another process
 * has the embedded store, with `store_unavailable` when it cannot be opened.
 */
export async function openStore(
  options: StoreOptions,
  clock: Pick<Clock, "now" | "elapsed"> = systemClock,
): Promise<Store> {
  const sqlite = options.kind === "sqlite";
  const database = sqlite ? openSqlite(options.folder, options.mostBytes) : openPostgres(options.url, options.schema);
  const elapsed = steady(clock);
  // Spans are kept as times, so that they mean something to people and to the next process.
  const start = clock.now() - elapsed();
  const db: Db = {
    kind: options.kind,
    sql: database,
    now: () => clock.now(),
    steady: () => Math.round(start + elapsed()),
    requireRoom: () => (options.kind === "sqlite" ? requireRoom(database, options.folder) : Promise.resolve()),
  };
  const leases = sqlite ? new LocalLeases() : new PostgresLeases(options.url, options.schema);
  try {
    await migrate(db);
    if (sqlite) {
      await endAllNodes(db);
      await endAllPauses(db);
    }
  } catch (error) {
    await db.sql.destroy();
    throw asUnavailable(error);
  }
  return bind(db, leases);
}

function bind(db: Db, leases: LocalLeases | PostgresLeases): Store {
  const on: Bind =
    (operation) =>
    (...rest) =>
      operation(db, ...rest).catch((error: unknown) => {
        throw asUnavailable(error);
      });
  return {
    kind: db.kind,
    createToken: on(createToken),
    findTokenByHash: on(findTokenByHash),
    listTokens: on(listTokens),
    revokeToken: on(revokeToken),
    createImport: on(createImport),
    appendRows: on(appendRows),
    finishReceiving: on(finishReceiving),
    deleteImport: on(deleteImport),
    getImport: on(getImport),
    listImports: on(listImports),
    importsOfGroups: on(importsOfGroups),
    yieldImport: on(yieldImport),
    importsInState: on(importsInState),
    openImports: on(openImports),
    startImport: on(startImport),
    finishImport: on(finishImport),
    cancelImport: on(cancelImport),
    pauseImport: on(pauseImport),
    resumeImport: on(resumeImport),
    beginProbe: on(beginProbe),
    rescheduleImport: on(rescheduleImport),
    retryImport: on(retryImport),
    restartImport: on(restartImport),
    importsOverBefore: on(importsOverBefore),
    noteProgress: on(noteProgress),
    registerNode: on(registerNode),
    heartbeat: on(heartbeat),
    leaveNode: on(leaveNode),
    releaseLapsed: on(releaseLapsed),
    claimRecords: on(claimRecords),
    recordsByKey: on(recordsByKey),
    rowsByKey: on(rowsByKey),
    rowsBySeq: on(rowsBySeq),
    rowsByLine: on(rowsByLine),
    journalSending: on(journalSending),
    releaseRecords: on(releaseRecords),
    completeRecords: on(completeRecords),
    pageOfRows: on(pageOfRows),
    sentValues: on(sentValues),
    rememberSent: on(rememberSent),
    batchSizeOf: on(batchSizeOf),
    rememberBatchSize: on(rememberBatchSize),
    lease: on((_db, importId: string) => leases.take(importId)),
    ...bindInbox(on),
    ping: on(async (on) => {
      await sql`select 1`.execute(on.sql);
    }),
    close: async () => {
      await leases.close();
      await db.sql.destroy();
    },
  };
}

/** SQLite's and PostgreSQL's words for a disk without space. */
const full = new Set(["SQLITE_FULL", "53100"]);

/** What a driver throws may hold SQL and addresses: it stays below. */
function asUnavailable(error: unknown): OdoorwayError {
  if (error instanceof OdoorwayError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new OdoorwayError(full.has(code) ? "store_full" : "store_unavailable", { cause: error });
}
