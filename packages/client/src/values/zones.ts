/** Between instants and wall clocks, by the time zone data of the JavaScript engine (Intl). */
import { badArgument } from "../bad-argument.js";

/**
 * For a time that a wall clock shows twice (clocks go back) or never (clocks go forward): the earlier or the
 * later of the two instants, `compatible` the earlier of two and the later in a gap, `reject` an error.
 */
export type Disambiguation = "compatible" | "earlier" | "later" | "reject";

const formats = new Map<string, Intl.DateTimeFormat>();
const day = 86_400_000;

/** What the clock of the zone shows at the instant, as milliseconds as if it were UTC. Throws `bad_arguments`. */
export function wallClock(instant: number, timeZone: string): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}

/** The instant at which the clock of the zone shows `wall`. Throws `bad_arguments`. */
export function atWallClock(wall: number, timeZone: string, disambiguation: Disambiguation): number {
  const offsetAt = (instant: number) => wallClock(instant, timeZone) - instant;
  // No zone changes its clocks twice in two days.
  const [before, after] = [offsetAt(wall - day), offsetAt(wall + day)];
  const instants = [...new Set([wall - before, wall - after])].filter(
    (instant) => instant + offsetAt(instant) === wall,
  );
  const [only, other] = instants;
  if (only !== undefined && other === undefined) return only;
  const gap = only === undefined;
  if (disambiguation === "reject") {
    const time = new Date(wall).toISOString().slice(0, 19);
    const what = gap ? "never shows" : "shows twice";
    throw badArgument(`a clock in ${timeZone} ${what} ${time}: add the offset, or say disambiguation`);
  }
  const later = disambiguation === "later" || (disambiguation === "compatible" && gap);
  return later ? Math.max(wall - before, wall - after) : Math.min(wall - before, wall - after);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", calendar: "iso8601", ...parts });
    formats.set(timeZone, format);
    return format;
  } catch {
    throw badArgument(`${timeZone} is no time zone known here: say one as Europe/Brussels`);
  }
}
