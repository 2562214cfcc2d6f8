/**
 * What PostgreSQL refuses. psycopg2 names its exceptions after SQLSTATE (appendix A of PostgreSQL's manual).
 * Odoo wraps integrity errors into a ValidationError: its traceback still names them over JSON-RPC; over
 * XML-RPC the constraint's name and the technical names in parentheses tell them apart in every language.
 */
import type { Facts } from "../facts.js";
import { known, modelIn, type Rule, type Verdict } from "./rule.js";

export const missingDatabase: Rule = (facts) => {
  const named = /database "([^"]+)" does not exist/.exec(facts.text)?.[1];
  if (named !== undefined && (facts.exception === "OperationalError" || facts.exception === ""))
    return { code: "db_not_found", evidence: { database: named } };
  // The session routes, before they know the user (18.0 and 19.0).
  if (facts.exception === "AccessError" && facts.message === "Database not found.")
    return { code: "db_not_found", evidence: { database: facts.call.database || "that was asked" } };
  if (/Missing database name|request not bound to a database/.test(facts.message))
    return { code: "db_not_found", evidence: { database: facts.call.database || "(none was named)" } };
  return undefined;
};

/** 40001, 40P01 and 55P03: what Odoo itself would retry; in `load()` they are only a row's message. */
export const concurrency: Rule = (facts) => {
  const byName = /^(SerializationFailure|DeadlockDetected|LockNotAvailable|TransactionRollbackError|ConcurrencyError)$/;
  const byText =
    /could not serialize access|deadlock detected|could not obtain lock on row|canceling statement due to lock timeout/;
  if (byName.test(facts.exception) || byText.test(facts.message))
    return { code: "serialization_failure", evidence: {} };
  if (/current transaction is aborted/.test(facts.message) || facts.exception === "InFailedSqlTransaction")
    return { code: "transaction_rolled_back", evidence: {} };
  return undefined;
};

