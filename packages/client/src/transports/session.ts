/**
 * The web client's own routes: a login gives a cookie, the cookie stands for the user. Odoo takes a password
 * here and no API key (18.0 and 19.0), and no password of a user with two-factor login.
 *
 * States: without a cookie -> logged in -> expired (code 100) -> logged in again by the client, once a call.
 * Odoo may hand out a new cookie with any answer; the newest of this login is kept.
 */
import { OdoorwayError } from "@odoorway/core";
import { decodeJsonRpcResponse, encodeJsonRpcCall } from "@odoorway/wire";
import { Cookies } from "../cookies.js";
import { versionIn } from "../versions/version.js";
import { type Access, encoded, type Message, type Transport } from "./transport.js";

export function session({ url, database, login, apiKey }: Access, cookies = new Cookies()): Transport {
  const request = (id: number, path: string, params: object): Message => {
    const { age } = cookies;
    return {
      verb: "POST",
      path,
      headers: { "content-type": "application/json", ...cookies.header() },
      body: encoded(
        () => encodeJsonRpcCall(id, params),
        (detail) => detail.replace(/^params\./, ""),
      ),
      read: (answer) => {
        cookies.keep(answer.cookies, age);
        const decoded = decodeJsonRpcResponse(answer.body, id);
        return "error" in decoded ? { failure: { kind: "jsonrpc", error: decoded.error } } : { value: decoded.result };
      },
    };
  };

  return {
    name: "session",
    authenticate: async (send) => {
      cookies.clear();
      const answer = await send({
        transport: "session",
        facts: { method: "authenticate", database, login, url },
        reads: true,
        message: (id) => request(id, "/web/session/authenticate", { db: database, login, password: apiKey }),
      });
      // No user although the password was right: two-factor login.
      const uid = typeof answer === "object" && answer !== null && "uid" in answer ? answer.uid : undefined;
      if (uid !== null && uid !== undefined && cookies.size === 0)
        throw new OdoorwayError("auth_session_expired", { retryable: false });
      return uid ?? false;
    },
    version: async (send) => {
      const facts = { url, method: "version" };
      const message = (id: number) => request(id, "/web/webclient/version_info", {});
      return versionIn(await send({ transport: "session", facts, reads: true, message }), url);
    },
    call:
      (_uid, { model, method, args, kwargs }) =>
      (id) =>
        request(id, `/web/dataset/call_kw/${encodeURIComponent(model)}/${encodeURIComponent(method)}`, {
          model,
          method,
          args,
          kwargs,
        }),
  };
}
