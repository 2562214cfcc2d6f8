/**
 * The models of a connected Odoo as one TypeScript file that stands by itself: what read answers, what create and
 * write take. The same metadata gives the same text, whatever order it comes in.
 */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { needsValue } from "../fields-get.js";
import { type Writable, writableFields } from "../writable.js";
import { readTypes, writeType } from "./field-types.js";
import { docComment, propertyName, typeNames } from "./names.js";

const mark = "Written by `odoorway types`";

/** Whether the text is one that `modelsFile` wrote, of whatever version. */
export function isModelsFile(text: string): boolean {
  return text.slice(0, 1000).includes(mark);
}

/** @param version of the server, as Odoo writes it: `18.0`, `19.0+e` */
export function modelsFile(models: readonly ModelMetadata[], version: string): string {
  const sorted = [...models].sort((left, right) => (left.model < right.model ? -1 : 1));
  const names = typeNames(sorted.map(({ model }) => model));
  const named = sorted.map((metadata) => ({ metadata, name: names.get(metadata.model) ?? "" }));
  return [
    header(sorted, version),
    index(named),
    helpers,
    ...named.map(({ metadata, name }) => modelTypes(metadata, name)),
  ].join("\n");
}

function header(models: readonly ModelMetadata[], version: string): string {
  const fields = models.reduce((sum, { fields: of }) => sum + Object.keys(of).length, 0);
  const shown = version.replace(/[^\w.+~-]/g, "?");
  return `/**
 * ${count(models.length, "model")} of Odoo ${shown} with ${count(fields, "field")}, as the connected user sees them.
 * ${mark}, which writes over it: do not edit.
 */
`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

interface Named {
  readonly metadata: ModelMetadata;
  readonly name: string;
}

function index(named: readonly Named[]): string {
  const lines = named.map(
    ({ metadata: { model, label }, name }) =>
      `  ${docComment(label)}\n  ${propertyName(model)}: { read: ${name}; create: ${name}Create; write: ${name}Write };\n`,
  );
  return `export interface Models {\n${lines.join("")}}\n`;
}

const helpers = `/** A related record of the model, with its display name. */
export type Many2one<Model extends string> = [id: number, name: NameOf<Model>];

/** The ids of related records of the model. */
export type X2many<_Model extends string> = number[];

/**
 * Odoo's commands for a list of related records: 0 create, 1 update, 2 delete, 3 unlink, 4 link, 5 clear, 6 set.
 * \`Inverse\` is the related model's field that leads back, which Odoo itself sets.
 */
export type Commands<Model extends string, Inverse extends string = never> = readonly (
  | readonly [command: 0, id: number | string | false, values: Omit<CreateOf<Model>, Inverse>]
  | readonly [command: 1, id: number, values: WriteOf<Model>]
  | readonly [command: 2, id: number, unused?: unknown]
  | readonly [command: 3, id: number, unused?: unknown]
  | readonly [command: 4, id: number, unused?: unknown]
  | readonly [command: 5, id?: unknown, unused?: unknown]
  | readonly [command: 6, id: unknown, ids: readonly number[]]
)[];

type ReadOf<Model extends string> = Model extends keyof Models ? Models[Model]["read"] : unknown;
type NameOf<Model extends string> = ReadOf<Model> extends { display_name: infer Name } ? Name : string;
type CreateOf<Model extends string> = Model extends keyof Models ? Models[Model]["create"] : Record<string, unknown>;
type WriteOf<Model extends string> = Model extends keyof Models ? Models[Model]["write"] : Record<string, unknown>;
`;

function modelTypes(metadata: ModelMetadata, name: string): string {
  const fields = Object.values(metadata.fields).sort((left, right) => (left.name < right.name ? -1 : 1));
  const readType = readTypes(metadata);
  const writable = writableFields(metadata);
  const title = `${metadata.label} (${metadata.model})`;
  const read = fields.filter(({ name: of }) => of !== "id").map((field) => line(field, readType(field)));
  const written = fields.filter((field) => writable(field).write).map((field) => line(field, writeType(field), "?"));
  const made = fields.flatMap((field) => createLine(field, metadata, writable(field)));
  return `${docComment(title)}
export interface ${name} {
  id: number;
${read.join("")}}

${docComment(`What write takes: ${title}`)}
${block(`export interface ${name}Write`, written)}
${docComment(`What create takes: ${title}`)}
${block(`export interface ${name}Create extends ${name}Write`, made)}`;
}

function block(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? `${head} {}\n` : `${head} {\n${lines.join("")}}\n`;
}

/** What create takes besides and other than write: fields that it cannot do without, or that are set once. */
function createLine(field: FieldMetadata, { filled }: ModelMetadata, may: Writable): string[] {
  const needed = needsValue(field) && !filled.has(field.name);
  return may.create && (needed || !may.write) ? [line(field, writeType(field), needed ? "" : "?")] : [];
}

function line({ name, label }: FieldMetadata, type: string, optional = ""): string {
  return `  ${docComment(label)}\n  ${propertyName(name)}${optional}: ${type};\n`;
}
