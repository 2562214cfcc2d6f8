/**
 * A connection examined, from the name to the user's rights. Each step builds on those before; where one fails
 * that the next need, the doctor stops. It reads only, and tries the credential once.
 */
import { createClient } from "@odoorway/client";
import { credentialStep, databaseStep, userSteps } from "./login.js";
import { connectStep, resolveStep, tlsStep } from "./network.js";
import { routeStep } from "./route.js";
import { serverSteps } from "./server.js";
import { type DoctorOptions, type Report, type Step, type Target, worst } from "./types.js";
import { accessStep, speedStep } from "./work.js";

const usualModels = ["res.partner", "product.template", "sale.order"] as const;

/** The steps as they are done. Never throws for what it examines. */
export async function* examine(given: Target, options: DoctorOptions = {}): AsyncGenerator<Step> {
  const target = { ...given, url: given.url.replace(/\/+$/, "") };
  const { models, route, timeout = 15_000, now = Date.now } = options;
  const network = [
    () => resolveStep(target),
    () => connectStep(target, timeout),
    () => tlsStep(target, timeout, now()),
  ];
  for (const look of network) {
    const step = await look();
    if (step === undefined) continue;
    yield step;
    if (step.state === "failure") return;
  }
  const server = yield* serverSteps(target, timeout, now);
  if (server === undefined) return;
  const database = databaseStep(target, server);
  yield database;
  if (database.state === "failure") return;
  if (route !== undefined) yield await routeStep(target, route, timeout);
  if (target.login === "" || target.apiKey === "" || target.database === "") {
    yield {
      step: "credential",
      title: "Credential",
      state: "warning",
      found: "no database, login or key was given, so the user was not examined",
      fix: "Set ODOO_DB, ODOO_LOGIN and ODOO_API_KEY.",
    };
    return;
  }
  const { url, database: name, login, apiKey } = target;
  const client = createClient({
    url,
    database: name,
    login,
    apiKey,
    transport: "auto",
    timeout,
    concurrency: 1,
    userAgent: "odoorway doctor",
  });
  try {
    const { step, uid } = await credentialStep(target, server, client, timeout);
    yield step;
    if (uid === undefined) return;
    yield* userSteps(client, uid, target.login);
    yield await accessStep(client, models ?? usualModels, models !== undefined);
    yield await speedStep(client, uid);
  } finally {
    await client.close();
  }
}

/** The whole report. */
export async function report(target: Target, options: DoctorOptions = {}): Promise<Report> {
  const steps: Step[] = [];
  for await (const step of examine(target, options)) steps.push(step);
  const { url, database, login } = target;
  return { state: worst(steps), url, database, login, steps };
}
