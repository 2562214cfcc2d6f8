/**
 * Finds the transport of a server by asking its version where each would be spoken, the fastest first: a call
 * of JSON-RPC or XML-RPC costs 6 to 8 ms, of JSON-2 12.5, since it hashes the key each time (18.0 and 19.0);
 * the session wants a password. So an ordinary server costs one probe.
 */
import { OdoorwayError } from "@odoorway/core";
import { firstWithJson2, type Version } from "../versions/version.js";
import { isAbsent } from "./absent.js";
import { json2 } from "./json2.js";
import { jsonRpc, xmlRpc, xmlRpc1 } from "./rpc.js";
import { session } from "./session.js";
import type { Access, Send, Transport, TransportName } from "./transport.js";

const transports: Readonly<Record<TransportName, (access: Access) => Transport>> = {
  jsonrpc: jsonRpc,
  xmlrpc: xmlRpc,
  xmlrpc1: xmlRpc1,
  json2,
  session,
};

/** A transport, and the version where finding the one told the other. */
interface Chosen {
  readonly transport: Transport;
  readonly version?: Version;
}

/** Resolves at once when the transport is told; "auto" probes, and rejects with the first probe's error. */
export async function choose(wanted: TransportName | "auto", access: Access, send: Send): Promise<Chosen> {
  if (wanted !== "auto") return { transport: transports[wanted](access) };
  let first: OdoorwayError | undefined;
  for (const make of Object.values(transports)) {
    const transport = make(access);
    try {
      const version = await transport.version(send);
      if (transport.name !== "json2" || version.major >= firstWithJson2) return { transport, version };
    } catch (error) {
      if (!(error instanceof OdoorwayError) || !isAbsent(error)) throw error;
      first ??= error;
    }
  }
  throw first ?? new OdoorwayError("http_404_endpoint", { evidence: { url: access.url } });
}
