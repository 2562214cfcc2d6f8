/** The keys that the language knows at a place: for the nearest one to a wrong key, and for the reference. */
import {
  actionShape,
  exampleShape,
  findShape,
  flowShape,
  linesShape,
  recordShape,
  recordValueShape,
  reportShape,
  settingShape,
  skipShape,
  sourceShape,
  verifyShape,
} from "./language.js";

/** Every object of the language: its name in the reference, and its keys with what they mean. */
export const shapes = {
  flow: flowShape,
  source: sourceShape,
  settings: settingShape,
  skip: skipShape,
  records: recordShape,
  find: findShape,
  record: recordValueShape,
  lines: linesShape,
  // biome-ignore lint/suspicious/noThenProperty: a key of the language; shapes are never awaited.
  then: actionShape,
  verify: verifyShape,
  report: reportShape,
  examples: exampleShape,
} as const;

/** The keys that can stand at `path`. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const names = path.filter((part) => typeof part === "string");
  const last = names.at(-1);
  const inside = ["values", "by", "or", "match", "create"].some((name) => names.includes(name));
  if (inside) return [...Object.keys(findShape), ...Object.keys(recordValueShape)];
  if (last === undefined) return Object.keys(flowShape);
  if (names[0] === "settings") return Object.keys(settingShape);
  return Object.keys(shapes[last as keyof typeof shapes] ?? {});
}
