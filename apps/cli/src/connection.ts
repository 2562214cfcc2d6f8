/** Which gateway a command talks to, and with which token. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./explain.js";
import type { Terminal } from "./terminal.js";

export interface ConnectionOptions {
  readonly gateway?: string;
  readonly token?: string;
}

/** What `npm start` leaves in its data folder, readable by its owner alone. */
const demoFolder = ".odoorway";

/**
 * --gateway, ODOORWAY_URL, or this machine's own at the port that `odoorway start` would take in this environment.
 * @returns the gateway's address without a slash at the end
 */
export function gatewayUrl({ env }: Terminal, { gateway }: ConnectionOptions): string {
  const text = gateway ?? env.ODOORWAY_URL ?? `http://127.0.0.1:${Number(env.ODOORWAY_PORT) || 8080}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new CommandError(
      "The gateway's address is not valid",
      `${text} is not an http or https address.`,
      "Give one like http://127.0.0.1:8080 by --gateway or ODOORWAY_URL.",
    );
  }
  return text.replace(/\/+$/, "");
}

/** --token, ODOORWAY_TOKEN, ODOORWAY_ADMIN_TOKEN, or the token of a demo that was started in this folder. */
export function findToken({ env, cwd }: Terminal, { token }: ConnectionOptions): string | undefined {
  const given = token ?? env.ODOORWAY_TOKEN ?? env.ODOORWAY_ADMIN_TOKEN;
  if (given !== undefined && given !== "") return given;
  try {
    return readFileSync(join(env.ODOORWAY_DATA ?? join(cwd, demoFolder), "token"), "utf8").trim();
  } catch {
    return undefined;
  }
}
