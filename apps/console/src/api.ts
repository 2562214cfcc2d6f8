/** The gateway's HTTP API, as far as the console uses it. */

/** RFC 9457, as the gateway fills it. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly errors?: readonly { pointer: string; cause: string; fix: string }[];
}

interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
}

export interface Import {
  readonly id: string;
  readonly state: "receiving" | "queued" | "running" | "paused" | "done" | "failed" | "cancelled";
  readonly model: string;
  readonly mapping: string | null;
  readonly file_name: string | null;
  readonly created_at: string;
  readonly paused_by: "hand" | "breaker" | "store" | null;
  readonly dry_run: boolean;
  readonly not_before: string | null;
  readonly counts: Counts & { readonly read: number; readonly unprocessed: number };
  readonly records: Readonly<Record<string, Counts>>;
  readonly progress: number;
  readonly rate: number;
  readonly eta_seconds: number | null;
  readonly last_error: { readonly title: string; readonly cause: string; readonly fix: string } | null;
  /** Of several files that came together: the import of each. */
  readonly parts?: readonly Import[];
}

/** What an import can be told. */
export type Order = "pause" | "resume" | "run" | "retry" | "cancel";

export interface FailedRow {
  readonly line: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly diagnosis: { readonly title: string; readonly cause: string; readonly fix: string; readonly field?: string };
}

interface Partner {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly country_id: { readonly id: number; readonly name: string } | null;
}

/** What the gateway refused, or why it could not be asked. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

export type Api = ReturnType<typeof createApi>;

/** Every function rejects with ApiError only, except that an aborted signal rejects as fetch does. */
export function createApi(token: string) {
  const get = (path: string, signal: AbortSignal, headers = {}) =>
    send(path, { signal, headers: { Authorization: `Bearer ${token}`, ...headers } });
  return {
    imports: async (signal: AbortSignal) =>
      ((await (await get("/v1/imports?limit=20", signal)).json()) as { data: Import[] }).data,
    order: async (id: string, order: Order) => {
      await send(`/v1/imports/${id}/${order}`, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
    },
    partners: async (signal: AbortSignal) => {
      const path = "/v1/records/res.partner?fields=name,email,country_id&order=id%20desc&limit=10";
      return ((await (await get(path, signal)).json()) as { data: Partner[] }).data;
    },
    /** The first failed rows; reads no more of the answer than it shows. */
    failedRows: async (id: string, most: number, signal: AbortSignal) => {
      const answer = await get(`/v1/imports/${id}/rows?status=failed`, signal, { Accept: "application/x-ndjson" });
      return firstLines<FailedRow>(answer, most);
    },
    /** The failed rows as a file, input again once mended. A link could not carry the token. */
    download: async (id: string, format: "csv" | "ndjson") => {
      const Accept = format === "csv" ? "text/csv" : "application/x-ndjson";
      const answer = await get(`/v1/imports/${id}/rows?status=failed`, new AbortController().signal, { Accept });
      return answer.blob();
    },
  };
}

/** Why the gateway is not ready; undefined when it is. Needs no token. */
export async function readiness(signal: AbortSignal): Promise<Problem | undefined> {
  try {
    await send("/readyz", { signal });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.problem;
    throw error;
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers: { Accept: "application/json", ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({
      title: "The gateway does not answer",
      status: 0,
      code: "unreachable",
      cause: "The connection to the gateway failed.",
      fix: "Check that it runs; this page goes on by itself once it is back.",
    });
  }
  if (answer.ok) return answer;
  throw new ApiError(await problemOf(answer));
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const body = (await answer.json()) as Partial<Problem>;
    if (body.title && body.cause !== undefined && body.fix !== undefined) return body as Problem;
  } catch {
    // Not the gateway's own answer.
  }
  return {
    title: `The answer is ${answer.status}`,
    status: answer.status,
    code: "not_odoorway",
    cause: "Something between this page and the gateway answered.",
    fix: "Check the proxy in between.",
  };
}

async function firstLines<T>(answer: Response, most: number): Promise<T[]> {
  const lines: T[] = [];
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (reader && lines.length < most) {
    const { done, value } = await reader.read();
    rest += value ?? "";
    const whole = rest.split("\n");
    rest = done ? "" : (whole.pop() ?? "");
    for (const line of whole) if (line.trim() !== "" && lines.length < most) lines.push(JSON.parse(line) as T);
    if (done) break;
  }
  await reader?.cancel();
  return lines;
}
