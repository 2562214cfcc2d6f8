/** The gateway's HTTP API, as far as the commands use it. */
import type { Problem } from "@odoorway/core";
import type { ImportStatus } from "@odoorway/imports";
import { CommandError, GatewayProblem } from "./explain.js";

export interface GatewayApi {
  readonly url: string;
  /** Sends a request; rejects with GatewayProblem for 4xx and 5xx, with Unreachable when nothing answers. */
  request(path: string, init?: RequestInit & { duplex?: "half" }): Promise<Response>;
}

/** Nothing answers at the gateway's address. */
export class Unreachable extends CommandError {}

export function createGatewayApi(url: string, token: string | undefined): GatewayApi {
  return {
    url,
    async request(path, init = {}) {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
      let answer: Response;
      try {
        answer = await fetch(`${url}${path}`, { ...init, headers });
      } catch (error) {
        if (init.signal?.aborted) throw error;
        throw new Unreachable(
          "No gateway answers",
          `There is no answer from ${url}${reasonOf(error)}.`,
          "Start one with `npm start` or `odoorway start`, or name another by --gateway or ODOORWAY_URL.",
        );
      }
      if (answer.status >= 400) throw new GatewayProblem(await problemOf(answer));
      return answer;
    },
  };
}

export async function readStatus(api: GatewayApi, id: string, signal?: AbortSignal): Promise<ImportStatus> {
  const answer = await api.request(`/v1/imports/${encodeURIComponent(id)}`, signal ? { signal } : {});
  return (await answer.json()) as ImportStatus;
}

function reasonOf(error: unknown): string {
  const below = error instanceof Error ? error.cause : undefined;
  const code = typeof below === "object" && below !== null && "code" in below ? String(below.code) : "";
  const known: Record<string, string> = {
    ECONNREFUSED: ": the connection was refused",
    ENOTFOUND: ": the name is not known",
    ETIMEDOUT: ": it takes too long",
    ECONNRESET: ": the connection was cut",
    UND_ERR_SOCKET: ": the connection was cut",
  };
  return known[code] ?? (code === "" ? "" : ` (${code})`);
}

/** The problem that the gateway sent, or one that says what came instead (a proxy's page, say). */
async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text().catch(() => "");
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "code" in body && "cause" in body && "fix" in body) {
      return body as Problem;
    }
  } catch {
    // No JSON: the next lines tell it.
  }
  return {
    type: "about:blank",
    title: `The answer is ${answer.status} ${answer.statusText}`.trim(),
    status: answer.status,
    detail: "",
    code: "not_odoorway",
    cause: "Something answers at that address, but not as an Odoorway gateway does.",
    fix: "Check --gateway and ODOORWAY_URL, and whether a proxy stands in between.",
    retryable: false,
    happened: "unknown",
  };
}
