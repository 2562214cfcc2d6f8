/** Values in a few words for messages. What came in may be huge or hostile: it is cut, never repeated whole. */

/** Longest piece of a value that a message repeats, in characters. */
const longest = 60;

/** `text "12,5"`, `number 7`, `a list of 3 values`, `an object with id, name`: at most some 80 characters. */
export function describeReceived(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `text ${quote(value)}`;
    case "number":
    case "bigint":
      return `number ${value}`;
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : Array.isArray(value) ? describeList(value) : describeObject(value);
    default:
      return "nothing";
  }
}

/** The text in double quotes, cut in the middle of nothing: whole characters, and an ellipsis where it was cut. */
export function quote(text: string): string {
  return JSON.stringify(cut(text));
}

export function cut(text: string): string {
  if (text.length <= longest) return text;
  // A surrogate pair must not be torn in two.
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function describeList(list: readonly unknown[]): string {
  if (list.length === 0) return "an empty list";
  return list.length === 1 ? "a list of 1 value" : `a list of ${list.length} values`;
}

function describeObject(object: object): string {
  const names: string[] = [];
  for (const name in object) {
    names.push(name.length > 20 ? cut(name.slice(0, 20)) : name);
    if (names.length > 4) break;
  }
  if (names.length === 0) return "an empty object";
  return `an object with ${cut(names.slice(0, 4).join(", "))}${names.length > 4 ? ", …" : ""}`;
}
