/** The client: authentication once, calls with retries where they are safe, typed errors. */
import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import type { ClientOptions } from "./options.js";

/** A connected Odoo user. Every method rejects with OdoorwayError only. */
export interface OdooClient extends OdooCaller {
  /** The user's id. Asked once; a refused credential is remembered and not tried again. */
  authenticate(): Promise<number>;
  /** The server's version, asked without a credential: `{server: "18.0", major: 18}`. */
  version(): Promise<{ readonly server: string; readonly major: number }>;
  /** Closes the connections once the calls under way are done. */
  close(): Promise<void>;
}

/** Builds a client; connects at the first call. Throws configuration_error. */
export function createClient(_options: ClientOptions): OdooClient {
  throw new OdoorwayError("internal_error");
}
