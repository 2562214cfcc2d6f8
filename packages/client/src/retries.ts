/**
 * When a call is tried again: only when that can double nothing. Unsent requests and conflicts that Odoo
 * rolled back may be repeated whatever the method; a lost answer only when the method reads. At most three
 * tries, with jittered pauses that double from 100 ms, or with the pause that a 429 or 503 asks for; and only
 * within the call's own time and the budget of all callers, else the first failure is the answer.
 */
import { OdoorwayError } from "@odoorway/core";
import { ExponentialBackoff } from "cockatiel";
import { cancelled, type Deadline } from "./deadline.js";
import type { RetryBudget } from "./retry-budget.js";

const readMethods: ReadonlySet<string> = new Set([
  "authenticate",
  "check_access_rights",
  "check_access_rule",
  "check_object_reference",
  "context_get",
  "default_get",
  "exists",
  "export_data",
  "fields_get",
  "fields_view_get",
  "formatted_read_group",
  "formatted_read_grouping_sets",
  "get_available_models",
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
  "web_name_search",
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

/** Runs a call with its retries. The deadline's signal ends the pauses too: `cancelled`, and nothing happened. */
export async function withRetries<T>(
  call: (attempt: number) => Promise<T>,
  deadline: Deadline,
  budget: RetryBudget,
): Promise<T> {
  const { clock, end, signal } = deadline;
  budget.call();
  let step: ReturnType<typeof backoff.next> | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (attempt + 1 >= tries || !(error instanceof OdoorwayError) || !isWorthRepeating(error)) throw error;
      step = step?.next(undefined) ?? backoff.next();
      const pause = Math.max((error.retryAfter ?? 0) * 1000, step.duration);
      if (clock.now() + pause >= end || !budget.spend()) throw error;
      await clock.sleep(pause, signal);
      if (signal?.aborted) throw cancelled();
    }
  }
}

/** Everything that is repeated here had no effect: `happened` is no. */
function isWorthRepeating({ code, happened, retryable, retryAfter = 0 }: OdoorwayError): boolean {
  if (retryAfter > longestPause || happened !== "no") return false;
  switch (code) {
    case "connection_refused":
    case "serialization_failure":
    case "rate_limited":
      return true;
    // The client marks them "no" when the request was not sent or the method only reads.
    case "dns_failure":
    case "connection_lost":
    case "bad_gateway_or_proxy":
      return retryable;
    default:
      return false;
  }
}
