/**
 * Lets whoever asks while a question is under way wait for the next one, and asks that once for all of them. Each answer
 * is of a question that began after it was asked for, so it is never out of date.
 */
export function gather<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    const asked = ask();
    const over = asked
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (underWay === over) underWay = null;
      });
    underWay = over;
    return asked;
  };
  return () => {
    if (underWay === null) return begin();
    next ??= underWay.then(() => {
      next = null;
      return begin();
    });
    return next;
  };
}
