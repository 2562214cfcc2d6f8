/**
 * Whether a text may be an id that the gateway gave out, of an import or a token. Others name nothing, and
 * are not asked for: PostgreSQL's text cannot hold a NUL.
 */
export function isOwnId(text: string): boolean {
  return /^[\w-]{1,100}$/.test(text);
}
