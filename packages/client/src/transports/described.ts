/**
 * Parameters of methods that the client's own table lacks, from the server's description of its models
 * (/doc-bearer, 19.0 and later). Odoo shows it to administrators and to users of its group for it; whoever may
 * not see it is asked to name the arguments, as before. A description is asked for once a model.
 */
import { OdoorwayError } from "@odoorway/core";
import { decodeJson2Response } from "@odoorway/wire";
import type { Deadline } from "../deadline.js";
import { methodSignature, type Signature } from "../signatures.js";
import type { Send } from "./transport.js";

export class Described {
  readonly #models = new Map<string, Promise<ReadonlyMap<string, Signature>>>();
  readonly #headers: Readonly<Record<string, string>>;
  #shut = false;

  /** `headers`: those of JSON-2, which say who asks. */
  constructor(headers: Readonly<Record<string, string>>) {
    this.#headers = headers;
  }

  /** The method's signature, or undefined where the server does not tell. */
  async signature(model: string, method: string, send: Send, deadline: Deadline): Promise<Signature | undefined> {
    if (this.#shut) return undefined;
    let known = this.#models.get(model);
    if (known === undefined) {
      known = this.#ask(model, send, deadline);
      this.#models.set(model, known);
    }
    try {
      return (await known).get(method);
    } catch (error) {
      this.#models.delete(model);
      if (!(error instanceof OdoorwayError)) throw error;
      // Refused once, it stays refused; what failed on the way is asked again.
      this.#shut = !error.retryable && error.code !== "timeout" && error.code !== "cancelled";
      return undefined;
    }
  }

  async #ask(model: string, send: Send, deadline: Deadline): Promise<ReadonlyMap<string, Signature>> {
    const description = await send(
      {
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
      },
      deadline,
    );
    return new Map(signaturesIn(description));
  }
}

function* signaturesIn(description: unknown): Generator<readonly [string, Signature]> {
  const methods = memberOf(description, "methods");
  if (typeof methods !== "object" || methods === null) return;
  for (const [method, described] of Object.entries(methods)) {
    const parameters = memberOf(described, "parameters");
    const api = memberOf(described, "api");
    if (typeof parameters !== "object" || parameters === null) continue;
    const ofModel = Array.isArray(api) && (api.includes("model") || api.includes("model_create_multi"));
    // Those after a star are given by name alone.
    const placed = Object.entries(parameters).filter(([, one]) => !/KEYWORD/.test(String(memberOf(one, "kind") ?? "")));
    yield [
      method,
      methodSignature(
        ofModel ? "model" : "records",
        placed.map(([name]) => name),
      ),
    ];
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
