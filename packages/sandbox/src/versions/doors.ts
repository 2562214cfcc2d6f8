/** What the doors of a version tell otherwise: statuses, headers, and what a session says of itself. */

type Headers = Readonly<Record<string, string>>;

export interface DoorProfile {
  /** Statuses of Odoo's own exceptions in a route of type http; any other exception is 500. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of a content type that a route does not take. */
  readonly wrongType: 400 | 415;
  /** Beside the 401 of a bearer. */
  readonly bearerChallenge: Headers;
  /** Beside a fault of XML-RPC; answers always have it. */
  readonly faultHeaders: Headers;
  /** Beside the login form. */
  readonly loginHeaders: Headers;
  readonly robots: { readonly headers: Headers; readonly body: string };
  /** A session says whether its user may export, and the currencies of the companies. */
  readonly tellsMore: boolean;
  /** Arguments of the service `object` that are unpacked before anything else is looked at. */
  readonly objectArguments: 3 | 5;
  /** What Python says where a method that takes ids gets nothing. */
  readonly idsMissing: string;
}

const robots = "User-agent: *\nDisallow: /";
const sniff: Headers = { "X-Content-Type-Options": "nosniff" };

export const doors18: DoorProfile = {
  statuses: {
    AccessDenied: 403,
    AccessError: 403,
    UserError: 400,
    ValidationError: 400,
    MissingError: 400,
    LockError: 400,
  },
  wrongType: 400,
  bearerChallenge: {},
  faultHeaders: sniff,
  loginHeaders: {},
  robots: { headers: { "Content-Type": "text/html; charset=utf-8" }, body: `${robots}\n` },
  tellsMore: false,
  objectArguments: 3,
  idsMissing: "tuple index out of range",
};

export const doors19: DoorProfile = {
  statuses: {
    AccessDenied: 403,
    AccessError: 403,
    UserError: 422,
    ValidationError: 422,
    MissingError: 404,
    LockError: 409,
  },
  wrongType: 415,
  bearerChallenge: { "WWW-Authenticate": "Bearer " },
  faultHeaders: {},
  loginHeaders: { "Cache-Control": "no-cache" },
  robots: { headers: { "Content-Type": "text/plain" }, body: robots },
  tellsMore: true,
  objectArguments: 5,
  idsMissing: "list index out of range",
};
