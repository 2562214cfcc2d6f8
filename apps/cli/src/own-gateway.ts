/** A gateway inside this process, for a command that finds none running. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "@odoorway/gateway";
import { readConfiguration } from "./configuration.js";
import type { Terminal } from "./terminal.js";

export interface OwnGateway {
  readonly url: string;
  readonly token: string;
  /** Stops it and removes what it kept. */
  close(): Promise<void>;
}

/** Starts a gateway on a free port of the loopback, with a store that lasts as long as it does. */
export async function startOwnGateway(terminal: Terminal): Promise<OwnGateway> {
  const config = readConfiguration(terminal);
  const data = await mkdtemp(join(tmpdir(), "odoorway-import-"));
  const token = `odw_${randomBytes(32).toString("base64url")}`;
  const remove = () => rm(data, { recursive: true, force: true });
  try {
    const gateway = await startGateway({
      ...config,
      host: "127.0.0.1",
      port: 0,
      data,
      databaseUrl: undefined,
      adminToken: token,
      logLevel: "silent",
    });
    return {
      url: gateway.url,
      token,
      async close() {
        await gateway.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
