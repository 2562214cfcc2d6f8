/** The network errors of Node, undici and fetch as codes of the catalogue, by their `code`. */
import { OdoorwayError } from "@odoorway/core";

/** `sent`: whether a connected socket had, or may have, taken the request. */
export function networkError(error: Error, url: string, sent: boolean): OdoorwayError {
  const code = codeOf(error);
  if (code === "UND_ERR_CLOSED" || code === "UND_ERR_DESTROYED")
    return new OdoorwayError("cancelled", { ...(sent ? {} : unsent), cause: error });
  if (sent) {
    if (error.name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW") {
      const evidence = { url, detail: "it is not HTTP" };
      return new OdoorwayError("invalid_json_or_xml", { evidence, cause: error });
    }
    // Where the runtime unzips, zlib's codes come from there.
    if (code.startsWith("Z_")) {
      const evidence = { url, detail: "it is not gzip, though it says so" };
      return new OdoorwayError("invalid_json_or_xml", { evidence, cause: error });
    }
    return new OdoorwayError("connection_lost", { cause: error });
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new OdoorwayError("dns_failure", {
      evidence: { host: new URL(url).hostname },
      retryable: code === "EAI_AGAIN",
      cause: error,
    });
  if (isTls(code)) return new OdoorwayError("tls_failure", { evidence: { url, detail: code }, cause: error });
  return new OdoorwayError("connection_refused", { evidence: { url }, cause: error });
}

const unsent = { happened: "no", retryable: true } as const;

/** OpenSSL's verdicts on certificates (X509_V_ERR_*) carry no common prefix. */
function isTls(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO$)/.test(
    code,
  );
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
