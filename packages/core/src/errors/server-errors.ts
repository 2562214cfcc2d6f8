/** What an Odoo server, its set-up or a service behind it is the cause of; met in logs, in pasted texts, and by calls. */
import type { CatalogueEntry } from "./entry.js";

export const serverErrors = {
  auth_wrong_database: {
    family: "odoo",
    status: 502,
    retryable: false,
    happened: "no",
    title: "No database is chosen for the request",
    cause:
      "The server has several databases, and neither the request nor its host name says which one is meant[[ ({database})]].",
    fix: "Name the database (X-Odoo-Database, or the field db), or let dbfilter choose one by the host name.",
  },
  memory_limit: {
    family: "odoo",
    status: 503,
    retryable: false,
    happened: "unknown",
    title: "The Odoo process reached its memory limit",
    cause: "A request needed more memory than limit_memory_soft or limit_memory_hard allow[[: {detail}]].",
    fix: "Ask for fewer records or fields at once, send smaller batches, or raise the limit in Odoo's configuration.",
  },
  time_limit_reached: {
    family: "odoo",
    status: 504,
    retryable: false,
    happened: "no",
    title: "Odoo ended the work at its time limit",
    cause:
      "A request took longer than limit_time_cpu or limit_time_real allow[[ ({seconds} s)]]; the process was ended, the caller's connection closed, and nothing of the request was saved.",
    fix: "Send smaller batches or page through what is read; a higher limit only puts it off.",
  },
  module_missing: {
    family: "odoo",
    status: 502,
    retryable: false,
    happened: "no",
    title: "A module of Odoo is missing",
    cause: "What is asked for belongs to a module that this database does not have[[: {module}]][[ ({detail})]].",
    fix: "Install or update the module in this database, or leave out what needs it.",
  },
  unit_or_currency: {
    family: "odoo",
    status: 422,
    retryable: false,
    happened: "no",
    title: "Units or currencies do not fit together",
    cause:
      "Odoo cannot convert between the unit or currency of the line and that of its product or document[[: {detail}]].",
    fix: "Use a unit of the same category as the product's, and the currency of the document.",
  },
  mail_or_external_service: {
    family: "odoo",
    status: 502,
    retryable: false,
    happened: "no",
    title: "A service that Odoo uses refused",
    cause: "Odoo called a mail server or another outside service, which failed[[: {detail}]].",
    fix: "Check that service's credential and state in Odoo's settings; the call to Odoo itself was right.",
  },
  license_or_subscription: {
    family: "odoo",
    status: 502,
    retryable: false,
    happened: "no",
    title: "Credits or a subscription are missing",
    cause: "Odoo needs credits, a plan or a licence for this[[: {detail}]].",
    fix: "Renew the subscription or buy credits for the service[[ {service}]].",
  },
  csrf: {
    family: "transport",
    status: 502,
    retryable: false,
    happened: "no",
    title: "The route wants a CSRF token",
    cause: "The route[[ {path}]] is a web form's: Odoo takes a POST only with the token of a session's page.",
    fix: "Send csrf_token from a page of the same session, or have the route declared with csrf=False and a bearer key.",
  },
  client_program: {
    family: "request",
    status: 400,
    retryable: false,
    happened: "no",
    title: "The calling program failed before Odoo was asked",
    cause: "The error comes from the program or library that calls Odoo[[: {detail}]].",
    fix: "Look at the calling program: its language version, its library's version, and the arguments it passes.",
  },
} as const satisfies Record<string, CatalogueEntry>;
