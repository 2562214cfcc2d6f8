/** What a failed probe says: that the server does not serve the route, or nothing at all. */
import { catalogue, OdoorwayError } from "@odoorway/core";

/** Whether the answer says that this route is not served; a server that is down, slow or elsewhere says nothing. */
export function isAbsent({ code, evidence }: OdoorwayError): boolean {
  if (code === "bad_gateway_or_proxy") return Number(evidence.status) < 500;
  return code === "http_404_endpoint" || code === "invalid_json_or_xml" || code === "method_not_found";
}

/** Whether the server has answered, and will not tell: the route is not served, or Odoo refuses it. */
export function isKept(error: unknown): boolean {
  return error instanceof OdoorwayError && (catalogue[error.code].family !== "transport" || isAbsent(error));
}
