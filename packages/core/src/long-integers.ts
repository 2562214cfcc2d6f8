/**
 * Whole numbers that JavaScript cannot hold. Shops number their orders with them, and rounded two orders could become
 * one, so in payloads they are read as text: a flow's keys come out the same.
 */

const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * The value of JSON text that is known to be well formed, with whole numbers beyond 2^53 as texts.
 * @param parsed what JSON.parse makes of it, where that is at hand: mostly nothing has to change
 */
export function parseWithLongIntegers(text: string, parsed?: unknown): unknown {
  if (!/\d{16}/.test(text)) return parsed === undefined ? JSON.parse(text) : parsed;
  const quoted = text.replace(stringsAndNumbers, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
  return JSON.parse(quoted);
}
