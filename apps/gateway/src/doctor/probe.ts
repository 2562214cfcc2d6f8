/** One HTTP request of the doctor: follows no redirect, reads no more than it must, never throws. */
import { catalogue, type ErrorCode, OdoorwayError, renderTemplate } from "@odoorway/core";

export interface Probe {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Milliseconds to the end of the answer. */
  readonly took: number;
}

/** Characters of a body that are looked at. */
const most = 256 * 1024;

export async function probe(
  url: string,
  {
    method = "GET",
    headers = {},
    body,
    timeout,
  }: { method?: string; headers?: Record<string, string>; body?: string; timeout: number },
): Promise<Probe | Error> {
  const started = performance.now();
  try {
    const answer = await fetch(url, {
      method,
      headers: { "user-agent": "odoorway doctor", ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const text = (await answer.text()).slice(0, most);
    return { status: answer.status, headers: answer.headers, body: text, took: performance.now() - started };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A call of JSON-RPC to one of the public services or routes; undefined where the answer is none. */
export async function ask(
  url: string,
  params: object,
  timeout: number,
): Promise<{ probe: Probe; result?: unknown; error?: { message: string; name: string } } | Error> {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params });
  const answer = await probe(url, { method: "POST", headers: { "content-type": "application/json" }, body, timeout });
  if (answer instanceof Error) return answer;
  try {
    const { result, error } = JSON.parse(answer.body);
    if (error === undefined || error === null) return { probe: answer, result };
    return {
      probe: answer,
      error: { message: String(error.data?.message ?? error.message ?? ""), name: String(error.data?.name ?? "") },
    };
  } catch {
    return { probe: answer };
  }
}

/** The words of the catalogue for a finding. */
export function says(
  code: ErrorCode,
  evidence: Readonly<Record<string, string | number>>,
): { code: ErrorCode; found: string; fix: string } {
  const { cause, fix } = catalogue[code];
  return { code, found: renderTemplate(cause, evidence), fix: renderTemplate(fix, evidence) };
}

/** A failed call in the same words. */
export function saidBy(error: unknown): { code: ErrorCode; found: string; fix: string } {
  if (error instanceof OdoorwayError) return { code: error.code, found: error.why, fix: error.fix };
  return says("internal_error", {});
}
