/** A route as data: what it takes and gives. The server, the OpenAPI document and the pages read this one table. */
import type { Readable } from "node:stream";
import type { Grant, Scope } from "../tokens.js";
import type { Parameter, Query } from "./query.js";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Route {
  readonly method: Method;
  /** With parameters in braces: `/v1/records/{model}/{id}`. */
  readonly path: string;
  /** operationId of OpenAPI. */
  readonly operation: string;
  readonly summary: string;
  readonly tag: "records" | "models" | "imports" | "flows" | "hooks" | "tokens" | "service";
  /** Scope that the token needs; `public` needs no token. */
  readonly scope: Scope | "public";
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Whether other names in the query are filters over fields. */
  readonly filters?: boolean;
  readonly body: BodyRules;
  /** Media types of a good answer, the favourite first. */
  readonly produces: readonly string[];
  /** A parameter that chooses out of `produces` by a short name, whatever Accept says. */
  readonly choice?: { readonly parameter: string; readonly types: Readonly<Record<string, string>> };
  /** Statuses of a good answer, each with what it means. */
  readonly answers: Readonly<Record<number, string>>;
  /** Headers that a good answer may have beside those of HTTP, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  handle(request: GatewayRequest): Promise<Reply>;
}

/**
 * `none`: a body is refused. `upload`: handed on as it arrives. An `optional` one is undefined when there is none.
 * `longIntegers`: whole numbers beyond 2^53 are not rounded, but texts.
 */
export type BodyRules =
  | { readonly kind: "none" }
  | {
      readonly kind: "json";
      readonly schema: Readonly<Record<string, unknown>>;
      readonly optional?: true;
      readonly longIntegers?: "text";
    }
  | {
      readonly kind: "upload";
      readonly types: readonly string[];
      readonly optional?: true;
      /** Whether it may come in a Content-Encoding and a charset, which the route undoes. */
      readonly encoded?: true;
    };

/** A request once it was authorised and parsed. */
export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The one of `produces` that Accept prefers. */
  readonly accepted: string;
  /** Who asks; undefined at public routes without a token. */
  readonly grant: Grant | undefined;
  /** JSON body, when the route takes one. */
  readonly body: unknown;
  /** The body as it arrives, when the route takes an upload. */
  readonly upload: Upload | undefined;
  /** Aborts when the client goes away. Only reads may be given up: a write goes on in Odoo all the same. */
  readonly gone: AbortSignal;
}

export const contentEncodings = ["gzip", "zstd"] as const;
export type ContentEncoding = (typeof contentEncodings)[number];

export interface Upload {
  /** Media type without parameters, in small letters. */
  readonly type: string;
  /** The raw header Content-Type. */
  readonly contentType: string;
  /** Content-Encoding, when there is one. */
  readonly encoding: ContentEncoding | undefined;
  /** What Content-Type says of the text's encoding, in small letters. */
  readonly charset: string | undefined;
  readonly bytes: Readable;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type; JSON when absent. */
  readonly type?: string;
  /** A JSON value, or text, bytes or text in pieces of `type`. */
  readonly body?:
    | { readonly json: unknown }
    | { readonly text: string }
    | { readonly bytes: Buffer }
    | { readonly pieces: AsyncIterable<string> };
}

export const json = ["application/json"] as const;
export const noBody: BodyRules = { kind: "none" };
