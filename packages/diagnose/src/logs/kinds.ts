/** Which entries of a log are failures, and of what kind; everything else is passed over. */
import type { LogEntry } from "./entries.js";

/**
 * error: what the server logged as the failure of a request or a job. query: a statement that PostgreSQL
 * refused. access: a refusal by access rights or record rules. login: a refused login. conflict: a call that
 * Odoo tries again. worker: a process or thread that a limit ended. Other warnings tell of no failed call.
 */
export type FailureKind = "error" | "query" | "access" | "login" | "conflict" | "worker";

const limits =
  /(?:CPU time limit|(?:real )?time limit|memory limit|timeout after)|^Worker \(\d+\) (?:Exception|exiting with)|signal 9/i;

export function kindOf({ level, logger, message, text }: LogEntry): FailureKind | undefined {
  if (level === "DEBUG" || level === "RUNBOT") return undefined;
  if (/^odoo\.service\.server$/.test(logger) && limits.test(message)) return "worker";
  if (logger.endsWith("res_users") && message.startsWith("Login failed")) return "login";
  if (/^odoo\.(?:addons\.base\.models\.ir_(?:model|rule)|models)$/.test(logger) && /^Access Denied by/.test(message))
    return "access";
  if (logger === "odoo.service.model" && /tries left|number of tries/.test(message)) return "conflict";
  if (level === "INFO") return undefined;
  if (logger === "odoo.sql_db" && /^(?:bad query|Programming error|Integrity)/i.test(message)) return "query";
  if (level === "ERROR" || level === "CRITICAL" || text.includes("Traceback (most recent call last)")) return "error";
  return logger === "odoo.http" || logger.startsWith("odoo.addons.base.models.ir_http") ? "error" : undefined;
}
