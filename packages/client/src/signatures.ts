/**
 * The parameters of Odoo's public methods by name, since JSON-2 takes no positional ones. Read from 19.0's own
 * definitions, with the last version of which they hold. A method of records has the ids before its
 * parameters; over JSON-2 they travel as `ids`, and a method of the model (`api.model`) refuses them.
 */
import { nearest, OdoorwayError } from "@odoorway/core";
import { badArgument } from "./bad-argument.js";
import type { MethodCall } from "./transports/transport.js";

/** The parameters of a method in their order; the ids stand before those of a method of records. */
export interface Signature {
  readonly of: "model" | "records";
  readonly parameters: readonly string[];
  /** Last major version that has it so. Without: as long as there is JSON-2. */
  readonly until?: number;
}

const model = (...parameters: string[]): Signature => ({ of: "model", parameters });
const records = (...parameters: string[]): Signature => ({ of: "records", parameters });

/** A signature as a server describes it. */
export function methodSignature(of: Signature["of"], parameters: readonly string[]): Signature {
  return { of, parameters };
}

const signatures: Readonly<Record<string, Signature>> = {
  action_archive: records(),
  action_unarchive: records(),
  check_access_rights: { ...model("operation", "raise_exception"), until: 19 },
  check_access_rule: { ...records("operation"), until: 19 },
  check_object_reference: model("module", "xml_id", "raise_on_access_error"),
  context_get: model(),
  copy: records("default"),
  create: model("vals_list"),
  default_get: model("fields"),
  export_data: records("fields_to_export"),
  fields_get: model("allfields", "attributes"),
  formatted_read_group: model("domain", "groupby", "aggregates", "having", "offset", "limit", "order"),
  formatted_read_grouping_sets: model("domain", "grouping_sets", "aggregates", "order"),
  get_available_models: model(),
  get_external_id: records(),
  get_field_translations: records("field_name", "langs"),
  get_metadata: records(),
  get_property_definition: model("full_name"),
  get_view: model("view_id", "view_type"),
  get_views: model("views", "options"),
  has_access: records("operation"),
  has_group: records("group_ext_id"),
  load: model("fields", "data"),
  message_post: records(),
  message_subscribe: records("partner_ids", "subtype_ids"),
  message_unsubscribe: records("partner_ids"),
  name_create: model("name"),
  name_search: model("name", "domain", "operator", "limit"),
  onchange: records("values", "field_names", "fields_spec"),
  read: records("fields", "load"),
  // From 20 on its parameters and its answer are others: they are to be named by the caller.
  read_group: { ...model("domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"), until: 19 },
  search: model("domain", "offset", "limit", "order"),
  search_count: model("domain", "limit"),
  search_read: model("domain", "fields", "offset", "limit", "order"),
  toggle_active: records(),
  unlink: records(),
  update_field_translations: records("field_name", "translations", "source_lang"),
  web_name_search: model("name", "specification", "domain", "operator", "limit"),
  web_read: records("specification"),
  web_read_group: model("domain", "groupby", "aggregates", "limit", "offset", "order"),
  web_save: records("vals", "specification", "next_id"),
  web_save_multi: records("vals_list", "specification"),
  web_search_read: model("domain", "specification", "offset", "limit", "order", "count_limit"),
  write: records("vals"),
};

/**
 * The arguments of a call by name, `ids` and `context` included, for Odoo of the major version. A method that
 * is not in the table may be given ids (first, alone) and named arguments: that is how buttons and actions are
 * called. `described` is the server's own word on such a method. Throws `bad_arguments` that says what to pass, and `method_private`.
 */
export function byName(call: MethodCall, major: number, described?: Signature): Readonly<Record<string, unknown>> {
  const { method, args, kwargs } = call;
  // What Odoo answers over the other transports, where the arguments need no names.
  if (method.startsWith("_")) throw new OdoorwayError("method_private", { evidence: { method } });
  const signature = tabled(method, major) ?? described;
  if (signature === undefined) return { ...unknownMethod(call, major), ...kwargs };
  const names = signature.of === "records" ? ["ids", ...signature.parameters] : signature.parameters;
  if (args.length > names.length)
    throw badArgument(`${method} takes at most ${names.length} arguments (${names.join(", ")}), not ${args.length}`);
  const named: Record<string, unknown> = {};
  for (const [index, value] of args.entries()) {
    const name = names[index] ?? "";
    if (Object.hasOwn(kwargs, name))
      throw badArgument(`${method} is given ${name} twice: by its place and by its name`);
    named[name] = name === "ids" ? idsIn(value, method) : value;
  }
  const all = { ...named, ...kwargs };
  if (method !== "create" || all.vals_list === undefined || Array.isArray(all.vals_list)) return all;
  return { ...all, vals_list: [all.vals_list] };
}

function tabled(method: string, major: number): Signature | undefined {
  const signature = Object.hasOwn(signatures, method) ? signatures[method] : undefined;
  return signature === undefined || major > (signature.until ?? major) ? undefined : signature;
}

/** Whether only the server's description can name the arguments of the call. */
export function wantsDescription({ method, args, kwargs }: MethodCall, major: number): boolean {
  if (method.startsWith("_") || args.length === 0 || tabled(method, major) !== undefined) return false;
  return args.length > 1 || !areIds(args[0]) || Object.hasOwn(kwargs, "ids");
}

function unknownMethod({ method, args, kwargs }: MethodCall, major: number): Readonly<Record<string, unknown>> {
  const [ids, ...rest] = args;
  if (args.length === 0) return {};
  if (rest.length === 0 && areIds(ids) && !Object.hasOwn(kwargs, "ids")) return { ids: idsIn(ids, method) };
  const similar = nearest(method, Object.keys(signatures));
  throw badArgument(
    `JSON-2 takes arguments by name, and the names of ${method}'s in Odoo ${major} are not known here. ` +
      `Pass the ids of the records first, if it has any, and everything else by name: {"vals": ...}` +
      (similar === undefined || similar === method ? "" : `. Did you mean ${similar}?`),
  );
}

function areIds(value: unknown): boolean {
  return Number.isInteger(value) || (Array.isArray(value) && value.every(Number.isInteger));
}

/** One id is a list of one, as over the other transports. */
function idsIn(value: unknown, method: string): unknown {
  if (Array.isArray(value)) return value;
  if (Number.isInteger(value)) return [value];
  throw badArgument(`${method} takes the ids of records first: a list of whole numbers`);
}
