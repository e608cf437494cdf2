/**
 * Asks one question at a time, once for all who wait for it. Each answer is of a question that began after it was asked
 * for, so it is never out of date.
 */
export function gather<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  const begin = async (before: Promise<unknown>): Promise<T> => {
    await before;
    next = null;
    return ask();
  };
  return () => {
    if (next === null) {
      next = begin(underWay);
      underWay = next.catch(() => {});
    }
    return next;
  };
}
