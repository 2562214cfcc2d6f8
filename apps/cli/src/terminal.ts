/** What a command may touch of the process it runs in; handed in, so that tests need no process. */

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Results: what a pipe would want. */
  out(text: string): void;
  /** Progress, words for people, errors. */
  say(text: string): void;
  /** Standard input: what a pipe or a person sends. */
  readonly input: NodeJS.ReadableStream;
  /** Where progress is drawn; `isTTY` says whether lines can be drawn over. */
  readonly screen: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborts at SIGINT, SIGTERM, or when the program that started this one went away. */
  readonly interrupted: AbortSignal;
}

/** Resolves when the signal aborts. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
