/** The client: authentication once, calls with retries where they are safe, typed errors. */
import { type CallOptions, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { type CallFacts, diagnose, toError } from "@odoorway/diagnose";
import { MarshallingError, WireError } from "@odoorway/wire";
import { Pool } from "undici";
import { type Answer, exchange } from "./exchange.js";
import { type ClientOptions, readOptions, type Settings } from "./options.js";
import { jsonRpc, type Protocol, type Service, xmlRpc } from "./protocol.js";
import { isRead, withRetries } from "./retries.js";
import { withoutSecret } from "./without-secret.js";

/** A connected Odoo user. Every method rejects with OdoorwayError only. */
export interface OdooClient extends OdooCaller {
  /** The user's id. Asked once; a refused credential is remembered and not tried again. */
  authenticate(): Promise<number>;
  /** The server's version, asked without a credential: `{server: "18.0", major: 18}`. */
  version(): Promise<{ readonly server: string; readonly major: number }>;
  /** Closes the connections once the calls under way are done; calls after it are refused. */
  close(): Promise<void>;
}

/** Builds a client; connects at the first call. Throws configuration_error. */
export function createClient(options: ClientOptions): OdooClient {
  return new Client(readOptions(options));
}

/** One call of a service, and what is known of it for a diagnosis. */
interface Invocation {
  readonly service: Service;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly facts: CallFacts;
  /** Whether the call changes nothing in Odoo. */
  readonly reads: boolean;
}

class Client implements OdooClient {
  readonly #settings: Settings;
  readonly #protocol: Protocol;
  readonly #pool: Pool;
  readonly #prefix: string;
  #uid: Promise<number> | undefined;
  #lastId = 0;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#protocol = settings.transport === "xmlrpc" ? xmlRpc : jsonRpc;
    const url = new URL(settings.url);
    this.#prefix = url.pathname === "/" ? "" : url.pathname;
    this.#pool = new Pool(url.origin, {
      connections: settings.concurrency,
      pipelining: 1,
      connect: { timeout: settings.connectTimeout },
      // The whole call has one deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  authenticate(): Promise<number> {
    return this.#authenticate({});
  }

  async version(): Promise<{ readonly server: string; readonly major: number }> {
    const facts = { url: this.#settings.url, method: "version" };
    const answer = await this.#run({ service: "common", method: "version", args: [], facts, reads: true }, {});
    const server =
      typeof answer === "object" && answer !== null && "server_version" in answer ? answer.server_version : "";
    const major = /^(?:saas~)?(\d+)/.exec(String(server))?.[1];
    if (major === undefined) throw this.#unreadable("the version is not one of Odoo's");
    return { server: String(server), major: Number(major) };
  }

  async call(
    model: string,
    method: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    const { database, login, apiKey, url } = this.#settings;
    const uid = await this.#authenticate(options);
    const invocation: Invocation = {
      service: "object",
      method: "execute_kw",
      args: [database, uid, apiKey, model, method, args, kwargs],
      facts: { model, method, database, login, url },
      reads: isRead(method),
    };
    try {
      return await this.#run(invocation, options);
    } catch (error) {
      // The key may have been revoked. The next call asks once, and a refusal is then remembered.
      if (error instanceof OdoorwayError && error.code === "auth_invalid_credentials") this.#uid = undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.close();
    return this.#closing;
  }

  /**
   * States: unknown -> asking -> known | refused. Callers that come while asking share the answer. A failure
   * that says nothing about the credential leads back to unknown; refused is final for this client, since
   * every further attempt counts towards Odoo's lock-out of the address.
   */
  #authenticate(options: CallOptions): Promise<number> {
    if (this.#uid === undefined) {
      const asking = this.#askUid();
      this.#uid = asking;
      asking.catch((error: unknown) => {
        const refused = error instanceof OdoorwayError && error.code === "auth_invalid_credentials";
        if (!refused && this.#uid === asking) this.#uid = undefined;
      });
    }
    return abandonable(this.#uid, options.signal);
  }

  async #askUid(): Promise<number> {
    const { database, login, apiKey, url } = this.#settings;
    const facts = { method: "authenticate", database, login, url };
    const args = [database, login, apiKey, {}];
    const uid = await this.#run({ service: "common", method: "authenticate", args, facts, reads: true }, {});
    if (uid === false || uid === null)
      throw new OdoorwayError("auth_invalid_credentials", { evidence: { database, login } });
    if (typeof uid !== "number" || !Number.isSafeInteger(uid) || uid < 1)
      throw this.#unreadable("the user's id is not a number");
    return uid;
  }

  /** Runs an invocation to its end: encoded once, tried as often as is safe, within one deadline. */
  async #run(invocation: Invocation, options: CallOptions): Promise<unknown> {
    const { clock } = this.#settings;
    const whole = options.timeout ?? this.#settings.timeout;
    const end = clock.now() + whole;
    const id = ++this.#lastId;
    const body = this.#encode(id, invocation);
    const signal = options.signal ?? new AbortController().signal;
    return withRetries(async (attempt) => {
      const started = clock.now();
      let outcome = "ok";
      try {
        return await this.#attempt(id, invocation, body, { left: Math.max(0, end - started), whole, signal });
      } catch (error) {
        outcome = error instanceof OdoorwayError ? error.code : "internal_error";
        throw error;
      } finally {
        this.#observe(invocation, attempt, outcome, started);
      }
    }, signal);
  }

  async #attempt(
    id: number,
    invocation: Invocation,
    body: string,
    limits: { readonly left: number; readonly whole: number; readonly signal: AbortSignal },
  ): Promise<unknown> {
    const { url, userAgent, clock, maxResponseSize } = this.#settings;
    const path = `${this.#prefix}${this.#protocol.path(invocation.service)}`;
    const headers = { "content-type": this.#protocol.contentType, "user-agent": userAgent };
    const request = { url: `${new URL(url).origin}${path}`, path, body, headers };
    try {
      const answer = await exchange(this.#pool, request, { clock, maxResponseSize, ...limits });
      return this.#read(id, invocation, request.url, answer);
    } catch (error) {
      throw invocation.reads && error instanceof OdoorwayError ? withoutEffect(error) : error;
    }
  }

  #encode(id: number, { service, method, args }: Invocation): string {
    try {
      return this.#protocol.encode(id, service, method, args);
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error;
      // The first five parameters of execute_kw are the client's own.
      const detail = error.message
        .replace(/^params(?:\.args)?\[5\]/, "args")
        .replace(/^params(?:\.args)?\[6\]/, "kwargs");
      throw new OdoorwayError("bad_arguments", { evidence: { detail }, cause: error });
    }
  }

  #read(id: number, { facts }: Invocation, url: string, answer: Answer): unknown {
    const { apiKey } = this.#settings;
    const http = () => toError(diagnose({ kind: "http", url, ...withoutSecret(answer, apiKey) }, facts));
    if (answer.status !== 200 || /^text\/html\b/i.test(answer.headers["content-type"] ?? "")) throw http();
    try {
      const decoded = this.#protocol.decode(id, answer.body);
      if ("value" in decoded) return decoded.value;
      throw toError(diagnose(withoutSecret(decoded.failure, apiKey), facts));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (/^\s*<(?:!doctype html|html)\b/i.test(answer.body)) throw http();
      throw this.#unreadable(error.message, error);
    }
  }

  #unreadable(detail: string, below?: WireError): OdoorwayError {
    const evidence = { url: this.#settings.url, detail };
    return new OdoorwayError("invalid_json_or_xml", { evidence, ...(below === undefined ? {} : { cause: below }) });
  }

  #observe({ facts }: Invocation, attempt: number, outcome: string, started: number): void {
    const { clock, observe, transport } = this.#settings;
    const at = clock.now();
    const { model, method } = facts;
    observe({
      name: "odoo.call",
      at,
      facts: { model, method, transport, attempt, outcome, milliseconds: at - started },
    });
  }
}

/** The promise, or `cancelled` as soon as the signal aborts; what is shared goes on for the others. */
function abandonable<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new OdoorwayError("cancelled", { happened: "no" }));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}

/** A read that failed on its way changed nothing, and may be tried again where a write must be verified. */
function withoutEffect(error: OdoorwayError): OdoorwayError {
  if (error.happened !== "unknown") return error;
  const { code, evidence, errors, status, retryAfter, odoo, below } = error;
  const lost = code === "timeout" || code === "connection_lost";
  return new OdoorwayError(code, {
    evidence,
    errors,
    status,
    happened: "no",
    retryable: error.retryable || lost,
    cause: below,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(odoo === undefined ? {} : { odoo }),
  });
}
