/** Situations that a run must have met, or it proves less than it says. */
export const GOALS = [
  'a provider is away',
  'the answer to a write is lost',
  'a write lands late',
  'an object cannot be read yet',
  'a cursor is refused',
  'a 429 without Retry-After',
  'a 429 with Retry-After',
  'an answer is slow',
  'a process dies before a call',
  'a process dies after a call',
  'a process dies while it has a lease',
  'a process dies between a write to the ledger and its answer',
  'a process dies between a delivery and its answer',
  'all processes are dead',
  'a process stands still',
  'a lease is taken over',
  'a turn loses its lease',
  'two processes work at once',
  'a turn fails',
  'the store fails before its work',
  'the store fails after its work',
  'the store is away',
  'a clock is wrong',
  'a delivery is stored',
  'a delivery comes again',
  'a delivery is refused because the store is away',
  'a delivery is late by hours',
  'a delivery names several companies',
  'a forged delivery is refused',
  'a posting is uncertain',
  'a look-up finds the document',
  'a look-up finds nothing and the posting is sent again',
  'a posting is uncertain while its connection needs its owner',
  'a refused key is followed by another',
  'a posting is held by a closed period',
  'a held posting is let go',
  'a document is removed because the source took it back',
  'money that was taken back counts again',
  'a number is refused as taken',
  'a batch is sent',
  'a lost batch is sent again as it was',
  'a lost batch can no longer be sent again',
  'a connection needs its owner',
  'a connection is repaired',
  'a person changes a document',
  'a person deletes a document',
  'a change by a person is shown',
  'a payout fails after it was paid',
  'a refund fails',
  'a dispute is lost',
  'a dispute is won',
  'a Bitcoin payment comes late',
  'a Bitcoin invoice is paid in part',
  'a Bitcoin invoice is paid too much',
  'a Bitcoin payment is replaced',
  'an invoice is paid through a ledger invoice',
  'a fee document stands for several fees',
  'settings change between two events',
  'an object is found although no webhook told of it',
  'a breaker opens',
  'a budget makes a call wait',
  'a single object cannot be read',
  'a delivery names a company that nobody connected',
] as const;

export type Goal = (typeof GOALS)[number];

/** Counts how often each situation was met. */
export class Sometimes {
  readonly #counts = new Map<Goal, number>();

  note(goal: Goal, times = 1): void {
    this.#counts.set(goal, (this.#counts.get(goal) ?? 0) + times);
  }

  counts(): Readonly<Record<Goal, number>> {
    return Object.fromEntries(GOALS.map((goal) => [goal, this.#counts.get(goal) ?? 0])) as Record<Goal, number>;
  }
}
