/** What a way of speaking to Odoo has to offer, and what it may use: one function that sends a message. */
import type { CallFacts, OdooFailure } from "@odoorway/diagnose";
import { MarshallingError } from "@odoorway/wire";
import { badArgument } from "../bad-argument.js";
import type { Deadline } from "../deadline.js";
import type { Answer, Request, Verb } from "../exchange.js";
import type { Signature } from "../signatures.js";
import type { Version } from "../versions/version.js";

export type TransportName = "jsonrpc" | "xmlrpc" | "xmlrpc1" | "session" | "json2";

/** Whom the client speaks for. */
export interface Access {
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly apiKey: string;
}

/** One call of a model's method, as the caller said it. */
export interface MethodCall {
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** One HTTP request and how its answer, once it has status 200 and is no HTML unless it is wanted `raw`, is read. */
export interface Message {
  readonly verb: Verb;
  /** From the address of Odoo on: `/jsonrpc`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Request["body"];
  /** Whether `read` is given every answer, as bytes, whatever its status and content. */
  readonly raw?: boolean;
  /** Throws WireError. */
  read(answer: Answer): { readonly value: unknown } | { readonly failure: OdooFailure };
}

/** What is to be sent, and what is known of it for a diagnosis. */
export interface Ask {
  readonly transport: TransportName | "controller";
  readonly facts: CallFacts;
  /** Whether it changes nothing in Odoo. */
  readonly reads: boolean;
  /** Builds the message under a number that no other has. Rejects values that cannot travel. */
  message(id: number): Message;
}

/**
 * Sends, retries what is safe, and resolves with the value of the answer. Without a deadline it has the client's
 * whole `timeout`, as what several callers wait for has. Rejects with OdoorwayError.
 */
export type Send = (ask: Ask, deadline?: Deadline) => Promise<unknown>;

export interface Transport {
  readonly name: TransportName;
  /** The id of the user that the credential belongs to; false when Odoo refuses it without a word. */
  authenticate(send: Send): Promise<unknown>;
  /** The server's version, asked without a credential. */
  version(send: Send): Promise<Version>;
  /** What the server has to be asked about the method first; undefined where nothing has. */
  learn?(call: MethodCall, send: Send, deadline: Deadline): Promise<Signature | undefined>;
  /** One message for the call, as the user `uid`. Throws `bad_arguments` for values that cannot travel. */
  call(uid: number, call: MethodCall, learnt?: Signature): (id: number) => Message;
  /** Turns what came back into what execute_kw would have answered. */
  result?(value: unknown, call: MethodCall): unknown;
}

/** Runs an encoder; what it cannot carry becomes `bad_arguments`, its place renamed to what the caller knows. */
export function encoded(encode: () => string, place: (detail: string) => string = (detail) => detail): string {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
    throw badArgument(place(error.message), error);
  }
}
