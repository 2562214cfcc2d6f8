/**
 * JSON-2 (19.0 and later): POST /json/2/{model}/{method}, the key as bearer, named arguments only. The key
 * alone says who calls, so the client asks once whether it is the login that it was given: a key of somebody
 * else is refused rather than used.
 */
import { OdoorwayError } from "@odoorway/core";
import { decodeJson2Response, encodeJson2Call } from "@odoorway/wire";
import { byName, wantsDescription } from "../signatures.js";
import { firstWithJson2, type Version, versionIn } from "../versions/version.js";
import { Described } from "./described.js";
import { session } from "./session.js";
import { type Access, encoded, type Message, type MethodCall, type Send, type Transport } from "./transport.js";

export function json2(access: Access): Transport {
  const { url, database, login, apiKey } = access;
  let major = firstWithJson2;

  const who = { authorization: `bearer ${apiKey}`, "x-odoo-database": database };
  const described = new Described(who);

  const request = (model: string, method: string, args: Readonly<Record<string, unknown>>): Message => ({
    verb: "POST",
    path: `/json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`,
    headers: { ...who, "content-type": "application/json" },
    body: encoded(() => encodeJson2Call(args)),
    read: ({ body }) => ({ value: decodeJson2Response(body) }),
  });

  async function version(send: Send): Promise<Version> {
    const answer = await send({
      transport: "json2",
      facts: { url, method: "version" },
      reads: true,
      message: () => ({
        verb: "GET",
        path: "/web/version",
        headers: {},
        body: undefined,
        read: ({ body }) => ({ value: decodeJson2Response(body) }),
      }),
    });
    return versionIn(answer, url);
  }

  /** What the server is, also where it is too old to have the address that 19.0 brought. */
  async function versionOfAny(send: Send): Promise<Version> {
    try {
      return await version(send);
    } catch (error) {
      if (!(error instanceof OdoorwayError) || error.code !== "http_404_endpoint") throw error;
      return await session(access).version(send);
    }
  }

  return {
    name: "json2",
    version: versionOfAny,
    async authenticate(send) {
      const server = await versionOfAny(send);
      if (server.major < firstWithJson2) {
        const detail = `JSON-2 came with Odoo ${firstWithJson2}; this server is ${server.server}`;
        const expected = "Set transport to auto, or to jsonrpc, xmlrpc or session.";
        throw new OdoorwayError("configuration_error", { evidence: { detail, expected } });
      }
      major = server.major;
      const facts = { method: "authenticate", database, login, url };
      const ask = (method: string, args: Readonly<Record<string, unknown>>) =>
        send({ transport: "json2", facts, reads: true, message: () => request("res.users", method, args) });
      const context = await ask("context_get", {});
      const uid = typeof context === "object" && context !== null && "uid" in context ? context.uid : undefined;
      if (typeof uid !== "number") return uid;
      const users = await ask("read", { ids: [uid], fields: ["login"] });
      return Array.isArray(users) && users[0]?.login === login ? uid : false;
    },
    learn: async (call, send, deadline) =>
      wantsDescription(call, major) ? await described.signature(call, send, deadline) : undefined,
    call: (_uid, call, learnt) => {
      const args = byName(call, major, learnt);
      return () => request(call.model, call.method, args);
    },
    result: (value, call) => (madeOne(call) && Array.isArray(value) ? value[0] : value),
  };
}

/** The other transports answer the create of a single record with its id; JSON-2 always with a list. */
function madeOne({ method, args, kwargs }: MethodCall): boolean {
  const values = args[0] ?? kwargs.vals_list;
  return method === "create" && values !== undefined && !Array.isArray(values);
}
