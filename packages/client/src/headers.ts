/** Headers that a caller may add, looked at before anything is sent. Names in lower case from here on. */

const name = /^[\w!#$%&'*+.^`|~-]+$/;

/** What the client sets by itself on every request, or what HTTP's framing rests on. */
const ofTheClient =
  /^(?:accept-encoding|connection|content-length|cookie|expect|host|te|trailer|transfer-encoding|upgrade|user-agent)$/;

/** What a call of a method says of itself; a request to a route may have its own. */
const ofCalls = /^(?:authorization|content-type|x-odoo-database)$/;

/** What is wrong with the headers, never with a value in it; undefined for nothing. */
export function headerFault(headers: Readonly<Record<string, unknown>>, forCalls: boolean): string | undefined {
  for (const [given, value] of Object.entries(headers)) {
    const lower = given.toLowerCase();
    if (!name.test(given)) return "headers: a name is not one of HTTP's";
    if (ofTheClient.test(lower) || (forCalls && ofCalls.test(lower)))
      return `headers: ${given} is set by the client itself`;
    if (typeof value !== "string" || /[^\t\x20-\x7e]/.test(value)) return `headers: ${given} must be plain ASCII text`;
  }
  return undefined;
}

/** The headers by their names in lower case, so that the same one is not sent twice. */
export function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([given, value]) => [given.toLowerCase(), value]));
}
