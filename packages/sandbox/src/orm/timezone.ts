/** Local times of a named zone in UTC, without a library: what Intl says of the zone is inverted. */

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    let format: Intl.DateTimeFormat | undefined;
    try {
      format = new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        dateStyle: "short",
        timeStyle: "medium",
        hourCycle: "h23",
      });
    } catch {
      format = undefined;
    }
    formats.set(zone, format);
  }
  return formats.get(zone);
}

/** Milliseconds that the zone is ahead of UTC at a moment. */
function offsetAt(format: Intl.DateTimeFormat, moment: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(moment)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

/** `2026-07-01 12:00:00` of a zone as the same moment in UTC; an unknown zone counts as UTC. A time that occurs twice is the later one (winter time). */
export function toUtc(local: string, zone: string): string {
  if (zone === "UTC") return local;
  const format = formatOf(zone);
  if (!format) return local;
  const wall = Date.parse(`${local.replace(" ", "T")}Z`);
  const candidates = [wall - offsetAt(format, wall - 86_400_000), wall - offsetAt(format, wall + 86_400_000)];
  const right = candidates.filter((moment) => moment + offsetAt(format, moment) === wall);
  const moment = right.length > 0 ? Math.max(...right) : wall - offsetAt(format, wall);
  return stored(moment);
}

/** A moment (milliseconds since 1970) as a datetime column has it: UTC, `2026-07-01 10:00:00`. */
export function stored(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19).replace("T", " ");
}
