/**
 * One request and its whole answer: what the client asks of HTTP, whoever carries it out (`undici/` over Node's
 * sockets, `fetch/` over what Bun, Deno, browsers and workers have). What matters most to the caller of a
 * failed write is whether the request could have reached Odoo: a failure says `happened: "no"` only where
 * nothing was sent for certain.
 */
import type { Clock } from "@odoorway/core";

export interface Request {
  readonly url: string;
  readonly origin: string;
  readonly method: Verb;
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the answer is handed on as `bytes`, whatever it holds, and `body` is empty. */
  readonly binary?: boolean;
}

export type Verb = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ExchangeLimits {
  readonly clock: Clock;
  /** Milliseconds that are left for this exchange, and the whole time that the caller gave. */
  readonly left: number;
  readonly whole: number;
  /** Milliseconds from the sent request to the first byte of its answer. */
  readonly firstByte: number;
  /** Largest body that is read, in bytes, after it was unzipped. */
  readonly maxResponseSize: number;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; values of a repeated header joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** The values of Set-Cookie, each for itself. */
  readonly cookies: readonly string[];
}

export interface Exchange {
  /** Rejects with an OdoorwayError of the transport family. Follows no redirect. */
  exchange(request: Request, limits: ExchangeLimits): Promise<Answer>;
  /** Resolves once the exchanges under way are done; later ones are refused as `cancelled`. */
  close(): Promise<void>;
}
