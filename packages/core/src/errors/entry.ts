/** The shape of the catalogue's entries; apart, so that its parts and the whole need not import each other. */

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
