/**
 * Which requests of a connection are not answered yet. Node's parser may refuse what follows on a
 * connection while the answers to earlier, good requests are still on their way (pipelining, RFC 9112
 * section 9.3.2): the refusal must come behind them, neither in their place nor in their middle.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

export class OpenExchanges {
  readonly #open = new WeakMap<Duplex, Set<Exchange>>();

  add(message: IncomingMessage, response: ServerResponse): void {
    const { socket } = message;
    const open = this.#open.get(socket) ?? new Set();
    this.#open.set(socket, open);
    const one = { message, response };
    open.add(one);
    response.once("close", () => open.delete(one));
  }

  /** What keeps a refusal of this connection's further bytes from being sent now. */
  before(socket: Duplex): { readonly whole: readonly ServerResponse[]; readonly begun: boolean } {
    const open = [...(this.#open.get(socket) ?? [])];
    return {
      whole: open.filter(({ message }) => message.complete).map(({ response }) => response),
      begun: open.some(({ message, response }) => !message.complete && response.headersSent),
    };
  }
}
