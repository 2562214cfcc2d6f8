/** Listens, and says of a port that is taken which one is free. */
import { createServer } from "node:net";
import { OdoorwayError } from "@odoorway/core";

/** How many ports after a taken one are tried. */
const triedPorts = 100;

/**
 * @param listen starts the server; rejects with Node's EADDRINUSE when the port is taken
 * @throws OdoorwayError configuration_error, with the next free port in its fix
 */
export async function listenOn(
  listen: (at: { host: string; port: number }) => Promise<unknown>,
  host: string,
  port: number,
): Promise<void> {
  try {
    await listen({ host, port });
  } catch (error) {
    throw await explain(error, host, port);
  }
}

async function explain(error: unknown, host: string, port: number): Promise<unknown> {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    const free = await nextFreePort(host, port + 1);
    return refused(
      `Port ${port} of ${host} is taken by another program.`,
      free === undefined
        ? "Stop that program, or set ODOORWAY_PORT to a free port."
        : `Port ${free} is free: set ODOORWAY_PORT=${free}, or stop that program.`,
      error,
    );
  }
  if (code === "EACCES")
    return refused(`This user may not listen on port ${port}.`, "Set ODOORWAY_PORT to 1024 or more.", error);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return refused(
      `${host} is no address of this machine.`,
      "Set ODOORWAY_HOST to 127.0.0.1, or to 0.0.0.0 for every address.",
      error,
    );
  return error;
}

/** The first port from `from` on that is free; undefined where a hundred are taken. */
export async function nextFreePort(host: string, from: number): Promise<number | undefined> {
  for (let port = from; port < Math.min(from + triedPorts, 65_536); port++) if (await isFree(host, port)) return port;
  return undefined;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function refused(detail: string, expected: string, cause: unknown): OdoorwayError {
  return new OdoorwayError("configuration_error", { evidence: { detail, expected }, cause });
}
