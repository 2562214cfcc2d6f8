/** Whatever was thrown, as the problem that the client gets (RFC 9457), with the headers its status calls for. */
import { OdoorwayError, type Problem, toProblem } from "@odoorway/core";

export interface ProblemReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
  /** Whether the fault is ours, so that the log has to hold the details. */
  readonly defect: boolean;
}

export const problemType = "application/problem+json";

/**
 * @param thrown anything; what is not an OdoorwayError and not one of fastify's refusals is a defect of ours
 * @param at the request's path without its query, and its id
 */
export function problemReply(thrown: unknown, at: { instance: string; requestId: string }): ProblemReply {
  const error = asOdoorwayError(thrown);
  return {
    status: error.status,
    headers: { "cache-control": "no-store", ...headersOf(error) },
    problem: toProblem(error, at),
    defect: error.code === "internal_error",
  };
}

/** The headers that RFC 9110 and RFC 6750 ask for with a status. */
function headersOf(error: OdoorwayError): Record<string, string> {
  switch (error.status) {
    case 401:
      // The one challenge that says what a sender of webhooks lacks; the scheme is the header's (RFC 9110 section 11.6.1).
      if (error.code.startsWith("signature_")) return { "www-authenticate": 'HMAC-SHA256 realm="odoorway hooks"' };
      return { "www-authenticate": challenge(error.evidence.presented === true ? "invalid_token" : undefined) };
    case 403:
      return error.code === "forbidden_scope"
        ? { "www-authenticate": challenge("insufficient_scope", String(error.evidence.scope)) }
        : {};
    case 405:
      return { allow: String(error.evidence.allow ?? "") };
    case 408:
      return { connection: "close" };
    case 429:
    case 503:
      return { "retry-after": String(error.retryAfter ?? 5) };
    default:
      return {};
  }
}

/** RFC 6750 section 3: a request without a token is told nothing more than that it needs one. */
function challenge(error?: "invalid_token" | "insufficient_scope", scope?: string): string {
  const parts = ['realm="odoorway"', error && `error="${error}"`, scope && `scope="${scope}"`];
  return `Bearer ${parts.filter(Boolean).join(", ")}`;
}

function asOdoorwayError(thrown: unknown): OdoorwayError {
  if (thrown instanceof OdoorwayError) return thrown;
  switch (codeOf(thrown)) {
    case "FST_ERR_BAD_URL":
      return new OdoorwayError("malformed_request", {
        evidence: { detail: "the address's percent-encoding is broken" },
        cause: thrown,
      });
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new OdoorwayError("uri_too_long", { cause: thrown });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new OdoorwayError("unsupported_media_type", {
        evidence: { received: "a Content-Type that is none", expected: ["application/json"] },
        cause: thrown,
      });
    default:
      return new OdoorwayError("internal_error", { cause: thrown });
  }
}

function codeOf(thrown: unknown): unknown {
  return typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
}
