/** werkzeug's HTTP exceptions: a status with its name and description, raised by a controller as in Odoo. */
import { OdooException } from "../orm/exceptions.js";

/** Python's class, the name on the page, the description where none is given. */
const known: Readonly<Record<number, readonly [className: string, name: string, description: string]>> = {
  400: ["BadRequest", "Bad Request", "The browser (or proxy) sent a request that this server could not understand."],
  401: [
    "Unauthorized",
    "Unauthorized",
    "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
  ],
  403: [
    "Forbidden",
    "Forbidden",
    "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.",
  ],
  404: [
    "NotFound",
    "Not Found",
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
  ],
  405: ["MethodNotAllowed", "Method Not Allowed", "The method is not allowed for the requested URL."],
  406: [
    "NotAcceptable",
    "Not Acceptable",
    "The resource identified by the request is only capable of generating response entities which have content characteristics not acceptable according to the accept headers sent in the request.",
  ],
  409: [
    "Conflict",
    "Conflict",
    "A conflict happened while processing the request. The resource might have been modified while the request was being processed.",
  ],
  410: [
    "Gone",
    "Gone",
    "The requested URL is no longer available on this server and there is no forwarding address. If you followed a link from a foreign page, please contact the author of this page.",
  ],
  412: [
    "PreconditionFailed",
    "Precondition Failed",
    "The precondition on the request for the URL failed positive evaluation.",
  ],
  413: ["RequestEntityTooLarge", "Request Entity Too Large", "The data value transmitted exceeds the capacity limit."],
  415: [
    "UnsupportedMediaType",
    "Unsupported Media Type",
    "The server does not support the media type transmitted in the request.",
  ],
  416: [
    "RequestedRangeNotSatisfiable",
    "Requested Range Not Satisfiable",
    "The server cannot provide the requested range.",
  ],
  422: [
    "UnprocessableEntity",
    "Unprocessable Entity",
    "The request was well-formed but was unable to be followed due to semantic errors.",
  ],
  423: ["Locked", "Locked", "The resource that is being accessed is locked."],
  428: [
    "PreconditionRequired",
    "Precondition Required",
    'This request is required to be conditional; try using "If-Match" or "If-Unmodified-Since".',
  ],
  429: ["TooManyRequests", "Too Many Requests", "This user has exceeded an allotted request count. Try again later."],
  500: [
    "InternalServerError",
    "Internal Server Error",
    "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.",
  ],
  501: ["NotImplemented", "Not Implemented", "The server does not support the action requested by the browser."],
  502: ["BadGateway", "Bad Gateway", "The proxy server received an invalid response from an upstream server."],
  503: [
    "ServiceUnavailable",
    "Service Unavailable",
    "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.",
  ],
  504: ["GatewayTimeout", "Gateway Timeout", "The connection to an upstream server timed out."],
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A refusal of HTTP's kind. Its message is what JSON-2 tells; a page tells `title` and `description`. */
export class HttpException extends OdooException {
  readonly status: number;
  /** `404 Not Found`. */
  readonly title: string;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What goes out in its place, whatever the route's type. */
  readonly response: Answer | undefined;

  constructor(status: number, description?: string, headers: Readonly<Record<string, string>> = {}, response?: Answer) {
    const [className = "HTTPException", name = "Error", usual = ""] = known[status] ?? [];
    super(`werkzeug.exceptions.${className}`, description ?? usual);
    this.status = status;
    this.title = `${status} ${name}`;
    this.description = description ?? usual;
    this.headers = headers;
    this.response = response;
  }
}

/** What an exception of Odoo's is to a route of type http, by the statuses of the version. */
export function asHttpException(exception: OdooException, statuses: Readonly<Record<string, number>>): HttpException {
  if (exception instanceof HttpException) return exception;
  const status = statuses[exception.exception.replace("odoo.exceptions.", "")];
  return status === undefined ? new HttpException(500) : new HttpException(status, exception.message);
}
