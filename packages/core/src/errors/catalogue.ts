/**
 * The one catalogue of everything that can go wrong. A code is stable once released: it is never
 * reused and never changes its meaning. `cause` and `fix` are templates over the evidence, and
 * `{name}` stands for `evidence.name`. A part in double square brackets is left out when one of its
 * names is absent, so that a sentence never shows a hole.
 */

import { controllerErrors } from "./controller-errors.js";
import type { CatalogueEntry } from "./entry.js";
import { fileErrors } from "./file-errors.js";
import { flowErrors } from "./flow-errors.js";
import { hookErrors } from "./hook-errors.js";
import { importErrors } from "./import-errors.js";
import { odooErrors } from "./odoo-errors.js";
import { requestErrors } from "./request-errors.js";
import { serverErrors } from "./server-errors.js";
import { validationErrors } from "./validation-errors.js";

export const catalogue = {
  ...requestErrors,
  ...odooErrors,
  ...controllerErrors,
  ...serverErrors,
  ...importErrors,
  ...fileErrors,
  ...flowErrors,
  ...hookErrors,
  ...validationErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}
