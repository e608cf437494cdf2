/** More changes than this, and the words have nothing to do with each other. */
const MAX_DISTANCE = 3;

/** The known word that was probably meant, or null. */
export function suggest(typed: string, known: readonly string[]): string | null {
  const limit = Math.min(MAX_DISTANCE, Math.max(1, Math.floor(typed.replace(/^-+/, '').length / 2)));
  const ranked = known
    .map((word) => ({ word, distance: distance(typed, word) }))
    .filter((one) => one.distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1));
  return ranked[0]?.word ?? null;
}

/** Characters to insert, delete or replace, two neighbours exchanged counting as one (optimal string alignment). */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, isSwap ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY),
      );
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
