/** JSON pointers (RFC 6901). */

/** One step of a pointer: `~` and `/` escaped, with the slash in front. */
export function step(name: string | number): string {
  return typeof name === "number" ? `/${name}` : `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
