/**
 * The exchange over fetch alone. Fetch does not tell when a request leaves, so from the call of fetch on a
 * failure proves nothing, unless the runtime's own error says that no connection came about.
 *
 * States: asked -> answering (the headers came) -> answered.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Answer, Exchange, ExchangeLimits, Request } from "../exchange.js";
import { networkError } from "../network-error.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Exchanges by the function, which is `fetch` or behaves like it. */
export function overFetch(fetch: Fetch): Exchange {
  const underWay = new Set<Promise<unknown>>();
  let closed = false;
  return {
    exchange: (request, limits) => {
      if (closed || limits.signal?.aborted) return Promise.reject(new OdoorwayError("cancelled", { happened: "no" }));
      const answer = exchange(fetch, request, limits);
      underWay.add(answer);
      const done = () => underWay.delete(answer);
      answer.then(done, done);
      return answer;
    },
    close: async () => {
      closed = true;
      await Promise.allSettled(underWay);
    },
  };
}

async function exchange(fetch: Fetch, request: Request, limits: ExchangeLimits): Promise<Answer> {
  const { clock, firstByte, left, whole, maxResponseSize, signal } = limits;
  const stop = new AbortController();
  const done = new AbortController();
  const giveUp = (error: OdoorwayError) => stop.abort(error);
  const cancel = () => giveUp(new OdoorwayError("cancelled"));
  let started = false;
  const after = async (milliseconds: number, seconds: number, holds: () => boolean) => {
    await clock.sleep(milliseconds, done.signal);
    if (!done.signal.aborted && holds())
      giveUp(new OdoorwayError("timeout", { evidence: { seconds: seconds / 1000 } }));
  };
  signal?.addEventListener("abort", cancel, { once: true });
  void after(left, whole, () => true);
  void after(firstByte, firstByte, () => !started);
  const { url, method, headers, body = null } = request;
  try {
    // Raced, since a runtime may be slow to notice the signal.
    const given = { method, headers, body, redirect: "manual", signal: stop.signal } as const;
    const response = await raced(fetch(url, given), stop.signal);
    started = true;
    if (response.type === "opaqueredirect") throw hiddenRedirect(url);
    const bytes = await raced(read(response, maxResponseSize, stop.signal), stop.signal);
    const { status } = response;
    const cookies = response.headers.getSetCookie();
    const head = { status, headers: Object.fromEntries(response.headers), cookies };
    return request.binary ? { ...head, body: "", bytes } : { ...head, body: text(bytes, url) };
  } catch (error) {
    // Ends what is still being read.
    stop.abort();
    if (error instanceof OdoorwayError) throw error;
    const failure = tellingMost(error);
    throw networkError(failure, url, !isUnsent(failure));
  } finally {
    done.abort();
    signal?.removeEventListener("abort", cancel);
  }
}

/** The promise, or the reason of the signal as soon as it aborts. */
function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The limit holds for what comes out, whatever went in: fetch unzips by itself. */
async function read(response: Response, limit: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new OdoorwayError("response_too_large", { evidence: { limit: `${limit} bytes` } });
  if (Number(response.headers.get("content-length")) > limit) throw tooLarge();
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined && !signal.aborted) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) throw tooLarge();
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function text(bytes: Uint8Array, url: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OdoorwayError("invalid_json_or_xml", { evidence: { url, detail: "it is not UTF-8" }, cause });
  }
}

/** A browser shows a page neither the status nor the target of a redirect that it did not follow. */
function hiddenRedirect(url: string): OdoorwayError {
  const evidence = { url, status: "3xx", location: "an address that the browser hides" };
  return new OdoorwayError("http_redirect", { evidence });
}

/** Node's fetch hides the socket's error in the cause of its own. */
function tellingMost(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? error.cause : error;
}

const connecting =
  /^(?:ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_TLS_CERT_\w+|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/;

/**
 * Whether the error says that no connection came about: by the codes of Node and Bun, by the words that Deno's
 * HTTP library (hyper) has for the phase of connecting. Browsers say nothing.
 */
function isUnsent(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  return connecting.test(code) || error.message.includes("client error (Connect)");
}
