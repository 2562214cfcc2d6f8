/** Asks for the next page while the rows of this one are used: one page ahead and never more. */

/** The rows of the pages, in order. A failure of a page comes after the rows of those before it. */
export async function* readAhead<T>(pages: AsyncGenerator<readonly T[], void>): AsyncGenerator<T, void> {
  let next = pages.next();
  try {
    for (;;) {
      const page = await next;
      if (page.done) return;
      next = pages.next();
      // It is awaited in its turn; until then its failure must not count as one that nobody handles.
      next.catch(() => undefined);
      yield* page.value;
    }
  } finally {
    void pages.return().catch(() => undefined);
  }
}
