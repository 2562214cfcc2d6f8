/** A throwaway PostgreSQL: its own cluster in a temporary folder, gone when the tests are over. */
import { spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { capture } from "./run.mjs";
import { Trouble } from "./workspace.mjs";

/** The folder with initdb and postgres: on the PATH, or where Debian keeps them (newest first); else undefined. */
export function postgresFolder() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ].find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/**
 * Starts a cluster on a free port of 127.0.0.1; resolves with its URL, its process id and the function that ends it.
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`, or `nobody`. Nothing is
 * synced to disk, since the cluster does not outlive the tests; `changed` settings say otherwise.
 */
export async function startPostgres(changed = {}) {
  const binaries = postgresFolder();
  if (binaries === undefined) throw new Trouble("PostgreSQL's programs initdb and postgres were not found.");
  const identity = await unprivileged();
  const folder = mkdtempSync(join(tmpdir(), "odoorway-pg-"));
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const options = { cwd: folder, ...identity };
  const data = join(folder, "data");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const made = await capture(
    join(binaries, "initdb"),
    ["--pgdata", data, "--username", "odoorway", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
    options,
  );
  if (made.code !== 0) {
    remove();
    throw new Trouble(`initdb ended with ${made.code}:\n${made.said}`);
  }
  const port = await freePort();
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "200",
    ...changed,
  };
  const server = spawn(
    join(binaries, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder].concat(
      Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ),
    { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  let said = "";
  const ended = new Promise((resolve) => server.once("close", resolve));
  const ready = new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said = (said + chunk).slice(-4000);
      if (said.includes("ready to accept connections")) resolve();
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
    server.once("close", () => reject(new Trouble(`PostgreSQL ended at its start:\n${said}`)));
  });
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill("SIGINT"); // fast shutdown
      const patience = setTimeout(() => server.kill("SIGQUIT"), 10_000);
      await ended;
      clearTimeout(patience);
    }
    remove();
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgresql://odoorway@127.0.0.1:${port}/postgres`, pid: server.pid, stop };
}

async function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    const uid = Number((await capture("id", ["-u", user])).said);
    const gid = Number((await capture("id", ["-g", user])).said);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Trouble("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
