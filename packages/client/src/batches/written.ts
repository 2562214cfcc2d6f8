/** Whether values that were written are what a record now holds, and whether writing them twice is the same as once. */

type Values = Readonly<Record<string, unknown>>;

/** Whether the record holds the values. What cannot be compared (commands but "set", bytes) counts as not held. */
export function isStored(values: Values, record: Values): boolean {
  return Object.entries(values).every(([field, value]) => holds(value, record[field]));
}

/**
 * False where a command, in a list or in the values of its lines, creates a record (0), which a second write would
 * create once more, or takes one away (2, 3), which a second write may no longer find.
 */
export function isRepeatable(values: Values): boolean {
  return Object.values(values).every(isOnceAsTwice);
}

function isOnceAsTwice(value: unknown): boolean {
  if (!Array.isArray(value)) return true;
  return value.every((command) => {
    if (!Array.isArray(command)) return true;
    const [code, , inner] = command;
    if (code === 1 && typeof inner === "object" && inner !== null) return isRepeatable(inner);
    return code !== 0 && code !== 2 && code !== 3;
  });
}

function holds(value: unknown, stored: unknown): boolean {
  if (value === null || value === false || value === "") return isEmpty(stored);
  if (Array.isArray(value)) return Array.isArray(stored) && isSet(value, stored);
  // A many2one is answered as [id, name].
  if (Array.isArray(stored)) return typeof value === "number" && stored[0] === value;
  if (typeof value === "number" && typeof stored === "number")
    return Math.abs(value - stored) <= Math.abs(value) * 1e-12;
  return value === stored;
}

function isEmpty(stored: unknown): boolean {
  return stored === false || stored === null || stored === "" || stored === 0;
}

/** `[[6, 0, ids]]` against the ids that are there. */
function isSet(commands: readonly unknown[], stored: readonly unknown[]): boolean {
  const [command, ...more] = commands;
  if (more.length > 0 || !Array.isArray(command) || command[0] !== 6 || !Array.isArray(command[2])) return false;
  const ids = new Set<unknown>(command[2]);
  return ids.size === stored.length && stored.every((id) => ids.has(id));
}
