/** Clients of others and ours behind one pair of functions, each used as its own documentation shows. */
import OdooJSONRpcModule from "@fernandoslim/odoo-jsonrpc";
import { createClient } from "@odoorway/client";
import OdooAwait from "odoo-await";
// @ts-expect-error: it has no types.
import Odoo from "odoo-xmlrpc";
import { OdooClient } from "odoo-xmlrpc-ts";

export interface Access {
  readonly url: string;
  readonly db: string;
  readonly login: string;
  readonly secret: string;
}

export type Call = (model: string, method: string, args: readonly unknown[]) => Promise<unknown>;

export type Connect = (access: Access) => Promise<Call>;

/** Connects, and hands over a function that calls. Both reject with whatever the client itself says. */
export const clients: Readonly<Record<string, Connect>> = {
  "odoo-await": async ({ url, db, login, secret }) => {
    const client = new OdooAwait({ baseUrl: url, db, username: login, password: secret });
    await client.connect();
    return (model, method, args) => client.execute_kw(model, method, [args]);
  },
  "odoo-xmlrpc": async ({ url, db, login, secret }) => {
    const client = new Odoo({ url, db, username: login, password: secret });
    await told((done) => client.connect(done));
    return (model, method, args) => told((done) => client.execute_kw(model, method, [args], done));
  },
  "odoo-xmlrpc-ts": async ({ url, db, login, secret }) => {
    const client = new OdooClient({ url, db, username: login, password: secret });
    await client.authenticate();
    return (model, method, args) => client.execute(model, method, [...args]);
  },
  "@fernandoslim/odoo-jsonrpc": async ({ url, db, login, secret }) => {
    const { protocol, hostname, port } = new URL(url);
    const OdooJSONRpc = "default" in OdooJSONRpcModule ? OdooJSONRpcModule.default : OdooJSONRpcModule;
    const baseUrl = `${protocol}//${hostname}`;
    const client = new OdooJSONRpc({ baseUrl, port: Number(port), db, username: login, apiKey: secret });
    await client.connect();
    return (model, method, args) => client.call_kw(model, method, [...args]);
  },
  "@odoorway/client": async ({ url, db, login, secret }) => {
    const client = createClient({ url, database: db, login, apiKey: secret, timeout: 1_000 });
    await client.authenticate();
    return (model, method, args) => client.call(model, method, args);
  },
};

function told<T>(act: (done: (error: unknown, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    act((error, value) => (error ? reject(error) : resolve(value)));
  });
}
