/**
 * Versions as a table: what one Odoo says or does otherwise than another is a line here, and the rest
 * of the sandbox asks the profile instead of the number.
 */
import { keyError, type OdooException, valueError } from "../orm/exceptions.js";
import { type AccountingProfile, accounting18, accounting19 } from "./accounting.js";
import { type DomainProfile, domains18, domains19 } from "./domains.js";
import { type DoorProfile, doors18, doors19 } from "./doors.js";
import type { OdooVersion } from "./facts.js";
import { type LogisticsProfile, logistics18, logistics19 } from "./logistics.js";
import { type MessagingProfile, messaging18, messaging19 } from "./messaging.js";
import { type SellingProfile, selling18, selling19 } from "./selling.js";

export interface Profile {
  readonly version: OdooVersion;
  /** `code` of a JSON-RPC error. */
  readonly errorCode: number;
  /** Class of the JSON-RPC controller. */
  readonly jsonRpcClass: "RPC" | "JSONRPC";
  /** The type of JSON-RPC routes. */
  readonly jsonRpcType: "json" | "jsonrpc";
  readonly hasJson2: boolean;
  /** Texts count as booleans by their meaning ("no" is false) in domains. */
  readonly readsBooleans: boolean;
  /** An id compared with a number beyond 32 bits is PostgreSQL's error. */
  readonly comparesIdsAsIntegers: boolean;
  /** action_cancel of an order that is no draft asks first: it answers a form instead of cancelling. */
  readonly asksBeforeCancel: boolean;
  /** Methods that 19 no longer lets a client call. */
  readonly notCallable: ReadonlySet<string>;
  /** Arguments that have another name than in 18.0, as `method.argument`. */
  readonly renamed: Readonly<Record<string, string>>;
  /** The many2many of res.users to its groups. */
  readonly userGroups: "groups_id" | "group_ids";
  /** The many2one of res.groups whose name stands before the group's. */
  readonly groupParent: "category_id" | "privilege_id";
  /** What makes a document a portal user's: that the contact follows it, or that it is made out to the contact. */
  readonly portalSees: "message_partner_ids" | "partner_id";
  readonly lineUom: "product_uom" | "product_uom_id";
  readonly lineTaxes: "tax_id" | "tax_ids";
  /** Fields that create reads, so that a wrong id is a MissingError and no foreign key's. */
  readonly readOnWrite: ReadonlySet<string>;
  /** `raw` of ir.attachment takes bytes where a record is written, which no transport can bring. */
  readonly writesRawAsBytes: boolean;
  readonly accounting: AccountingProfile;
  readonly logistics: LogisticsProfile;
  readonly messaging: MessagingProfile;
  readonly selling: SellingProfile;
  readonly domains: DomainProfile;
  readonly doors: DoorProfile;
  /** Classes whose name does not follow from the model's. */
  readonly classNames: Readonly<Record<string, string>>;
  /** A refusal names every field that one may not see; otherwise the first. */
  readonly namesHiddenFields: boolean;
  /** `raw` of a file that was emptied is an empty text; otherwise false. */
  readonly emptyRawIsText: boolean;
  readonly says: {
    readonly bearerMissing: string;
    privateMethod(model: string, method: string): string;
    unknownMethod(model: string, method: string): string;
    unknownFieldWritten(model: string, field: string): string;
    unknownFieldRead(model: string, field: string): string;
    unknownFieldInDomain(model: string, field: string, leaf: string): string;
    badOperator(leaf: string): string;
    mandatory(label: string, model: string, fieldLabel: string, field: string): string;
    mandatoryInLoad(label: string, model: string, fieldLabel: string, field: string): string;
    foreignKey(label: string, model: string, fieldLabel: string, field: string): string;
    /** A many2many to a record that is not there: PostgreSQL names the relation table, Odoo knows no model for it. */
    relationKey(constraint: string): string;
    checkInLoad(message: string): string;
    uniqueInLoad(message: string, field: string, fieldLabel: string): string;
    createMissing(className: string): string;
    productMissing: string;
    /** Of a field whose value belongs to another company: the word between the two, and what stands around the list. */
    readonly companies: { readonly joint: string; readonly head: string; readonly tail: readonly string[] };
    notHierarchical(model: string, field: string, leaf: string): OdooException;
  };
}

const mandatory19 = (label: string, model: string, fieldLabel: string, field: string) =>
  `Missing required value for the field '${fieldLabel}' (${field}).\nModel: '${label}' (${model})\n` +
  "- create/update: a mandatory field is not set\n" +
  "- delete: another model requires the record being deleted, you can archive it instead\n";

const readByBoth = [
  "res.partner.parent_id",
  "sale.order.partner_id",
  "sale.order.line.product_id",
  "product.template.categ_id",
  "product.template.taxes_id",
  "crm.lead.stage_id",
];

