/** What a caller passed and cannot have meant: said before anything is sent, so that nothing happened. */
import { nearest, OdoorwayError } from "@odoorway/core";

/** `bad_arguments` with what is wrong, in a sentence without its full stop. */
export function badArgument(detail: string, cause?: unknown): OdoorwayError {
  return new OdoorwayError("bad_arguments", { evidence: { detail }, ...(cause === undefined ? {} : { cause }) });
}

/** The id of a record. Throws `bad_arguments` for anything else. */
export function checkedId(id: unknown): number {
  if (typeof id === "number" && Number.isSafeInteger(id) && id > 0) return id;
  throw badArgument("an id must be a whole number from 1 on");
}

/** An option that counts something. Throws `bad_arguments` that names it. */
export function wholeFromOne(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw badArgument(`${name} must be a whole number from 1 on`);
}

/** Throws `bad_arguments` for an option that is not among the names, with the nearest that is. */
export function onlyOptions(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw badArgument(
    `there is no option called ${unknown}${near === undefined ? `, only ${names.join(", ")}` : ` (did you mean ${near}?)`}`,
  );
}
