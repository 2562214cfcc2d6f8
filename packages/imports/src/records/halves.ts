/**
 * A question about many records at once may be refused because of one of them (a number too large for the
 * database). Such an error comes down, by halves, to the records that it is about; met in both halves alike, it
 * is about what they have in common and is every record's.
 */
import type { OdoorwayError } from "@odoorway/core";
import { asError, isAboutValues, Unreachable } from "./wanted.js";

/**
 * What `attempt` gives for all items, or, where it fails because of values, what `refuse` gives for those at
 * fault. Throws Unreachable when Odoo cannot be asked, and what the store or a defect of ours throws.
 */
export async function byHalves<I, R>(
  items: readonly I[],
  attempt: (items: readonly I[]) => Promise<readonly R[]>,
  refuse: (item: I, error: OdoorwayError) => R,
): Promise<readonly R[]> {
  const first = await tried(items, attempt);
  return Array.isArray(first) ? (first as readonly R[]) : inHalves(items, first as OdoorwayError, attempt, refuse);
}

async function inHalves<I, R>(
  items: readonly I[],
  error: OdoorwayError,
  attempt: (items: readonly I[]) => Promise<readonly R[]>,
  refuse: (item: I, error: OdoorwayError) => R,
): Promise<readonly R[]> {
  const middle = Math.ceil(items.length / 2);
  const halves = items.length > 1 ? [items.slice(0, middle), items.slice(middle)] : [];
  const again: (readonly R[] | OdoorwayError)[] = [];
  for (const half of halves) again.push(await tried(half, attempt));
  if (again.every((one) => !Array.isArray(one) && (one as OdoorwayError).code === error.code))
    return items.map((item) => refuse(item, error));
  const results: R[] = [];
  for (const [index, half] of halves.entries()) {
    const one = again[index];
    results.push(
      ...(Array.isArray(one) ? (one as readonly R[]) : await inHalves(half, one as OdoorwayError, attempt, refuse)),
    );
  }
  return results;
}

async function tried<I, R>(
  items: readonly I[],
  attempt: (items: readonly I[]) => Promise<readonly R[]>,
): Promise<readonly R[] | OdoorwayError> {
  if (items.length === 0) return [];
  try {
    return await attempt(items);
  } catch (thrown) {
    const error = asError(thrown);
    if (error.code.startsWith("store_") || error.code === "internal_error") throw error;
    if (!isAboutValues(error)) throw new Unreachable(error, false);
    return error;
  }
}