const profiles: Record<OdooVersion, Profile> = {
  18: {
    version: 18,
    errorCode: 200,
    jsonRpcClass: "RPC",
    jsonRpcType: "json",
    hasJson2: false,
    renamed: {},
    readsBooleans: false,
    asksBeforeCancel: true,
    comparesIdsAsIntegers: true,
    notCallable: new Set(),
    userGroups: "groups_id",
    groupParent: "category_id",
    portalSees: "message_partner_ids",
    lineUom: "product_uom",
    lineTaxes: "tax_id",
    readOnWrite: new Set([...readByBoth]),
    writesRawAsBytes: false,
    accounting: accounting18,
    logistics: logistics18,
    messaging: messaging18,
    selling: selling18,
    domains: domains18,
    doors: doors18,
    classNames: { "res.users": "Users", "crm.lead": "Lead" },
    namesHiddenFields: true,
    emptyRawIsText: false,
    says: {
      bearerMissing: 'User not authenticated, use the "Authorization" header',
      privateMethod: (_model, method) => `Private methods (such as ${method}) cannot be called remotely.`,
      unknownMethod: (model, method) => `The method '${method}' does not exist on the model '${model}'`,
      unknownFieldWritten: (model, field) => `Invalid field '${field}' on model '${model}'`,
      unknownFieldRead: (model, field) => `Invalid field '${field}' on model '${model}'`,
      unknownFieldInDomain: (model, field, leaf) => `Invalid field ${model}.${field} in leaf ${leaf}`,
      badOperator: (leaf) => `Invalid leaf ${leaf}`,
      mandatory: (label, model, fieldLabel, field) =>
        "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n" +
        "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n" +
        `Model: ${label} (${model})\nField: ${fieldLabel} (${field})\n`,
      mandatoryInLoad: (_label, _model, fieldLabel, field) =>
        `Missing required value for the field '${fieldLabel}' (${field})`,
      foreignKey: (label, model, _fieldLabel, field) =>
        "The operation cannot be completed: another model requires the record being deleted. " +
        `If possible, archive it instead.\n\nModel: ${label} (${model})\n` +
        `Constraint: ${model.replaceAll(".", "_")}_${field}_fkey\n`,
      relationKey: (constraint) =>
        "The operation cannot be completed: another model requires the record being deleted. " +
        `If possible, archive it instead.\n\nModel: Unknown (unknown)\nConstraint: ${constraint}\n`,
      checkInLoad: (message) => `'${message}'`,
      uniqueInLoad: (_message, field, fieldLabel) =>
        `The value for the field '${field}' already exists (this is probably '${fieldLabel}' in the current model).`,
      createMissing: () => "create() missing 1 required positional argument: 'vals_list'",
      companies: { joint: "and", head: "Incompatible companies on records:", tail: [] },
      productMissing: "A line on these orders missing a product, you cannot confirm it.",
      notHierarchical: (_model, _field, leaf) => keyError(leaf.includes("'parent_of'") ? "parent_of" : "child_of"),
    },
  },
  19: {
    version: 19,
    errorCode: 0,
    jsonRpcClass: "JSONRPC",
    jsonRpcType: "jsonrpc",
    hasJson2: true,
    renamed: { "default_get.fields_list": "fields", "name_search.args": "domain" },
    readsBooleans: true,
    asksBeforeCancel: false,
    comparesIdsAsIntegers: false,
    notCallable: new Set(["exists", "browse"]),
    userGroups: "group_ids",
    groupParent: "privilege_id",
    portalSees: "partner_id",
    lineUom: "product_uom_id",
    lineTaxes: "tax_ids",
    readOnWrite: new Set([...readByBoth, "sale.order.company_id"]),
    writesRawAsBytes: true,
    accounting: accounting19,
    logistics: logistics19,
    messaging: messaging19,
    selling: selling19,
    domains: domains19,
    doors: doors19,
    classNames: {},
    namesHiddenFields: false,
    emptyRawIsText: true,
    says: {
      bearerMissing: "User not authenticated, use an API Key with a Bearer Authorization header.",
      privateMethod: (model, method) => `Private methods (such as '${model}.${method}') cannot be called remotely.`,
      unknownMethod: (model, method) => `The method '${model}.${method}' does not exist`,
      unknownFieldWritten: (model, field) => `Invalid field '${field}' in '${model}'`,
      unknownFieldRead: (model, field) => `Invalid field '${field}' on '${model}'`,
      unknownFieldInDomain: (model, field, leaf) => `Invalid field ${model}.${field} in condition ${leaf}`,
      badOperator: (leaf) => `Invalid operator in condition ${leaf}`,
      mandatory: (...facts) => `The operation cannot be completed: ${mandatory19(...facts)}`,
      mandatoryInLoad: mandatory19,
      foreignKey: (label, model, fieldLabel, field) =>
        "The operation cannot be completed: Another model is using the record you are trying to delete.\n\n" +
        `The troublemaker is: '${label}' (${model})\n` +
        `Thanks to the following constraint: '${fieldLabel}' (${field})\nHow about archiving the record instead?`,
      relationKey: (constraint) =>
        "The operation cannot be completed: Another model is using the record you are trying to delete.\n\n" +
        `The troublemaker is: Unknown\nThanks to the following constraint: ${constraint}\n` +
        "How about archiving the record instead?",
      checkInLoad: (message) => message,
      uniqueInLoad: (message) => message,
      companies: {
        joint: "while",
        head: "Uh-oh! You’ve got some company inconsistencies here:",
        tail: ["To avoid a mess, no company crossover is allowed!"],
      },
      productMissing: "Some order lines are missing a product, you need to correct them before going further.",
      notHierarchical: (model, field, leaf) =>
        valueError(
          `Cannot execute ${leaf.includes("'parent_of'") ? "parent_of" : "child_of"} for ${model}.${field}, works only for relational fields in condition ${leaf}`,
        ),
      createMissing: (className) => `${className}.create() missing 1 required positional argument: 'vals_list'`,
    },
  },
};

export function profileOf(version: OdooVersion): Profile {
  return profiles[version];
}
