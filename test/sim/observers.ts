import type { Begin } from '../../src/hub/posting/delivery-store.ts';
import type { Secret } from '../../src/kernel/secret.ts';
import type { ClaimRequest, Lease } from '../../src/platform/engine/index.ts';
import type { Done } from './core/gate.ts';
import type { Sometimes } from './goals.ts';
import { AnswerLost } from './world/gated.ts';

/** What looks on at every call of a store and at every turn, in memory and over PostgreSQL alike. */
export interface ObserverDoors {
  readonly sometimes: Sometimes;
  readonly violated: (invariant: string, detail: string) => void;
  /** False in a world where processes have wrong clocks: then a lease may end early. */
  readonly clocksAgree: boolean;
}

interface Seen {
  readonly input: readonly unknown[];
  readonly outcome: unknown;
  readonly lease: Lease;
}

interface Running {
  readonly process: string;
  readonly fence: bigint;
}

interface Held {
  readonly owner: string;
  readonly until: number;
}

/** I6 and I8: who holds which connection, and that nothing is sent or written without being entitled to it. */
export class Observers {
  readonly #doors: ObserverDoors;
  /** The newest fence of each connection. */
  readonly #fences = new Map<string, bigint>();
  readonly #holders = new Map<string, Held>();
  /** The newest credential of each connection that was stored. */
  readonly #tokens = new Map<string, string>();
  readonly #heldPostings = new Set<string>();
  /** Connections of postings whose outcome is unknown. */
  readonly #uncertainAt = new Map<string, string>();
  readonly #running = new Map<string, Set<Running>>();
  /** The last outcome of each posting's attempts, as far as it was stored. */
  readonly #last = new Map<string, 'begun' | 'unknown' | 'known'>();
  #turns = 0;

  constructor(doors: ObserverDoors) {
    this.#doors = doors;
  }

  get runningTurns(): number {
    return this.#turns;
  }

