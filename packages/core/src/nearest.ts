/** The nearest right name to a wrong one, for every "did you mean". */
import { distance } from "fastest-levenshtein";

/**
 * The candidate nearest to `name`, or undefined when none is near. Near: at most a third of the
 * letters differ (1 in words up to three letters, else at least 2, which two letters swapped cost, and at most 4), case and separators aside; or the one starts with the other.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  if (wanted === "") return undefined;
  const limit = wanted.length <= 3 ? 1 : Math.min(4, Math.max(2, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let prefix: string | undefined;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    if (folded === "") continue;
    if (Math.abs(folded.length - wanted.length) < bestDistance) {
      const d = distance(wanted, folded);
      if (d < bestDistance) {
        best = candidate;
        bestDistance = d;
        if (d === 0) break;
      }
    }
    if (
      prefix === undefined &&
      wanted.length >= 3 &&
      (folded.startsWith(wanted) || (folded.length >= 3 && wanted.startsWith(folded)))
    )
      prefix = candidate;
  }
  return best ?? prefix;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, "_");
}
