/** Server-sent events (WHATWG HTML, section 9.2), with comments in between so that no proxy thinks the line dead. */

/**
 * One event named `event` a value, its data as JSON.
 * @param every milliseconds of silence after which a comment is sent
 * @param idOf what a listener that comes back says it was told last
 */
export async function* serverSentEvents<T>(
  event: string,
  values: AsyncIterable<T>,
  every: number,
  idOf: (value: T) => string,
): AsyncGenerator<string> {
  const iterator = values[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await orSilence(next, every);
      if (result === "silence") {
        yield ": still here\n\n";
        continue;
      }
      if (result.done) return;
      yield `event: ${event}\nid: ${idOf(result.value)}\ndata: ${JSON.stringify(result.value)}\n\n`;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

async function orSilence<T>(next: Promise<T>, ms: number): Promise<T | "silence"> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<"silence">((resolve) => {
    timer = setTimeout(resolve, ms, "silence");
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}
