/**
 * The database and the credential. A credential is tried once: five failures lock the address out. Odoo says of
 * every refusal the same two words, so how the credential looks decides which door it is tried at: a session
 * tells a user with two-factor login apart, and takes passwords only; an API key is 40 hexadecimal digits.
 */
import { nearest, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { ask, type Probe, probe, saidBy, says } from "./probe.js";
import type { ServerFacts } from "./server.js";
import type { Step, Target } from "./types.js";

export function databaseStep({ database }: Target, { databases }: ServerFacts): Step {
  const about = { step: "database", title: "Database" };
  if (databases === undefined)
    return {
      ...about,
      state: "ok",
      found: `${database || "none named"}; the server does not list its databases, so the login will tell`,
    };
  if (databases.includes(database))
    return { ...about, state: "ok", found: `${database} is there`, evidence: { databases } };
  const near = nearest(database, databases) ?? longer(database, databases);
  const { code } = says("db_not_found", { database });
  const found = database === "" ? "No database is named." : `The server lists no database called ${database}.`;
  const choices = databases.slice(0, 10).join(", ") || "none at all; a dbfilter may hide it from this host name";
  const fix = near === undefined ? `Use one of: ${choices}.` : `Did you mean ${near}? It lists: ${choices}.`;
  return {
    ...about,
    state: "failure",
    code,
    found,
    fix,
    evidence: { databases: databases.slice(0, 50), ...(near === undefined ? {} : { nearest: near }) },
  };
}

/** `company` where the server has `company-main-123456`, as Odoo Online and Odoo.sh name them. */
function longer(database: string, databases: readonly string[]): string | undefined {
  return database === "" ? undefined : databases.find((name) => name.startsWith(database) || database.startsWith(name));
}

/** The one try, at the door that tells most. `uid` is undefined where nothing further can work. */
export async function credentialStep(
  target: Target,
  server: ServerFacts,
  client: { authenticate(): Promise<number> },
  timeout: number,
): Promise<{ step: Step; uid?: number }> {
  const { url, database, login, apiKey } = target;
  const about = { step: "credential", title: "Credential" };
  const isKey = /^[0-9a-f]{40}$/.test(apiKey) || (server.sandbox && /key/i.test(apiKey));
  if (!isKey) {
    const session = await ask(`${url}/web/session/authenticate`, { db: database, login, password: apiKey }, timeout);
    const refusal = session instanceof Error ? undefined : passwordRefusal(target, session);
    if (refusal !== undefined) return { step: { ...about, state: "failure", ...refusal } };
    if (!(session instanceof Error)) await endSession(url, session.probe, timeout);
  }
  try {
    const uid = await client.authenticate();
    const found = `${login} is user ${uid}, by ${isKey ? "an API key" : "a password"}`;
    if (isKey) return { step: { ...about, state: "ok", found, evidence: { uid } }, uid };
    const fix =
      "Make an API key for this user (Preferences, Account Security): it survives a change of password, and can be revoked alone.";
    return { step: { ...about, state: "warning", found, fix, evidence: { uid } }, uid };
  } catch (error) {
    if (!(error instanceof OdoorwayError) || error.code !== "auth_invalid_credentials")
      return { step: { ...about, state: "failure", ...saidBy(error) } };
    return {
      step: { ...about, state: "failure", code: error.code, ...(isKey ? keyRefused(target) : passwordRefused(target)) },
    };
  }
}

function passwordRefusal(
  target: Target,
  { result, error }: { result?: unknown; error?: { message: string; name: string } },
) {
  const { database, login } = target;
  if (error !== undefined) {
    if (/too many/i.test(error.message)) return says("auth_locked_out", {});
    if (/database/i.test(error.message) && !/Access Denied/i.test(error.message))
      return says("db_not_found", { database });
    return { ...says("auth_invalid_credentials", { database, login }), ...passwordRefused(target) };
  }
  // The password was right, and Odoo waits for the second factor.
  if (typeof result === "object" && result !== null && "uid" in result && result.uid === null)
    return says("auth_2fa_requires_api_key", { login });
  return undefined;
}

/** Nothing is left behind on the server. */
async function endSession(url: string, { headers }: Probe, timeout: number): Promise<void> {
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .join("; ");
  const json = { "content-type": "application/json", cookie };
  if (cookie !== "")
    await probe(`${url}/web/session/destroy`, { method: "POST", headers: json, body: '{"params":{}}', timeout });
}

function keyRefused({ database, login }: Target) {
  return {
    found: `${database} does not take this API key for ${login}. Odoo does not say which it is: the key has ended (18 and later give 90 days unless an administrator allows more) or was deleted, it is another user's or database's, or the user is archived or called otherwise.`,
    fix: `Log in as ${login} in the browser: if that fails, the login is wrong or archived. If it works, make a new key under Preferences, Account Security.`,
  };
}

function passwordRefused({ database, login }: Target) {
  return {
    found: `${database} does not take this password for ${login}. Odoo does not say which it is: the password is wrong, or the user is archived or called otherwise, or logs in elsewhere (OAuth, LDAP) and has none.`,
    fix: `Log in as ${login} in the browser, then make an API key under Preferences, Account Security, and use it in place of the password.`,
  };
}

/** Who calls: rights of an administrator, company, language, zone. */
export async function* userSteps(caller: OdooCaller, uid: number, login: string): AsyncGenerator<Step> {
  const about = { step: "user", title: "User" };
  try {
    const fields = ["name", "login", "lang", "tz", "company_id", "company_ids", "share"];
    const [user] = (await caller.call("res.users", "read", [[uid], fields])) as Record<string, unknown>[];
    const has = (group: string) => hasGroup(caller, uid, group);
    const [system, erp] = [await has("base.group_system"), await has("base.group_erp_manager")];
    const company = Array.isArray(user?.company_id) ? String(user.company_id[1]) : "none";
    const companies = Array.isArray(user?.company_ids) ? user.company_ids.length : 1;
    const found = `${user?.name} in ${company}${companies > 1 ? ` and ${companies - 1} more` : ""}, language ${user?.lang || "none"}, time zone ${user?.tz || "none (UTC)"}`;
    const evidence = { uid, company, companies, lang: user?.lang || null, tz: user?.tz || null, administrator: system };
    if (user?.share === true)
      yield {
        ...about,
        state: "warning",
        found: `${found}; a portal user`,
        fix: "Use an internal user: a portal user sees its own documents only.",
        evidence,
      };
    else if (system || erp || uid <= 2)
      yield {
        ...about,
        state: "warning",
        found: `${found}; an administrator`,
        fix: `Make a user for the integration with the groups that it needs and no more; ${login} can do anything, and so can whoever gets its key.`,
        evidence,
      };
    else yield { ...about, state: "ok", found, evidence };
  } catch (error) {
    yield { ...about, state: "failure", ...saidBy(error) };
  }
}

async function hasGroup(caller: OdooCaller, uid: number, group: string): Promise<boolean> {
  // Up to 17 the group is the only argument; from 18 on it is asked of a user.
  try {
    return (await caller.call("res.users", "has_group", [[uid], group])) === true;
  } catch {
    return (await caller.call("res.users", "has_group", [group]).catch(() => false)) === true;
  }
}
