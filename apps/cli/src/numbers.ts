/** Numbers as people read them. */

/** 541909 -> "541,909". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Bytes in the largest binary unit that leaves a whole part: 45.6 MiB. */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const unit = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10));
  return `${(value / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}

/** Seconds as "42 s", "3 min 20 s" or "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
