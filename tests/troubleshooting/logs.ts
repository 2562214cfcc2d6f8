/** Pieces of server logs, as an Odoo writes them. */

const head = "2026-11-20 08:1";

/** A worker that the limit of time ended. */
export const workerKilled = [
  `${head}2:00,000 41 INFO company odoo.http: HTTP request started`,
  `${head}5:00,000 7 ERROR ? odoo.service.server: WorkerHTTP (41) timeout after 120s`,
  "",
].join("\n");

/** A request of a minute and a half. */
export const slowRequest = `${head}2:20,000 41 INFO company werkzeug: 10.0.0.9 - - [20/Nov/2026 08:12:20] "POST /jsonrpc HTTP/1.1" 200 - 61022 41.200 57.100\n`;
