/** The one error for an answer that came but is not what was to come. */
import { OdoorwayError } from "@odoorway/core";

export function unreadable(url: string, detail: string, below?: Error): OdoorwayError {
  const evidence = { url, detail };
  return new OdoorwayError("invalid_json_or_xml", { evidence, ...(below === undefined ? {} : { cause: below }) });
}
