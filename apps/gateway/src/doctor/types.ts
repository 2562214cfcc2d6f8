/** What the doctor finds: one step after the other, each with what it saw and what to do. */
import type { ErrorCode } from "@odoorway/core";

type StepState = "ok" | "warning" | "failure" | "skipped";

export interface Step {
  /** Stable name: resolve, connect, tls, redirect, odoo, endpoints, database, credential, user, access, ... */
  readonly step: string;
  readonly title: string;
  readonly state: StepState;
  /** What was seen, in a sentence. */
  readonly found: string;
  /** What to do; absent where nothing is to be done. */
  readonly fix?: string;
  /** The catalogue's code, where something is wrong. */
  readonly code?: ErrorCode;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly url: string;
  /** Empty where none is named: then what needs it is said to be missing. */
  readonly database: string;
  readonly login: string;
  /** API key or password. */
  readonly apiKey: string;
}

export interface DoctorOptions {
  /** Models whose access is shown. @default res.partner, product.template, sale.order */
  readonly models?: readonly string[];
  /** A custom controller to examine: `POST /api/order`. */
  readonly route?: string;
  /** Milliseconds for one probe. @default 15000 */
  readonly timeout?: number;
  readonly now?: () => number;
}

export interface Report {
  readonly state: Exclude<StepState, "skipped">;
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly steps: readonly Step[];
}

/** The worst of the steps. */
export function worst(steps: readonly Step[]): Report["state"] {
  if (steps.some(({ state }) => state === "failure")) return "failure";
  return steps.some(({ state }) => state === "warning") ? "warning" : "ok";
}
