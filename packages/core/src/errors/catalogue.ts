/**
 * The one catalogue of everything that can go wrong. A code is stable once released: it is never
 * reused and never changes its meaning. `cause` and `fix` are templates over the evidence, and
 * `{name}` stands for `evidence.name`. A part in double square brackets is left out when one of its
 * names is absent, so that a sentence never shows a hole.
 */

import { importErrors } from "./import-errors.js";
import { odooErrors } from "./odoo-errors.js";
import { requestErrors } from "./request-errors.js";

/** Who has to act: the caller, the Odoo behind, the way in between, or us. */
export type ErrorFamily = "request" | "auth" | "validation" | "odoo" | "transport" | "import" | "internal";

/** Whether the call that failed had an effect in Odoo. `unknown`: verify before trying again. */
export type Happened = "yes" | "no" | "unknown";

export interface CatalogueEntry {
  readonly family: ErrorFamily;
  /** HTTP status that the gateway answers with (RFC 9110). */
  readonly status: number;
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean;
  readonly happened: Happened;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

export const catalogue = { ...requestErrors, ...odooErrors, ...importErrors } as const satisfies Record<
  string,
  CatalogueEntry
>;

export type ErrorCode = keyof typeof catalogue;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}
