/**
 * Parameters of methods that the client's own table lacks, from the server's description of its models
 * (/doc-bearer, 19.0 and later). Odoo shows it to administrators and to users of its group for it; whoever may
 * not see it is asked to name the arguments. A description is asked for once a model, by all who wait for it.
 */
import { decodeJson2Response } from "@odoorway/wire";
import { type Deadline, within } from "../deadline.js";
import { methodSignature, type Signature } from "../signatures.js";
import { isKept } from "./absent.js";
import type { MethodCall, Send } from "./transport.js";

type Signatures = ReadonlyMap<string, Signature>;

export class Described {
  readonly #models = new Map<string, Promise<Signatures>>();
  readonly #headers: Readonly<Record<string, string>>;

  /** `headers`: those of JSON-2, which say who asks. */
  constructor(headers: Readonly<Record<string, string>>) {
    this.#headers = headers;
  }

  /** The method's signature, or undefined where the server does not tell. Rejects while it is out of reach. */
  async signature({ model, method }: MethodCall, send: Send, deadline: Deadline): Promise<Signature | undefined> {
    let known = this.#models.get(model);
    if (known === undefined) {
      known = this.#ask(model, send);
      this.#models.set(model, known);
      known.catch(() => this.#models.delete(model));
    }
    return (await within(deadline, known)).get(method);
  }

  async #ask(model: string, send: Send): Promise<Signatures> {
    try {
      const description = await send({
        transport: "json2",
        facts: { model, method: "doc" },
        reads: true,
        message: () => ({
          verb: "GET",
          path: `/doc-bearer/${encodeURIComponent(model)}.json`,
          headers: this.#headers,
          body: undefined,
          read: ({ body }) => ({ value: decodeJson2Response(body) }),
        }),
      });
      return new Map(signaturesIn(description));
    } catch (error) {
      if (isKept(error)) return new Map();
      throw error;
    }
  }
}

function* signaturesIn(description: unknown): Generator<readonly [string, Signature]> {
  for (const [method, described] of membersOf(memberOf(description, "methods"))) {
    const parameters = membersOf(memberOf(described, "parameters"));
    const api = memberOf(described, "api");
    // Ordinary parameters alone have no kind: those behind a star are given by name, and *args have none.
    const placed = parameters.filter(([, one]) => memberOf(one, "kind") === undefined).map(([name]) => name);
    yield [method, methodSignature(Array.isArray(api) && api.includes("model") ? "model" : "records", placed)];
  }
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
