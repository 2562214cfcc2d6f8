/**
 * When a call is tried again: only when that can double nothing. Unsent requests and conflicts that Odoo
 * rolled back may be repeated whatever the method; a lost answer only when the method reads. At most three
 * tries, with jittered pauses that double from 100 ms, or with the pause that a 429 or 503 asks for; and only
 * within the budget of all callers, else the first failure is the answer.
 */
import { OdoorwayError } from "@odoorway/core";
import { ExponentialBackoff, handleWhen, type IRetryBackoffContext, retry } from "cockatiel";
import type { RetryBudget } from "./retry-budget.js";

const readMethods: ReadonlySet<string> = new Set([
  "authenticate",
  "check_access_rights",
  "check_access_rule",
  "default_get",
  "exists",
  "export_data",
  "fields_get",
  "fields_view_get",
  "formatted_read_group",
  "get_external_id",
  "get_metadata",
  "get_view",
  "get_views",
  "has_access",
  "has_group",
  "name_get",
  "name_search",
  "read",
  "read_group",
  "search",
  "search_count",
  "search_fetch",
  "search_read",
  "version",
  "web_read",
  "web_read_group",
  "web_search_read",
]);

/** Whether the method changes nothing in Odoo, by its name. */
export function isRead(method: string): boolean {
  return readMethods.has(method);
}

/** Longest pause that a server may ask for before the error goes to the caller instead, in seconds. */
const longestPause = 5;

const backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 });

const tries = 3;

/** Runs a call with its retries. The signal ends the pauses too. */
export async function withRetries<T>(
  call: (attempt: number) => Promise<T>,
  signal: AbortSignal | undefined,
  budget: RetryBudget,
): Promise<T> {
  budget.call();
  try {
    return await call(0);
  } catch (error) {
    return repeated(error, call, signal, budget);
  }
}

/** The policy is made for the calls that fail alone; it begins with the failure that has been. */
function repeated<T>(
  failure: unknown,
  call: (attempt: number) => Promise<T>,
  signal: AbortSignal | undefined,
  budget: RetryBudget,
): Promise<T> {
  let left = tries;
  const mayRepeat = (error: Error) => --left > 0 && isWorthRepeating(error) && budget.spend();
  const policy = retry(handleWhen(mayRepeat), { maxAttempts: tries - 1, backoff: { next: pauseAfter } });
  const again = ({ attempt }: { attempt: number }) => (attempt === 0 ? Promise.reject(failure) : call(attempt));
  return policy.execute(again, signal);
}

function isWorthRepeating(error: Error): boolean {
  if (!(error instanceof OdoorwayError) || (error.retryAfter ?? 0) > longestPause) return false;
  switch (error.code) {
    case "connection_refused":
    case "serialization_failure":
    case "rate_limited":
      return true;
    case "dns_failure":
      return error.retryable;
    // The client marks them "no" when the request was not sent or the method only reads.
    case "connection_lost":
    case "bad_gateway_or_proxy":
      return error.happened === "no" && error.retryable;
    default:
      return false;
  }
}

interface Pause {
  readonly duration: number;
  next(context: IRetryBackoffContext<unknown>): Pause;
}

type Exponential = ReturnType<typeof backoff.next>;

function pauseAfter(context: IRetryBackoffContext<unknown>): Pause {
  return pause(context, backoff.next());
}

function pause(context: IRetryBackoffContext<unknown>, step: Exponential): Pause {
  const error = "error" in context.result ? context.result.error : undefined;
  const asked = error instanceof OdoorwayError ? (error.retryAfter ?? 0) * 1000 : 0;
  return { duration: Math.max(asked, step.duration), next: (later) => pause(later, step.next(undefined)) };
}
