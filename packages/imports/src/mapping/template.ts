/** Templates: text in which `{Column}` stands for a cell; `{{` and `}}` are braces. */
import type { Row } from "./row.js";

type Part = string | { readonly column: string };

/** Columns that a template names, in order. */
export function columnsOfTemplate(template: string): string[] {
  return partsOf(template).flatMap((part) => (typeof part === "string" ? [] : [part.column]));
}

/** A template made ready: the text for a row; "" when a column that it names is empty. */
export function compileTemplate(template: string, trim = true): (row: Row) => string {
  const parts = partsOf(template);
  return (row) => {
    let text = "";
    for (const part of parts) {
      if (typeof part === "string") text += part;
      else {
        const cell = row.text(part.column);
        const value = trim ? cell.trim() : cell;
        if (value === "") return "";
        text += value;
      }
    }
    return text;
  };
}

function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  const pattern = /\{\{|\}\}|\{([^{}]+)\}/g;
  let at = 0;
  for (const match of template.matchAll(pattern)) {
    if (match.index > at) parts.push(template.slice(at, match.index));
    const column = match[1];
    parts.push(column === undefined ? match[0].slice(1) : { column });
    at = match.index + match[0].length;
  }
  if (at < template.length) parts.push(template.slice(at));
  return parts;
}
