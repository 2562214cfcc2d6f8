/**
 * Exceptions as a client of Odoo sees them: a Python class name, a message, arguments. They are
 * answers of the emulated server, not failures of this program, so they carry no catalogue code.
 */

export class OdooException extends Error {
  /** Python's full name of the class, as `error.data.name` of JSON-RPC shows it. */
  readonly exception: string;
  readonly arguments: readonly unknown[];
  /** PostgreSQL's part of a violation, from which `load` makes its messages. */
  readonly violation: Violation | undefined;

  constructor(exception: string, message: string, violation?: Violation) {
    super(message);
    this.exception = exception;
    this.arguments = [message];
    this.violation = violation;
  }
}

/** What PostgreSQL refused: a not-null column, a unique or check constraint, a foreign key. */
export interface Violation {
  readonly kind: "not_null" | "unique" | "check" | "foreign_key";
  readonly model: string;
  /** The column, where one is to blame. */
  readonly field?: string;
  /** The constraint's own message, as the model declares it. */
  readonly message?: string;
}

const odoo = (name: string) => (message: string, violation?: Violation) =>
  new OdooException(`odoo.exceptions.${name}`, message, violation);
const builtin = (name: string) => (message: string) => new OdooException(`builtins.${name}`, message);
const postgres = (name: string) => (message: string) => new OdooException(`psycopg2.errors.${name}`, message);

/** Nobody is logged in where somebody has to be. */
export class SessionExpired extends OdooException {
  constructor() {
    super("odoo.http.SessionExpiredException", "Session expired");
  }
}

/**
 * Bytes that are no text where a text is answered. Python keeps the bytes with the exception, so that no door
 * that speaks JSON can tell it: they answer the page of a defect, 500.
 */
export class NotUtf8 extends OdooException {
  constructor() {
    super("builtins.UnicodeDecodeError", "'utf-8' codec can't decode the content of the file");
  }
}

export const userError = odoo("UserError");
export const validationError = odoo("ValidationError");
export const accessError = odoo("AccessError");
export const accessDenied = (message = "Access Denied") => odoo("AccessDenied")(message);
export const valueError = builtin("ValueError");
export const typeError = builtin("TypeError");
export const indexError = builtin("IndexError");
export const keyError = builtin("KeyError");
export const attributeError = builtin("AttributeError");
export const assertionError = builtin("AssertionError");
export const plainException = builtin("Exception");
export const numericOutOfRange = postgres("NumericValueOutOfRange");
export const serializationFailure = () =>
  postgres("SerializationFailure")("could not serialize access due to concurrent update\n");
export const lockNotAvailable = () =>
  postgres("LockNotAvailable")('could not obtain lock on row in relation "ir_sequence"\n');
export const deadlockDetected = () => postgres("DeadlockDetected")("deadlock detected\n");
export const negativeOffset = () => postgres("InvalidRowCountInResultOffsetClause")("OFFSET must not be negative\n");
export const negativeLimit = () => postgres("InvalidRowCountInLimitClause")("LIMIT must not be negative\n");

/** PostgreSQL's refusal of a text where an integer belongs; its excerpt of the statement is kept short. */
export function notAnInteger(text: string, type = "integer"): OdooException {
  return postgres("InvalidTextRepresentation")(
    `invalid input syntax for type ${type}: "${text}"\nLINE 1: ...'${text}'...\n               ^\n`,
  );
}

/** A record that is not there (any more), named as `model(id,)` with the user who asked. */
export function missingError(model: string, id: number, uid: number): OdooException {
  return odoo("MissingError")(`Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: ${uid})`);
}
