/** Names that a text holds whatever its failure is: given as evidence, also when nothing was recognised. */

/** SQLSTATE by the class that psycopg2 raises (PostgreSQL's manual, appendix A). */
const states: Readonly<Record<string, string>> = {
  NotNullViolation: "23502",
  ForeignKeyViolation: "23503",
  UniqueViolation: "23505",
  CheckViolation: "23514",
  ExclusionViolation: "23P01",
  RestrictViolation: "23001",
  SerializationFailure: "40001",
  DeadlockDetected: "40P01",
  LockNotAvailable: "55P03",
  QueryCanceled: "57014",
  InFailedSqlTransaction: "25P02",
  InvalidTextRepresentation: "22P02",
  NumericValueOutOfRange: "22003",
  UndefinedTable: "42P01",
  UndefinedColumn: "42703",
  InvalidDatetimeFormat: "22007",
};

/** Technical names, ids and numbers, each at most 200 characters. */
export function found(text: string): Record<string, string> {
  const sql = /psycopg2\.(?:errors\.)?(\w+)/.exec(text)?.[1] ?? "";
  const entries: Record<string, string | undefined> = {
    constraint: /constraint "(\w+)"/.exec(text)?.[1],
    sqlstate: states[sql] ?? /\bSQLSTATE[[: ]+(\w{5})/.exec(text)?.[1],
    database: /\bdb:([\w.-]+)|database "([\w.-]+)"/.exec(text)?.slice(1).find(Boolean),
    user: /\blogin:(\S+)|\buser (?:id )?[:=]? ?(\d+)\b|\bUser: (\d+)/i.exec(text)?.slice(1).find(Boolean),
    record: /\b([a-z]\w{0,60}(?:\.\w{1,60}){1,8}\(\d{1,12}(?:, ?\d{1,12}){0,20},?\))/.exec(text)?.[1],
    version: /\bodoo[- _/]?v?(\d{1,2}\.\d)\b/i.exec(text)?.[1],
  };
  const named = Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, value.slice(0, 200)]));
}
