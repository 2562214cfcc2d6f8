/** What goes into a diagnosis and what comes out of it. */
import type { ErrorCode, Evidence, Happened, OdooSaid } from "@odoorway/core";

/** One message of `load()`: Odoo's word on a range of the rows that were given. */
export interface LoadMessage {
  readonly type?: string;
  readonly message: string;
  /** Technical name of the field, when Odoo knows it. */
  readonly field?: string;
  /** Index of the record, from 0. */
  readonly record?: number;
  readonly rows?: { readonly from: number; readonly to: number };
  /** Odoo's hint: the choices of a selection, or the window (`res_model`) of the related records. */
  readonly moreinfo?: unknown;
}

/** A failure as the wire carried it. */
export type OdooFailure =
  | {
      readonly kind: "jsonrpc";
      readonly error: {
        readonly code?: number;
        readonly message?: string;
        readonly data?: {
          readonly name?: string;
          readonly message?: string;
          readonly debug?: string;
          readonly arguments?: readonly unknown[];
        };
      };
    }
  | {
      readonly kind: "json2";
      /** Status of the answer; the exception beside it decides, since 500 stands for wrong values too. */
      readonly status: number;
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly arguments?: readonly unknown[];
        readonly debug?: string;
      };
    }
  | { readonly kind: "xmlrpc"; readonly fault: { readonly code: number | string; readonly message: string } }
  | {
      readonly kind: "http";
      readonly status: number;
      /** Header names in lower case. */
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: string;
      readonly url: string;
    }
  | { readonly kind: "load"; readonly message: LoadMessage };

/** What is known about the call that failed; fills the evidence where Odoo's words do not. */
export interface CallFacts {
  readonly model?: string;
  readonly method?: string;
  readonly database?: string;
  readonly login?: string;
  readonly url?: string;
}

/** What was wrong: a code of the catalogue and the facts its templates name. */
export interface Diagnosis {
  readonly code: ErrorCode;
  readonly evidence: Evidence;
  /** Odoo's last word to the user, cleaned of traceback, paths and SQL. */
  readonly odoo?: OdooSaid;
  /** Where they differ from what the catalogue says of the code in general. */
  readonly happened?: Happened;
  readonly retryable?: boolean;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number;
}
