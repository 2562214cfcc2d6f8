/** What a route of type http answered: 2xx, 304, or a redirect within the server, which is not followed. */
import { OdoorwayError } from "@odoorway/core";
import type { RouteReply } from "./failures.js";

export class RouteAnswer {
  readonly status: number;
  /** Names in lower case; values of a repeated header joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The body as UTF-8. */
  readonly text: string;

  constructor({ status, headers, text }: RouteReply, bytes: Uint8Array<ArrayBuffer>) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
    this.text = text;
  }

  /** The body as JSON. Throws `invalid_json_or_xml`; the request was carried out all the same. */
  json(): unknown {
    try {
      return JSON.parse(this.text);
    } catch (cause) {
      const evidence = { url: "the route", detail: "it is not JSON" };
      throw new OdoorwayError("invalid_json_or_xml", { evidence, happened: "yes", cause });
    }
  }
}
