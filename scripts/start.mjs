/**
 * npm start: from a fresh clone to a running gateway, console and sandbox Odoo, with nothing there before
 * but Node and npm. Installs and builds what is missing or changed, starts the programs, says what to try.
 *
 * The life of a start. *Preparing* ends with a clear word and code 1 when something is missing. *Running*:
 * the sandbox first, then the gateway; each is a process of its own. A signal, or the end of the npm that
 * runs this, leads to *stopping*: the gateway first, so that it can finish its batch, then the sandbox; code
 * 0. Further signals while stopping are echoes of the first (a terminal signals npm and this alike, and
 * npm passes it on) and change nothing. A gateway that dies is started again, since its work is durable and
 * goes on by itself; after too many deaths in a minute, and when the sandbox dies (what was written to it
 * in the last seconds is lost then), the rest is stopped and the code is 1.
 */
import { join, resolve } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { commandsToTry } from "./lib/commands-to-try.mjs";
import { claim, demoToken, openDataFolder, refuseSecondStart } from "./lib/data-folder.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { settlePort } from "./lib/ports.mjs";
import { startProgram } from "./lib/program.mjs";
import { requireNode, root, runScript, Trouble } from "./lib/workspace.mjs";

const deathsAMinute = 5;
const stopping = new AbortController();

await runScript(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  listenForTheEnd();
  const plan = await makePlan(process.env);
  const release = claim(plan.data, { url: plan.url });
  const running = [];
  try {
    if (plan.sandbox !== undefined) running.unshift(await startProgram(...plan.sandbox, stopping.signal));
    running.unshift(await startProgram(...plan.gateway, stopping.signal));
    console.log(await welcome(plan));
    await supervise(running, plan);
  } catch (error) {
    if (error.stopped !== true) {
      if (error.said === undefined) throw error;
      throw new Trouble(`${error.message}\n${error.said.trim()}`);
    }
  } finally {
    for (const program of running) await program.stop();
    release();
  }
  console.log("Stopped.");
});
// What is left then (a question at the terminal, a keep-alive socket) must not keep this process.
process.exit();

/** Ports, addresses and the programs to start, from the environment. */
async function makePlan(env) {
  const data = resolve(root, env.ODOORWAY_DATA || ".odoorway");
  openDataFolder(data);
  refuseSecondStart(data);
  const ownOdoo = Boolean(env.ODOO_URL);
  const port = await settlePort({ what: "gateway", variable: "ODOORWAY_PORT", byDefault: 8080 });
  const wanted = { what: "sandbox Odoo", variable: "ODOORWAY_SANDBOX_PORT", byDefault: 8069, not: [port] };
  const sandboxPort = ownOdoo ? undefined : await settlePort(wanted);
  const url = `http://127.0.0.1:${port}`;
  const odooUrl = ownOdoo ? env.ODOO_URL : `http://127.0.0.1:${sandboxPort}`;
  const token = env.ODOORWAY_ADMIN_TOKEN || demoToken(data);
  const { ODOORWAY_SANDBOX_PORT: _, ...shared } = env;
  const gatewayEnv = {
    ...shared,
    ...(ownOdoo ? {} : { ODOO_URL: odooUrl, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" }),
    ODOORWAY_HOST: env.ODOORWAY_HOST || "127.0.0.1",
    ODOORWAY_PORT: String(port),
    ODOORWAY_DATA: data,
    ODOORWAY_ADMIN_TOKEN: token,
    ODOORWAY_LOG_LEVEL: env.ODOORWAY_LOG_LEVEL || "warn",
  };
  const sandboxArgs = ["sandbox", "--port", String(sandboxPort), "--state", join(data, "sandbox.state")];
  return {
    data,
    url,
    odooUrl,
    token,
    sandbox: ownOdoo ? undefined : ["sandbox", sandboxArgs, shared, `${odooUrl}/web/health`],
    gateway: ["gateway", ["start"], gatewayEnv, `${url}/healthz`],
  };
}

async function welcome({ url, odooUrl, token, sandbox, data }) {
  const ready = await fetch(`${url}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
  return [
    "",
    "Odoorway is running.",
    "",
    `  Gateway  ${url}`,
    `  Console  ${url}/console/`,
    sandbox === undefined
      ? `  Odoo     ${odooUrl}`
      : `  Sandbox  ${odooUrl}  (database demo, login demo, API key demo-key)`,
    `  Token    ${token}`,
    `  Data     ${data}${sandbox === undefined ? "" : "  (the sandbox's records too: remove it to begin anew)"}`,
    ...(ready ? [] : ["", `  The Odoo at ${odooUrl} is not reachable with its login yet: ${url}/readyz says why.`]),
    "",
    "Try, in another terminal:",
    ...commandsToTry(url, token).flatMap(({ title, command }) => ["", `  ${title}`, `    ${command}`]),
    "",
    "Ctrl-C stops everything.",
  ].join("\n");
}

/** Resolves when all is to stop; rejects with Trouble when something died for good. */
async function supervise(running, plan) {
  const stopped = new Promise((resolve) => {
    if (stopping.signal.aborted) resolve(undefined);
    stopping.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const deaths = [];
  for (;;) {
    const dead = await Promise.race([
      stopped,
      ...running.map((program) => program.ended.then((how) => ({ program, how }))),
    ]);
    if (dead === undefined || stopping.signal.aborted) return;
    running.splice(running.indexOf(dead.program), 1);
    const word = `The ${dead.program.name} ${dead.how}.`;
    deaths.push(Date.now());
    const lately = deaths.filter((at) => at > Date.now() - 60_000).length;
    if (dead.program.name !== "gateway")
      throw new Trouble(`${word} Stopping the rest. What was written to it in the last seconds may be lost.`);
    if (lately >= deathsAMinute)
      throw new Trouble(`${word} It died ${lately} times within a minute; stopping the rest.`);
    console.error(`${word} Starting it again; imports go on by themselves.`);
    running.unshift(await startProgram(...plan.gateway, stopping.signal));
    console.error("The gateway is back.");
  }
}

function listenForTheEnd() {
  const stop = () => {
    if (stopping.signal.aborted) return;
    console.log("\nStopping ...");
    stopping.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  if (process.env.npm_lifecycle_event === undefined) return;
  // A killed npm passes no signal on; that it is gone shows in the number of the parent.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
}