export const integrity: Rule = (facts) => {
  const state = sqlException(facts);
  if (state === "NotNullViolation" || (state === undefined && looksNotNull(facts))) return notNull(facts);
  const constraint = constraintIn(facts);
  if (
    state === "ForeignKeyViolation" ||
    state === "RestrictViolation" ||
    (state === undefined && /_fkey$/.test(constraint ?? ""))
  )
    return foreignKey(facts, constraint);
  if (state === "UniqueViolation" || state === "ExclusionViolation") return taken(facts, constraint);
  if (state === "CheckViolation") return check(facts, constraint);
  if (state !== undefined) return undefined;
  if (looksForeign(facts)) return foreignKey(facts, constraint);
  if (wrapped.test(facts.message) || /^The values? for the fields? '/.test(facts.message))
    return sayingTaken.test(facts.message) ? taken(facts, constraint) : check(facts, constraint);
  return undefined;
};

/** "The operation cannot be completed: ..." in Odoo's seven most used languages: only integrity errors begin so. */
const wrapped =
  /^(?:The operation cannot be completed|L'opération ne peut pas être (?:terminée|effectuée)|Der Vorgang kann nicht (?:ausgeführt|abgeschlossen) werden|No se puede completar la operación|De bewerking kan niet worden voltooid|Non è stato possibile completare l'operazione|A operação não pode ser concluída) ?:/;

/** A constraint's own text says that a value must be unique, or which check it is; words of the same languages. */
const sayingTaken =
  /\buni(?:qu|ek|k|co|voc)|unívoc|únic|eindeutig|already|duplicat|twice|two \w+ with the same|the same|existe déjà|déjà|bereits|ya existe|bestaat al|esiste già|già|já existe|já|only one|only have one|at most one/i;

/** The psycopg2 exception behind: the one raised, or the one that Odoo wrapped. */
function sqlException(facts: Facts): string | undefined {
  if (/Violation$/.test(facts.exception)) return facts.exception;
  if (!facts.forUser && !["IntegrityError", "ParseError", ""].includes(facts.exception)) return undefined;
  const names = [...facts.text.matchAll(/psycopg2\.errors\.(\w+Violation)\b/g)];
  const last = names.at(-1)?.[1];
  if (last !== undefined) return last;
  if (/violates not-null constraint/.test(facts.text)) return "NotNullViolation";
  if (/violates foreign key constraint/.test(facts.text)) return "ForeignKeyViolation";
  if (/(?:violates unique|unique) constraint|violates exclusion constraint/.test(facts.text)) return "UniqueViolation";
  return /violates check constraint/.test(facts.text) ? "CheckViolation" : undefined;
}

function constraintIn(facts: Facts): string | undefined {
  return (
    /violates [\w -]*constraint "(\w+)"/.exec(facts.text)?.[1] ??
    /[:：] ?([a-z][a-z0-9_]*_fkey)\b/.exec(facts.message)?.[1] ??
    /^[^\n:]+: ([a-z][a-z0-9_]*_(?:fkey|uniq|unique|check))$/m.exec(facts.message)?.[1]
  );
}

/** 19: `field 'Name' (name)` and the model; 18: lines `Model: Product (product.template)`, `Field: Name (name)`. */
function looksNotNull(facts: Facts): boolean {
  return (
    /Missing required value for the field/.test(facts.message) ||
    /a mandatory field is not (?:correctly )?set/i.test(facts.message) ||
    /\([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\)\s*[\n,，][^\n]*\([a-z][a-z0-9_]*\)\s*$/.test(facts.message)
  );
}

/** 19: `'Contact' (res.partner)` and, a line later, `'Country' (country_id)`; older: "another model requires". */
function looksForeign(facts: Facts): boolean {
  const english = /another model (?:requires|is using) the record/i.test(facts.message);
  return english || (wrapped.test(facts.message) && constraintField(facts) !== undefined);
}

function constraintField(facts: Facts): string | undefined {
  return /\([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\)\n[^\n]*\(([a-z][a-z0-9_]*)\)\n/.exec(facts.message)?.[1];
}

/** The field is what stands between the table and `_fkey`: res_partner_country_id_fkey; 19 names it in parentheses. */
function foreignKey(facts: Facts, constraint: string | undefined): Verdict {
  const model = modelIn(facts);
  const table = `${(model ?? "").replaceAll(".", "_")}_`;
  const named =
    constraint?.startsWith(table) === true ? constraint.slice(table.length).replace(/_fkey$/, "") : undefined;
  const field = constraintField(facts) ?? named;
  return { code: "foreign_key_violation", evidence: known({ constraint, field, ...(field && { model }) }) };
}

function notNull(facts: Facts): Verdict {
  const field =
    facts.load?.field ??
    /null value in column "(\w+)"/.exec(facts.text)?.[1] ??
    /\(([a-z][a-z0-9_]*)\)/.exec(facts.message)?.[1] ??
    /field '([\w.]+)'/.exec(facts.message)?.[1] ??
    /\[[^\]:]+: (\w+) - /.exec(facts.message)?.[1];
  return {
    code: "not_null_violation",
    evidence: { field: field ?? "(not named by Odoo)", ...known({ model: modelIn(facts) }) },
  };
}

/** `Key (login)=(api) already exists.` is the same in every language but for its last words. */
function taken(facts: Facts, constraint: string | undefined): Verdict {
  const key = /Key \(([^)]*)\)=\((.*?)\)(?= already| existe|\s|$)/.exec(facts.text);
  const detail =
    facts.forUser || facts.load !== undefined ? facts.shown : key === null ? undefined : `${key[1]} = ${key[2]}`;
  return { code: "unique_violation", evidence: known({ constraint, detail, field: facts.load?.field ?? key?.[1] }) };
}

function check(facts: Facts, constraint: string | undefined): Verdict {
  return {
    code: "check_violation",
    evidence: known({ constraint, ...(facts.forUser ? { detail: facts.shown } : {}) }),
  };
}
