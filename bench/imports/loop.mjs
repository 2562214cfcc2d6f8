/** What one writes by hand: a loop of load(), or one create a row, over one kept connection of JSON-RPC. */
import { Pool } from "undici";

/**
 * @param {{url: string, database: string, login: string, apiKey: string}} odoo
 * @returns {Promise<{call(model: string, method: string, args: unknown[]): Promise<any>, close(): Promise<void>}>}
 */
export async function openByHand({ url, database, login, apiKey }) {
  const pool = new Pool(url, { connections: 8, headersTimeout: 600_000, bodyTimeout: 600_000 });
  const rpc = async (service, method, args) => {
    const { body } = await pool.request({
      path: "/jsonrpc",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: { service, method, args } }),
    });
    const { result, error } = await body.json();
    if (error) throw new Error(error.data?.message ?? error.message);
    return result;
  };
  const uid = await rpc("common", "login", [database, login, apiKey]);
  return {
    call: (model, method, args) => rpc("object", "execute_kw", [database, uid, apiKey, model, method, args]),
    close: () => pool.close(),
  };
}

/** Seconds that `rows` (first cell: external id) take in batches of `size`, `abreast` at a time. */
export async function loadAll(hand, model, fields, rows, size, abreast = 1) {
  const started = performance.now();
  let next = 0;
  const work = async () => {
    while (next < rows.length) {
      const batch = rows.slice(next, next + size);
      next += size;
      const { ids, messages } = await hand.call(model, "load", [fields, batch]);
      if (!ids) throw new Error(JSON.stringify(messages[0]));
    }
  };
  await Promise.all(Array.from({ length: abreast }, work));
  return (performance.now() - started) / 1000;
}

/** Seconds that one create a row takes. */
export async function createAll(hand, model, fields, rows) {
  const started = performance.now();
  for (const row of rows) {
    const values = Object.fromEntries(fields.map((field, place) => [field, row[place]]));
    delete values.id;
    await hand.call(model, "create", [values]);
  }
  return (performance.now() - started) / 1000;
}
