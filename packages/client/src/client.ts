/** The client: a transport, authentication once, a session renewed, calls as a user. */
import { type CallOptions, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { type Controller, type ControllerOptions, controllerAt } from "./controllers/controller.js";
import { WebSession } from "./controllers/web-session.js";
import { Cookies } from "./cookies.js";
import { type Deadline, deadlineOf, within } from "./deadline.js";
import type { Exchange } from "./exchange.js";
import { type Model, modelOver } from "./models/model.js";
import type { AnyModels, ModelsLike } from "./models/types.js";
import type { Settings } from "./options.js";
import { isRead } from "./retries.js";
import { Sender } from "./sender.js";
import { isKept } from "./transports/absent.js";
import { choose } from "./transports/choose.js";
import type { MethodCall, Send, Transport } from "./transports/transport.js";
import { unreadable } from "./unreadable.js";
import { adapted, concerning } from "./versions/difference.js";
import { differencesByMethod } from "./versions/differences.js";
import type { Version } from "./versions/version.js";

/** How long a version is taken for granted, in milliseconds: a server may be upgraded under a client that lives on. */
const versionHolds = 10 * 60_000;

/** A connected Odoo user. Every method rejects with OdoorwayError only. `Models`: what `odoorway types` wrote. */
export interface OdooClient<Models extends ModelsLike<Models> = AnyModels> extends OdooCaller {
  /** The methods of one model, typed when the client is. */
  model<Name extends keyof Models & string>(name: Name): Model<Models[Name]>;
  /** A route of the server, such as a custom module's `/api/order`. Throws `bad_arguments` for what is no path. */
  controller(path: string, options?: ControllerOptions): Controller;
  /** The user's id. Asked once; a refused credential is remembered and not tried again. */
  authenticate(): Promise<number>;
  /** The server's version, asked without a credential: `{server: "18.0", major: 18}`. */
  version(): Promise<Version>;
  /** Closes the connections once the calls under way are done; calls after it are refused. */
  close(): Promise<void>;
}

/** A client over one way to send requests. */
export function clientOver<Models extends ModelsLike<Models> = AnyModels>(
  settings: Settings,
  http: Exchange,
): OdooClient<Models> {
  return new Client<Models>(settings, http);
}

/** The version, or the question under way, and the moment until which it is taken for granted. */
interface Known {
  readonly until: number;
  readonly asked: Promise<Version>;
}

class Client<Models extends ModelsLike<Models>> implements OdooClient<Models> {
  readonly #settings: Settings;
  readonly #sender: Sender;
  readonly #send: Send;
  /** For the routes of controllers alone; logs in at the first of them. */
  readonly #session: WebSession;
  #transport: Promise<Transport> | undefined;
  #uid: Promise<number> | undefined;
  #version: Known | undefined;

  constructor(settings: Settings, http: Exchange) {
    this.#settings = settings;
    this.#sender = new Sender(settings, http);
    this.#send = (ask, deadline) => this.#sender.send(ask, deadline);
    this.#session = new WebSession(settings, this.#send, new Cookies());
  }

  model<Name extends keyof Models & string>(name: Name): Model<Models[Name]> {
    return modelOver(this, name);
  }

  controller(path: string, options: ControllerOptions = {}): Controller {
    return controllerAt(path, options, { settings: this.#settings, send: this.#send, session: this.#session });
  }

  authenticate(): Promise<number> {
    return this.#authenticate();
  }

  async version(): Promise<Version> {
    const transport = await this.#choose();
    const asked = transport.version(this.#send);
    this.#know(asked);
    return await asked;
  }

  async call(
    model: string,
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    const call = { model, method, args, kwargs };
    const deadline = deadlineOf(options, this.#settings);
    const lines = concerning(differencesByMethod, call);
    if (lines === undefined) return await this.#call(call, deadline, true);
    const version = await within(deadline, this.#knownVersion());
    // Of a server that keeps its version to itself nothing is assumed.
    if (version === undefined) return await this.#call(call, deadline, true);
    const { call: own, result } = adapted(lines, call, version);
    return result(await this.#call(own, deadline, true));
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  async #call(call: MethodCall, deadline: Deadline, mayRenew: boolean): Promise<unknown> {
    const { database, login, url } = this.#settings;
    const { model, method } = call;
    const asked = this.#authenticate();
    const uid = await within(deadline, asked);
    const transport = await this.#choose();
    const facts = { model, method, database, login, url };
    const learnt = await transport.learn?.(call, this.#send, deadline);
    const message = transport.call(uid, call, learnt);
    try {
      const value = await this.#send({ transport: transport.name, facts, reads: isRead(method), message }, deadline);
      return transport.result === undefined ? value : transport.result(value, call);
    } catch (error) {
      if (!(error instanceof OdoorwayError)) throw error;
      const expired = error.code === "auth_session_expired";
      // The key may have been revoked. The next call asks once, and a refusal is then remembered.
      if ((expired || error.code === "auth_invalid_credentials") && this.#uid === asked) this.#uid = undefined;
      // Odoo looks at the session before the method, so nothing happened.
      if (expired && mayRenew) return await this.#call(call, deadline, false);
      throw error;
    }
  }

  /** States: unknown -> choosing -> chosen. A failure leads back to unknown. */
  #choose(): Promise<Transport> {
    if (this.#transport === undefined) {
      const choosing = choose(this.#settings.transport, this.#settings, this.#send).then((chosen) => {
        if (chosen.version !== undefined) this.#know(Promise.resolve(chosen.version));
        return chosen.transport;
      });
      this.#transport = choosing;
      choosing.catch(() => {
        this.#transport = undefined;
      });
    }
    return this.#transport;
  }

  /**
   * Asked at the first call that the table of versions concerns, and again when the answer is old; undefined of a
   * server that answers and does not tell. One that cannot be reached rejects: the call was not sent, and must not
   * be sent in words that its version may take for others.
   */
  async #knownVersion(): Promise<Version | undefined> {
    const transport = await this.#choose();
    let known = this.#version;
    if (known === undefined || this.#settings.clock.now() >= known.until)
      known = this.#know(transport.version(this.#send));
    try {
      return await known.asked;
    } catch (error) {
      if (isKept(error)) return undefined;
      throw error;
    }
  }

  /** A failure is not kept. */
  #know(asked: Promise<Version>): Known {
    const known = { until: this.#settings.clock.now() + versionHolds, asked };
    this.#version = known;
    asked.catch(() => {
      if (this.#version === known) this.#version = undefined;
    });
    return known;
  }

  /**
   * States: unknown -> asking -> known | refused. Callers that come while asking share the answer. A failure
   * that says nothing about the credential leads back to unknown; refused is final for this client, since
   * every further attempt counts towards Odoo's lock-out of the address.
   */
  #authenticate(): Promise<number> {
    if (this.#uid === undefined) {
      const asking = this.#askUid();
      this.#uid = asking;
      asking.catch((error: unknown) => {
        const refused = error instanceof OdoorwayError && error.code === "auth_invalid_credentials";
        if (!refused && this.#uid === asking) this.#uid = undefined;
      });
    }
    return this.#uid;
  }

  async #askUid(): Promise<number> {
    const { database, login, url } = this.#settings;
    const transport = await this.#choose();
    const uid = await transport.authenticate(this.#send);
    if (uid === false || uid === null)
      throw new OdoorwayError("auth_invalid_credentials", { evidence: { database, login } });
    if (typeof uid !== "number" || !Number.isSafeInteger(uid) || uid < 1)
      throw unreadable(url, "the user's id is not a number");
    return uid;
  }
}
