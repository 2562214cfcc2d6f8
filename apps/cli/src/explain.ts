/** An error in the words of the terminal: title, cause, fix; no stack unless asked for. */
import { OdoorwayError, type Problem } from "@odoorway/core";

/** The gateway answered with a problem (RFC 9457). */
export class GatewayProblem extends Error {
  override readonly name = "GatewayProblem";

  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** Something that the user can mend, found before or without the gateway. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    title: string,
    readonly why: string,
    readonly fix: string,
  ) {
    super(title);
  }
}

const giveToken =
  "Give the gateway's token by --token or ODOORWAY_TOKEN: the one of ODOORWAY_ADMIN_TOKEN, or one of `odoorway token create`.";

/** Text for stderr; `debug` appends the stack of an unexpected error. */
export function explain(error: unknown, debug = false): string {
  if (error instanceof CommandError) return lines(error.message, error.why, error.fix);
  if (error instanceof GatewayProblem) {
    const { title, cause, fix, code, errors = [], request_id } = error.problem;
    // The gateway speaks of headers, which who types a command has no hand in.
    const here = code === "unauthorized" ? giveToken : fix;
    return lines(title, cause, here, errors, `(${code}${request_id ? `, request ${request_id}` : ""})`);
  }
  if (error instanceof OdoorwayError) return lines(error.title, error.why, error.fix, error.errors, `(${error.code})`);
  const message = error instanceof Error ? error.message : String(error);
  return lines(
    "A defect in the odoorway command",
    message,
    "Report it; NODE_DEBUG=odoorway shows where it happened.",
    [],
    debug && error instanceof Error ? error.stack : undefined,
  );
}

function lines(
  title: string,
  cause: string,
  fix: string,
  errors: readonly { pointer: string; cause: string; fix: string }[] = [],
  end?: string,
): string {
  return [
    `Error: ${title}`,
    ...(cause ? [`  Cause: ${cause}`] : []),
    ...(fix ? [`  Fix:   ${fix}`] : []),
    ...errors.flatMap((one) => [`  ${one.pointer}: ${one.cause}`, `    Fix: ${one.fix}`]),
    ...(end ? [`  ${end}`] : []),
  ].join("\n");
}
