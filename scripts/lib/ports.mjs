/** Which port a program gets: the one that was asked for, or the next free one, never in silence. */
import { createServer } from "node:net";
import { createInterface } from "node:readline/promises";
import { Trouble } from "./workspace.mjs";

const tried = 100;

/** Whether `port` of `host` can be listened on now. Rejects with Trouble when this user never may. */
function isFree(port, host = "127.0.0.1") {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      if (error.code === "EACCES")
        reject(new Trouble(`This user may not listen on port ${port}; ports from 1024 on are open to all.`));
      else resolve(false);
    });
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/**
 * Settles the port of one program. A taken port is said to be taken, and:
 * at a terminal the next free one is offered; without one, a default is moved to the next free port, and
 * a port that was asked for by name (a variable) is refused, since something else expects it there.
 *
 * @param {{what: string, variable: string, byDefault: number, not?: number[]}} wanted
 */
export async function settlePort({ what, variable, byDefault, not = [] }, env = process.env, terminal = process) {
  const asked = env[variable] || undefined;
  if (asked !== undefined && !/^\d{1,5}$/.test(asked))
    throw new Trouble(`${variable} is ${asked}, which is no port. Set it to a number from 1 to 65535.`);
  const port = Number(asked ?? byDefault);
  if (port < 1 || port > 65535)
    throw new Trouble(`${variable} is ${port}, which is no port. Set it to a number from 1 to 65535.`);
  if (!not.includes(port) && (await isFree(port))) return port;
  const next = await nextFree(port + 1, not);
  const taken = `Port ${port}, meant for the ${what}, is taken by another program.`;
  if (next === undefined) throw new Trouble(`${taken} Set ${variable} to a free one.`);
  if (terminal.stdin.isTTY && terminal.stdout.isTTY) {
    const answer = await ask(terminal, `${taken} Use ${next} instead? [Y/n] `);
    if (/^\s*(y(es)?)?\s*$/i.test(answer)) return next;
    throw new Trouble(`Nothing was started. Stop the other program, or choose a port: ${variable}=${next} npm start`);
  }
  if (asked !== undefined) throw new Trouble(`${taken} ${next} is free: ${variable}=${next} npm start`);
  console.log(`${taken} Using ${next} instead (${variable} chooses another).`);
  return next;
}

async function nextFree(from, not) {
  for (let port = from; port < Math.min(from + tried, 65536); port += 1) {
    if (!not.includes(port) && (await isFree(port))) return port;
  }
  return undefined;
}

/** The answer to a question; "no" when the question is left by Ctrl-C or the end of the input. */
async function ask({ stdin, stdout }, question) {
  const line = createInterface({ input: stdin, output: stdout });
  const left = new Promise((resolve) => {
    line.once("SIGINT", () => line.close());
    line.once("close", () => resolve("no"));
  });
  try {
    return await Promise.race([line.question(question), left]);
  } finally {
    line.close();
  }
}
