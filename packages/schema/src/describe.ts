/** Values described for messages (being built: the signature is settled). */
import { OdoorwayError } from "@odoorway/core";
export function describeReceived(_value: unknown): string {
  throw new OdoorwayError("internal_error");
}
