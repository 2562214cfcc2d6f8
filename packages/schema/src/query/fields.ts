/** The parameters `fields` and `order`: names of fields that exist and that Odoo can sort by. */
import type { ModelMetadata } from "@odoorway/core";
import { cut, quote } from "../describe.js";
import { invalidParameter, noSuchField } from "./wrong.js";

/** "name,country_id" to names, each once, in the order given. Throws invalid_parameter. */
export function parseFieldList(metadata: ModelMetadata, text: string): string[] {
  const names = new Set<string>();
  for (const part of text.split(",")) {
    const name = part.trim();
    if (name === "")
      throw invalidParameter(
        "fields",
        `${quote(text)} has an empty name`,
        "names joined by commas: fields=name,country_id",
      );
    if (!Object.hasOwn(metadata.fields, name)) throw noSuchField("fields", metadata, name);
    names.add(name);
  }
  return [...names];
}

const orderForm = "fields joined by commas, each with asc or desc if wanted: order=name,create_date desc";

const orderTerm = /^(-?)([A-Za-z_]\w*)(?:\.(\w+))?(?:\s+(asc|desc))?(?:\s+(nulls\s+(?:first|last)))?$/i;

/**
 * "name desc, id" (or "-name,id") to Odoo's order. Odoo sorts by columns alone: a field that is neither stored nor
 * a mirror of one is refused, as are the lists of a one2many and many2many. Of properties one is named: "task_properties.color".
 * Throws invalid_parameter.
 */
export function parseOrder(metadata: ModelMetadata, text: string): string {
  const seen = new Set<string>();
  return text
    .split(",")
    .map((part) => {
      const match = orderTerm.exec(part.trim());
      const [, minus, name, property, direction, nulls] = match ?? [];
      const isProperty = metadata.fields[name ?? ""]?.type === "properties" && property !== undefined;
      if (
        name === undefined ||
        (minus === "-" && direction !== undefined) ||
        (property !== undefined && !isProperty && Object.hasOwn(metadata.fields, name))
      )
        throw invalidParameter("order", `${quote(part.trim())} is no order`, orderForm);
      if (!Object.hasOwn(metadata.fields, name)) throw noSuchField("order", metadata, name);
      const column = isProperty ? `${name}.${property}` : name;
      if (seen.has(column)) throw invalidParameter("order", `${cut(column)} stands twice`, orderForm);
      seen.add(column);
      const field = metadata.fields[name];
      if (
        field === undefined ||
        (!field.stored && field.related === undefined) ||
        field.type === "one2many" ||
        field.type === "many2many"
      )
        throw invalidParameter("order", `Odoo cannot sort by ${name}, which is no column`, "fields that are stored");
      const way = minus === "-" ? "desc" : (direction ?? "asc").toLowerCase();
      return `${column} ${way}${nulls === undefined ? "" : ` ${nulls.toLowerCase().replace(/\s+/g, " ")}`}`;
    })
    .join(", ");
}
