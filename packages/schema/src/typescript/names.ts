/** Names of the generated file: a TypeScript name for every model, keys that are valid whatever a field is called. */

/** What the generated file itself uses; no model takes these names. */
const reserved = [
  "Models",
  "Many2one",
  "X2many",
  "Commands",
  "ReadOf",
  "NameOf",
  "CreateOf",
  "WriteOf",
  "Omit",
  "Record",
];

/** What stands behind a model's name: its values for create and for write. */
const endings = ["", "Create", "Write"];

/**
 * The names of the models' types: `sale.order.line` is SaleOrderLine. Where two models come to the same name, the
 * later one in the alphabet gets a number.
 */
export function typeNames(models: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(reserved);
  const names = new Map<string, string>();
  for (const model of [...models].sort()) {
    const plain = pascalCase(model);
    let name = plain;
    for (let number = 2; endings.some((ending) => taken.has(name + ending)); number += 1) name = `${plain}_${number}`;
    for (const ending of endings) taken.add(name + ending);
    names.set(model, name);
  }
  return names;
}

function pascalCase(model: string): string {
  const words = model.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(name) ? name : `Model${name}`;
}

/** The name of a property: bare where TypeScript takes it so, else quoted. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** A doc comment of one line, which no label can end or break. */
export function docComment(text: string): string {
  const line = text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return `/** ${line.replaceAll("*/", "*\\/")} */`;
}
