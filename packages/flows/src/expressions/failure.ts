/** An expression that failed, as an OdoorwayError: where it stands, what went wrong at which character, what it got. */
import { OdoorwayError } from "@odoorway/core";
import { describeReceived } from "@odoorway/schema";

/** Where an expression stands: the flow, and the place in people's words. */
export interface ExpressionPlace {
  readonly flow: string;
  /** "record customer, field email" */
  readonly place: string;
}

/** Thrown by our own functions and guards within an expression. */
export class Refused extends Error {
  /** Read by JSONata, which adds the position and the name of the function. */
  position: number | undefined;
  token: string | undefined;

  constructor(
    readonly detail: string,
    readonly value?: unknown,
  ) {
    super(detail);
  }
}

/** Whatever an evaluation threw, as `flow_expression_failed`. */
export function expressionFailure(thrown: unknown, expression: string, at: ExpressionPlace): OdoorwayError {
  if (thrown instanceof OdoorwayError) return thrown;
  const { detail, position, received } = read(thrown);
  return new OdoorwayError("flow_expression_failed", {
    evidence: { flow: at.flow, place: at.place, detail, position, received, expression: shorten(expression) },
  });
}

/** What JSONata throws: an object with a code of its own, a sentence, a character position and what it met. */
interface Thrown {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
  readonly position?: unknown;
  readonly token?: unknown;
  readonly value?: unknown;
}

function read(thrown: unknown): { detail: string; position: number | undefined; received: string | undefined } {
  const { code, message, detail, position, value, token }: Thrown =
    typeof thrown === "object" && thrown !== null ? thrown : {};
  const received = value === undefined || typeof value === "function" ? undefined : describeReceived(value);
  const at = typeof position === "number" ? position : undefined;
  const own = typeof detail === "string" ? detail : boundOf(code);
  if (own !== undefined) {
    const name = typeof token === "string" && thrown instanceof Refused ? `$${token}: ` : "";
    return { detail: `${name}${own}`, position: at, received };
  }
  // An error of the engine (a text longer than it holds) has words for programmers only.
  if (thrown instanceof Error || typeof message !== "string")
    return { detail: "it cannot be evaluated", position: at, received };
  return { detail: shorten(message.replace(/[.\s]+$/, "")), position: at, received };
}

/** JSONata's codes for its bounds, in our words. */
function boundOf(code: unknown): string | undefined {
  switch (code) {
    case "D1011":
      return "its calls nest too deep";
    case "D1012":
      return "it takes too long";
    case "D2014":
    case "D2015":
      return "it makes too long a list";
    default:
      return undefined;
  }
}

export function shorten(text: string, most = 300): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
