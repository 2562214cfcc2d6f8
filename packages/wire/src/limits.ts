/** How much a codec takes before it refuses, so that no message can exhaust the stack or the memory. */

/** Deepest nesting of arrays and structs, in both directions. Odoo's own values stay under ten. */
export const maxDepth = 200;

/** Longest text that is decoded, in UTF-16 units: 128 Mi, Odoo's own limit of a request body (17.0). */
export const maxLength = 128 * 1024 * 1024;

/** Most arrays and objects in one JSON message: two of them in every 32 units of the longest one. */
export const maxContainers = maxLength / 16;

/** Most characters of a number, its sign included: to read one takes time by the square of its length. */
export const maxDigits = 400;
