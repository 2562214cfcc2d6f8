/**
 * The clients side by side, each with the same two things to do: connect, and call a method. Every one is used
 * as its documentation shows; ours with as many calls at once as there are callers, which is its only limit.
 */
import OdooJSONRpcModule from "@fernandoslim/odoo-jsonrpc";
import { createClient } from "@odoorway/client";
import OdooAwait from "odoo-await";
import Odoo from "odoo-xmlrpc";
import { OdooClient } from "odoo-xmlrpc-ts";
import { Pool } from "undici";

const OdooJSONRpc = OdooJSONRpcModule.default ?? OdooJSONRpcModule;

export const contestants = {
  "odoo-await": async ({ url, db, login, key }) => {
    const client = new OdooAwait({ baseUrl: url.origin, db, username: login, password: key });
    await client.connect();
    return { call: (model, method, args, kwargs) => client.execute_kw(model, method, [args, kwargs]), close() {} };
  },
  "odoo-xmlrpc": async ({ url, db, login, key }) => {
    const client = new Odoo({ url: url.origin, db, username: login, password: key });
    const settled = (act) =>
      new Promise((resolve, reject) => act((error, value) => (error ? reject(error) : resolve(value))));
    await settled((done) => client.connect(done));
    return {
      call: (model, method, args, kwargs) => settled((done) => client.execute_kw(model, method, [args, kwargs], done)),
      close() {},
    };
  },
  "odoo-xmlrpc-ts": async ({ url, db, login, key }) => {
    const client = new OdooClient({ url: url.origin, db, username: login, password: key });
    await client.authenticate();
    return { call: (model, method, args, kwargs) => client.execute(model, method, args, kwargs), close() {} };
  },
  "@fernandoslim/odoo-jsonrpc": async ({ url, db, login, key }) => {
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const baseUrl = `${url.protocol}//${url.hostname}`;
    const client = new OdooJSONRpc({ baseUrl, port, db, username: login, apiKey: key });
    await client.connect();
    return { call: (model, method, args, kwargs) => client.call_kw(model, method, args, kwargs), close() {} };
  },
  undici: async ({ url, db, login, key }, callers) => {
    const pool = new Pool(url.origin, { connections: callers });
    let id = 0;
    const rpc = async (service, method, args) => {
      const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: ++id, params: { service, method, args } });
      const headers = { "content-type": "application/json" };
      const answer = await pool.request({ method: "POST", path: "/jsonrpc", headers, body });
      return (await answer.body.json()).result;
    };
    const uid = await rpc("common", "authenticate", [db, login, key, {}]);
    return {
      call: (model, method, args, kwargs) => rpc("object", "execute_kw", [db, uid, key, model, method, args, kwargs]),
      close: () => pool.close(),
    };
  },
  "odoorway (JSON-RPC)": ours("jsonrpc"),
  "odoorway (XML-RPC)": ours("xmlrpc"),
};

function ours(transport) {
  return async ({ url, db, login, key }, callers) => {
    const access = { url: url.origin, database: db, login, apiKey: key };
    const client = createClient({ ...access, transport, concurrency: callers });
    await client.authenticate();
    return {
      call: (model, method, args, kwargs) => client.call(model, method, args, kwargs),
      close: () => client.close(),
    };
  };
}
