/** What two failures must have in common to be one group: the same words, numbers and names aside. */

/** The text with everything that differs from one occurrence to the next folded; at most 300 characters. */
export function folded(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(/0x[0-9a-f]+/gi, "#")
    .replace(/b?(["'])(?:(?!\1)[^\\]|\\.)*\1/g, "'…'")
    .replace(/\d+(?:[.,]\d+)*/g, "#")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
