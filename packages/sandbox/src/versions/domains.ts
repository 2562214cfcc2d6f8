/** How a version reads domains and orders, and what it says to those that make no sense. */
import { assertionError, indexError, keyError, type OdooException, typeError, valueError } from "../orm/exceptions.js";
import { repr, typeName } from "../orm/python.js";

/** Field, operator, value. */
type Term = readonly [string, string, unknown];

export interface DomainProfile {
  readonly operators: ReadonlySet<string>;
  /** `in` with a value that is no list: taken as a list of one; otherwise refused. */
  readonly listsSingle: boolean;
  /** `any` of the id is about the record itself; otherwise the id holds no records. */
  readonly idHoldsRecord: boolean;
  /** Whether a domain that is no list means all records (true) or none; throws where it may not be one. */
  whole(domain: unknown): boolean;
  /** Throws for terms that are refused before any is read. */
  refuseTerms(domain: readonly unknown[]): void;
  badTerm(term: unknown): OdooException;
  malformed(domain: readonly unknown[]): OdooException;
  /** A dotted path through a field that holds no records. */
  notRelational(model: string, field: string, term: Term): OdooException;
  /** `any` of a field that holds no records. */
  withoutRecords(term: Term): OdooException;
  /** An order by a field that is not there; `base` is the known field before a dot. */
  unknownOrder(model: string, name: string, base: string | undefined): OdooException;
}

const operators = [
  ...["=", "!=", "<>", "<=", "<", ">", ">=", "=?", "=like", "=ilike", "like", "not like", "ilike", "not ilike"],
  ...["in", "not in", "child_of", "parent_of", "any", "not any"],
];

/** 18.0 unpacks whatever stands in a domain and says what Python says. */
function refuseTerms18(domain: readonly unknown[]): void {
  if (domain.some((item) => typeof item === "string" && item.length === 1 && !"&|!".includes(item)))
    throw indexError("string index out of range");
  for (const item of domain) {
    if (item === "&" || item === "|" || item === "!") continue;
    if (typeof item === "string" && item.length < 2) throw indexError("string index out of range");
    if (Array.isArray(item) && item.length < 2) throw indexError("list index out of range");
    if (typeof item !== "string" && !Array.isArray(item)) {
      if (typeof item === "object" && item !== null) throw valueError(`Invalid leaf ${repr(item)}`);
      throw typeError(`'${typeName(item)}' object is not subscriptable`);
    }
    if (item.length === 2) throw valueError("not enough values to unpack (expected 3, got 2)");
    if (item.length > 3) throw valueError("too many values to unpack (expected 3)");
  }
}

export const domains18: DomainProfile = {
  operators: new Set(operators),
  listsSingle: false,
  idHoldsRecord: false,
  whole(domain) {
    if (domain === false || domain === null || domain === undefined) return true;
    throw assertionError("Domains to normalize must have a 'domain' form: a list or tuple of domain components");
  },
  refuseTerms: refuseTerms18,
  badTerm: (term) => valueError(`Invalid leaf ${repr(typeof term === "string" ? [...term] : term, true)}`),
  malformed: (domain) => valueError(`Domain ${repr(domain)} is syntactically not correct.`),
  notRelational: (_model, _field, term) =>
    assertionError(`Invalid field '${term[0]}' in domain term ${repr(term, true)}`),
  withoutRecords: () => keyError("None"),
  unknownOrder: (model, name) => valueError(`Invalid field '${name}' on model '${model}'`),
};

export const domains19: DomainProfile = {
  operators: new Set([...operators, "not =like", "not =ilike", "any!", "not any!"]),
  listsSingle: true,
  idHoldsRecord: true,
  whole(domain) {
    if (domain === null || domain === undefined) return true;
    if (typeof domain === "boolean") return domain;
    throw typeError(`Domain() invalid argument type for domain: ${repr(domain)}`);
  },
  refuseTerms: () => undefined,
  badTerm: (term) => valueError(`Domain() invalid item in domain: ${repr(term)}`),
  malformed: (domain) => valueError(`Domain() malformed domain ${repr(domain)}`),
  notRelational: (model, field, [left]) =>
    valueError(`Invalid field property '${left.split(".")[1]}' on ${model}.${field}`),
  withoutRecords([left, operator, right]) {
    const terms = Array.isArray(right) && right.length > 0 ? right : [[1, "=", 1]];
    const domain = terms.map((term: unknown) => repr(term, true)).join(", ");
    return valueError(
      `Cannot use 'any' with non-relational fields in condition ('${left}', '${operator}', [${domain}])`,
    );
  },
  unknownOrder: (model, name, base) =>
    base === undefined
      ? domains18.unknownOrder(model, name, base)
      : valueError(`Invalid field property '${name.slice(base.length + 1).split(".")[0]}' on ${model}.${base}`),
};
