/**
 * The exchange over undici. A flag is set at the moment when a connected socket takes the request, and never
 * before.
 *
 * States: waiting (for a free connection, or for one to open) -> sent -> answered. A failure while waiting
 * proves that nothing happened; a failure after it proves nothing.
 */
import { isAscii } from "node:buffer";
import { gunzip } from "node:zlib";
import { after, OdoorwayError } from "@odoorway/core";
import type { Dispatcher } from "undici";
import type { Answer, Exchange, ExchangeLimits, Request } from "../exchange.js";
import { networkError } from "../network-error.js";

/** Exchanges over the dispatcher's connections. */
export function overDispatcher(dispatcher: Dispatcher): Exchange {
  let closing: Promise<void> | undefined;
  return {
    exchange: (request, limits) => exchange(dispatcher, request, limits),
    close: () => {
      closing ??= dispatcher.close();
      return closing;
    },
  };
}

async function exchange(dispatcher: Dispatcher, request: Request, limits: ExchangeLimits): Promise<Answer> {
  const { clock, left, whole, firstByte, signal } = limits;
  let stopFirstByte = () => {};
  const handler = new AnswerReader(request, limits.maxResponseSize, () => {
    if (firstByte >= left) return;
    stopFirstByte = after(clock, firstByte, () => {
      if (!handler.started) handler.fail("timeout", { seconds: firstByte / 1000 });
    });
  });
  const cancel = () => handler.fail("cancelled", {});
  signal?.addEventListener("abort", cancel, { once: true });
  const stopWhole = after(clock, left, () => handler.fail("timeout", { seconds: whole / 1000 }));
  try {
    if (signal?.aborted) cancel();
    else {
      const { origin, method, path, body = null } = request;
      const headers = { ...request.headers, "accept-encoding": "gzip" };
      dispatcher.dispatch({ origin, method, path, headers, body }, handler);
    }
    return await handler.answer;
  } finally {
    stopWhole();
    stopFirstByte();
    signal?.removeEventListener("abort", cancel);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Python writes JSON in ASCII, which needs no decoding. Throws TypeError for what is not UTF-8. */
function readText(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString("latin1") : utf8.decode(bytes);
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #url: string;
  readonly #binary: boolean;
  readonly #limit: number;
  readonly #onSent: () => void;
  readonly #chunks: Buffer[] = [];
  #resolve: (answer: Answer) => void = () => {};
  #reject: (error: OdoorwayError) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #sent = false;
  #settled = false;
  #size = 0;
  #status = 0;
  readonly #headers: Record<string, string> = {};
  #cookies: readonly string[] = [];

  constructor({ url, binary = false }: Request, limit: number, onSent: () => void) {
    this.#url = url;
    this.#binary = binary;
    this.#limit = limit;
    this.#onSent = onSent;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the first byte of the answer has come. */
  get started(): boolean {
    return this.#status !== 0;
  }

  /** Ends the exchange from this side. */
  fail(code: "timeout" | "cancelled" | "response_too_large", evidence: Record<string, string | number>): void {
    const unsent = this.#sent ? {} : ({ happened: "no", retryable: true } as const);
    this.#settle(() => this.#reject(new OdoorwayError(code, { evidence, ...unsent })));
    this.#controller?.abort(new Error(code));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while waiting for a connection: aborting here, before the first byte, keeps it unsent.
    if (this.#settled) controller.abort(new Error("given up"));
    else {
      this.#sent = true;
      this.#onSent();
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: object): void {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) this.#headers[name] = String(value);
    if ("set-cookie" in headers) {
      const cookies: unknown = headers["set-cookie"];
      this.#cookies = (Array.isArray(cookies) ? cookies : [cookies]).map(String);
    }
    if (Number(this.#headers["content-length"]) > this.#limit) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.#tooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"]?.trim().toLowerCase();
    if (encoding === undefined || encoding === "identity" || encoding === "") this.#finish(whole);
    else if (encoding === "gzip" || encoding === "x-gzip") this.#unzip(whole);
    else this.#unreadable(`it is encoded as ${encoding}`);
  }

  /** The limit holds for what comes out, whatever went in. */
  #unzip(whole: Buffer): void {
    gunzip(whole, { maxOutputLength: this.#limit }, (error, body) => {
      if (error === null) this.#finish(body);
      else if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") this.#tooLarge();
      else this.#unreadable("it is not gzip, though it says so", error);
    });
  }

  #finish(bytes: Buffer): void {
    try {
      const head = { status: this.#status, headers: this.#headers, cookies: this.#cookies };
      const answer = this.#binary
        ? { ...head, body: "", bytes: new Uint8Array(bytes) }
        : { ...head, body: readText(bytes) };
      this.#settle(() => this.#resolve(answer));
    } catch (error) {
      this.#unreadable("it is not UTF-8", error);
    }
  }

  #unreadable(detail: string, cause?: unknown): void {
    const evidence = { url: this.#url, detail };
    this.#settle(() => this.#reject(new OdoorwayError("invalid_json_or_xml", { evidence, cause })));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(() => this.#reject(networkError(error, this.#url, this.#sent)));
  }

  #tooLarge(): void {
    this.fail("response_too_large", { limit: `${this.#limit} bytes` });
  }

  #settle(act: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    act();
  }
}
