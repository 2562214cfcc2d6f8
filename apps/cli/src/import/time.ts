/** Times as people say them to a command. */

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `22:30` (the next such time of this machine's clock), `+90m` (s, m, h, d from now), or RFC 3339 with its zone.
 * @returns undefined when it is none of them
 */
export function readTime(text: string, now: Date): Date | undefined {
  const ahead = /^\+(\d{1,6})([smhd])$/.exec(text);
  if (ahead) return new Date(now.getTime() + Number(ahead[1]) * (units[ahead[2] ?? ""] ?? 0));
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (clock) {
    const time = new Date(now);
    time.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (time <= now) time.setDate(time.getDate() + 1);
    return time;
  }
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)) return undefined;
  // A 31st of February would be taken for the 3rd of March.
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const time = new Date(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(time.getTime()) ? undefined : time;
}