  hasLease(process: string): boolean {
    return [...this.#holders.values()].some((held) => held.owner === process);
  }

  turnBegins(process: string, lease: Lease): () => void {
    const running = { process, fence: lease.fence };
    const all = this.#running.get(lease.connectionId) ?? new Set();
    this.#running.set(lease.connectionId, all.add(running));
    this.#turns += 1;
    if (new Set([...this.#running.values()].flatMap((some) => [...some].map((one) => one.process))).size > 1)
      this.#doors.sometimes.note('two processes work at once');
    return () => {
      all.delete(running);
      this.#turns -= 1;
    };
  }

  /** A process died with all of its turns. */
  died(process: string): void {
    for (const all of this.#running.values())
      for (const one of all)
        if (one.process === process) {
          all.delete(one);
          this.#turns -= 1;
        }
    for (const [connection, held] of this.#holders) if (held.owner === process) this.#holders.delete(connection);
  }

  /** Looks at a call that took effect, whether its caller learned of it or not. */
  see(done: Done): void {
    const { tag, input } = done;
    if (done.failed && !(done.outcome instanceof AnswerLost)) return;
    const outcome = done.outcome instanceof AnswerLost ? done.outcome.result : done.outcome;
    this.#seeConnections(tag, input, outcome);
    const lease = leaseOf(input);
    if (lease === null) return;
    if (!tag.startsWith('work.')) this.#wrote(tag, lease);
    if (tag === 'work.release') this.#holders.delete(lease.connectionId);
    this.#seePostings(tag, { input, outcome, lease });
  }

  #seeConnections(tag: string, input: readonly unknown[], outcome: unknown): void {
    if (tag === 'work.claim') this.#claimed(input[0] as ClaimRequest, outcome as Lease[]);
    if (tag === 'work.extend') this.#extended(outcome as Lease[], input[1] as number);
    if (tag === 'connections.keep') this.#tokens.set((outcome as { id: string }).id, (input[1] as Secret).reveal());
    if (tag === 'grants.keep') this.#tokens.set((outcome as { id: string }).id, accessOf(input[1]));
    if (tag === 'grants.save' && outcome === 'saved')
      this.#tokens.set((input[0] as { id: string }).id, accessOf(input[2]));
    if (tag === 'connections.token') this.#opened((input[0] as { id: string }).id, outcome as Secret | null);
    if (tag === 'connections.needsOwner' && outcome === true) {
      this.#doors.sometimes.note('a connection needs its owner');
      const { id } = input[0] as { id: string };
      if ([...this.#uncertainAt.values()].includes(id))
        this.#doors.sometimes.note('a posting is uncertain while its connection needs its owner');
    }
    if (tag === 'sync.failRead') this.#doors.sometimes.note('a single object cannot be read');
  }

  #seePostings(tag: string, { input, outcome, lease }: Seen): void {
    if (tag === 'deliveries.beginSending') this.#began(input, outcome);
    if (tag === 'deliveries.settle') this.#settled(input[1] as Settled[], lease);
    if (tag === 'deliveries.recover') this.#recovered(outcome as number);
    if (tag === 'deliveries.removed')
      this.#doors.sometimes.note('a document is removed because the source took it back');
    if (tag !== 'deliveries.hold') return;
    this.#doors.sometimes.note('a posting is held by a closed period');
    for (const { id } of input[1] as { id: string }[]) this.#heldPostings.add(id);
  }

  /** I9: what was stored last is what is used. */
  #opened(connection: string, token: Secret | null): void {
    const newest = this.#tokens.get(connection);
    if (newest !== undefined && token?.reveal() !== newest)
      this.#doors.violated('I9', `the credential of ${connection} is not the newest that was stored`);
  }

  #extended(leases: readonly Lease[], until: number): void {
    for (const { connectionId } of leases) {
      const held = this.#holders.get(connectionId);
      if (held !== undefined) this.#holders.set(connectionId, { ...held, until });
    }
  }

  #claimed({ owner, now, lease_ms }: ClaimRequest, leases: readonly Lease[]): void {
    for (const lease of leases) {
      const before = this.#fences.get(lease.connectionId) ?? 0n;
      if (lease.fence <= before)
        this.#doors.violated('I8', `the fence of ${lease.connectionId} did not rise: ${before} → ${lease.fence}`);
      this.#tookOver(lease, owner, now);
      this.#fences.set(lease.connectionId, lease.fence);
      this.#holders.set(lease.connectionId, { owner, until: now + lease_ms });
    }
  }

  #tookOver({ connectionId }: Lease, owner: string, now: number): void {
    const held = this.#holders.get(connectionId);
    if (held === undefined || held.owner === owner) return;
    this.#doors.sometimes.note('a lease is taken over');
    if (this.#doors.clocksAgree && held.until > now)
      this.#doors.violated('I8', `${connectionId} was given to ${owner} while ${held.owner} had it`);
  }

  /** A write under a lease that took effect although somebody else has the connection. */
  #wrote(tag: string, lease: Lease): void {
    const newest = this.#fences.get(lease.connectionId) ?? 0n;
    if (lease.fence < newest && tag !== 'deliveries.isHeld')
      this.#doors.violated('I8', `${tag} wrote under fence ${lease.fence} of ${lease.connectionId}; ${newest} has it`);
  }

  #began(input: readonly unknown[], outcome: unknown): void {
    const { operation, batch } = input[2] as Begin;
    if (operation !== 'create') return;
    for (const { posting } of outcome as { posting: { id: string; batch: string | null } }[]) {
      if (batch !== null && posting.batch === batch) this.#doors.sometimes.note('a lost batch is sent again as it was');
      const last = this.#last.get(posting.id);
      if (last === 'unknown' || last === 'begun')
        this.#doors.violated('I6', `${posting.id} was sent again before anybody looked (${last})`);
      this.#last.set(posting.id, 'begun');
      if (this.#heldPostings.delete(posting.id)) this.#doors.sometimes.note('a held posting is let go');
    }
  }

  #settled(results: readonly Settled[], lease: Lease): void {
    for (const { posting, attemptId, settlement } of results) {
      const isUnknown = settlement.event === 'outcome_unknown';
      if (isUnknown) this.#doors.sometimes.note('a posting is uncertain');
      if (isUnknown && attemptId === null && settlement.batch !== null)
        this.#doors.sometimes.note('a lost batch can no longer be sent again');
      if (settlement.event === 'found') this.#doors.sometimes.note('a look-up finds the document');
      if (settlement.event === 'not_found')
        this.#doors.sometimes.note('a look-up finds nothing and the posting is sent again');
      if (isUnknown) this.#uncertainAt.set(posting.id, lease.connectionId);
      else this.#uncertainAt.delete(posting.id);
      if (settlement.reason?.code === 'ledger.duplicate_number')
        this.#doors.sometimes.note('a number is refused as taken');
      if (settlement.newKey) this.#doors.sometimes.note('a refused key is followed by another');
      // A look that proves nothing leaves the outcome unknown; a look that proves something answers it.
      this.#last.set(posting.id, isUnknown ? 'unknown' : 'known');
    }
  }

  #recovered(count: number): void {
    if (count > 0) this.#doors.sometimes.note('a posting is uncertain', count);
  }
}

function accessOf(tokens: unknown): string {
  return (tokens as { access: Secret }).access.reveal();
}

interface Settled {
  readonly posting: { readonly id: string };
  /** Null of a look-up. */
  readonly attemptId: string | null;
  readonly settlement: {
    readonly batch: string | null;
    readonly event: string;
    readonly newKey: boolean;
    readonly reason: { readonly code: string } | null;
  };
}

function leaseOf(input: readonly unknown[]): Lease | null {
  const [first] = input;
  return typeof first === 'object' && first !== null && 'fence' in first && 'connectionId' in first
    ? (first as Lease)
    : null;
}
