import type { OneRead, ProviderRequest, SourceConnector, Stream, StreamContext } from '../../connectors/sdk/index.ts';
import { backoff_ms } from '../../kernel/backoff.ts';
import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { type Caller, readJson, type WorkDoors } from '../connections/index.ts';
import { relativesOf, understand } from './normalise.ts';
import type { StreamState, SyncStore } from './store.ts';

/** Pages read in one turn before the connection is given back: a backfill takes many turns, live work gets in between. */
const PAGES_PER_TURN = 40;
/** Objects read one by one in one turn. */
const READS_PER_TURN = 50;
/** A single object that cannot be read is tried this often, then shown. */
const MAX_READ_ATTEMPTS = 8;
/** Records understood in one transaction. */
const NORMALISE_BATCH = 200;

export interface SyncTurn {
  readonly doors: WorkDoors;
  readonly store: SyncStore;
  readonly caller: Caller;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Set when something was read and stored. */
  readonly progress: { made: boolean };
}

export interface SyncOutcome {
  /** True when every stream has been read to its end and every record understood. */
  readonly caughtUp: boolean;
  /** Every stream has been read to its end, and single objects may be left: the next turn goes on with these. */
  readonly streamsRead: boolean;
  readonly pages: number;
  readonly records: number;
  /** Facts that are new or changed. */
  readonly factsChanged: number;
}

interface Tally {
  pages: number;
  records: number;
  changed: number;
  facts: number;
}

/**
 * Reads what is new at a source: events that arrived, then each stream from its checkpoint, then single objects. Goes
 * on at the exact page where an earlier turn stopped, whatever stopped it. The turn after one that left single objects
 * reads these and no stream: streams would mark as much again, and nothing would ever be planned.
 */
export async function runSync(turn: SyncTurn): Promise<SyncOutcome> {
  const { doors, store, lease } = turn;
  const runId = doors.makeId('run');
  const tally: Tally = { pages: 0, records: 0, changed: 0, facts: 0 };
  await store.startRun(lease, runId, doors.clock.now());
  try {
    const { taken } = await store.takeEvents(lease, doors.clock.now());
    const streamsRead = (lease.unfinished && taken === 0) || (await readStreams(turn, tally, taken > 0));
    const nothingDue = await readSingles(turn, tally);
    await normaliseAll(turn, tally);
    const caughtUp = streamsRead && nothingDue;
    await store.finishRun(
      lease,
      runId,
      { ...tally, state: caughtUp ? 'done' : 'partly', error: null },
      doors.clock.now(),
    );
    return { caughtUp, streamsRead, pages: tally.pages, records: tally.records, factsChanged: tally.facts };
  } catch (error) {
    const code = isCounterfoilError(error) ? error.code : 'internal.unexpected';
    // What was read before the failure is kept and understood: the next turn goes on behind it.
    await store.finishRun(
      lease,
      runId,
      { ...tally, state: 'stopped', error: { code, detail: messageOf(error) } },
      doors.clock.now(),
    );
    throw error;
  }
}

async function readStreams(turn: SyncTurn, tally: Tally, told: boolean): Promise<boolean> {
  const { doors, store, caller } = turn;
  const { streams } = doors.registry.source(caller.connection.provider);
  const states = new Map((await store.streamStates(caller.connection)).map((state) => [state.stream, state]));
  const read = (stream: Stream) => readStream(turn, tally, stream, states.get(stream.name));
  const caughtUp = states.size > 0 && streams.every((stream) => isCaughtUp(states.get(stream.name)));
  if (!caughtUp) return inOrder(streams, read);
  const leading = streams.filter((stream) => stream.leads === true);
  // Webhooks say what a leading stream says: while they come, it is only read as often as without them.
  const readBefore = doors.clock.now() - doors.settings.poll_ms;
  const due = leading.filter(({ name }) => !told || (states.get(name)?.completedAt ?? 0) <= readBefore);
  // Nearly always one page each: what a webhook told of is known after the time of one call instead of all of them.
  return (
    (await inOrder(due, read)) &&
    together(
      streams.filter((stream) => !leading.includes(stream)),
      read,
    )
  );
}

/** Read to its end before and not in the middle of a pass now; a stream without passes has no state. */
function isCaughtUp(state: StreamState | undefined): boolean {
  return state === undefined || (state.completedAt !== null && state.cursor === null);
}

async function inOrder(streams: readonly Stream[], read: (stream: Stream) => Promise<boolean>): Promise<boolean> {
  for (const stream of streams) if (!(await read(stream))) return false;
  return true;
}

/** All have ended when one of them has failed: nothing goes on behind the back of the turn. */
async function together(streams: readonly Stream[], read: (stream: Stream) => Promise<boolean>): Promise<boolean> {
  const ended = await Promise.allSettled(streams.map(read));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ended.every((one) => one.status === 'fulfilled' && one.value);
}

async function readStream(
  turn: SyncTurn,
  tally: Tally,
  stream: Stream,
  state: StreamState | undefined,
): Promise<boolean> {
  const { doors, store, lease, signal } = turn;
  const context = await contextOf(turn, stream);
  const backfill = state?.completedAt == null;
  let cursor: Json | null = state?.cursor ?? stream.open(context, state?.checkpoint ?? null);
  let checkpoint = state?.checkpoint ?? null;
  while (cursor !== null) {
    signal.throwIfAborted();
    if (tally.pages >= PAGES_PER_TURN) return false;
    const readAt = doors.clock.now();
    const body = await askPage(turn, stream, stream.request(context, cursor), backfill ? 'backfill' : 'live');
    const page = stream.read(context, cursor, body);
    // The checkpoint moves only when the pass is complete: until then the cursor alone says where it goes on.
    if (page.cursor === null) checkpoint = page.checkpoint;
    tally.changed += await store.commitPage(lease, { stream: stream.name, ...page, checkpoint, readAt });
    tally.pages += 1;
    turn.progress.made = true;
    tally.records += page.records.length;
    cursor = page.cursor;
  }
  return true;
}

/** A cursor that the provider refuses for good must not block its stream: the next pass starts from the checkpoint. */
async function askPage(
  { doors, store, caller, lease, signal }: SyncTurn,
  stream: Stream,
  request: ProviderRequest,
  lane: 'live' | 'backfill',
): Promise<Json> {
  try {
    return await readJson(doors, caller, request, { lane, signal });
  } catch (error) {
    if (isCounterfoilError(error) && isAboutTheObject(error.kind)) await store.dropCursor(lease, stream.name);
    throw error;
  }
}

async function contextOf({ doors, store, caller: { connection } }: SyncTurn, stream: Stream): Promise<StreamContext> {
  const oldestOpenAt = await store.oldestOpenAt(connection, stream.name);
  return { accountId: connection.accountId, now: doors.clock.now(), since: connection.since, oldestOpenAt };
}

async function readSingles(turn: SyncTurn, tally: Tally): Promise<boolean> {
  const { doors, store, caller } = turn;
  const connector = doors.registry.source(caller.connection.provider);
  for (let read = 0; read < READS_PER_TURN; ) {
    const due = await store.dueReads(caller.connection, READS_PER_TURN - read, doors.clock.now());
    if (due.length === 0) return true;
    for (const one of due) if (!(await readOne(turn, tally, connector, one))) return false;
    read += due.length;
  }
  return false;
}

/** False when it is of no use to read on: the provider did not answer. */
async function readOne(
  turn: SyncTurn,
  tally: Tally,
  connector: SourceConnector,
  ref: { stream: string; externalId: string; attempts: number },
): Promise<boolean> {
  const { doors, store, lease, signal } = turn;
  signal.throwIfAborted();
  const stream = connector.streams.find((one) => one.name === ref.stream);
  const readAt = doors.clock.now();
  if (stream?.one === undefined) {
    const problem = `objects of ${ref.stream} cannot be read one by one`;
    await store.failRead(lease, ref, { problem, notBefore: null }, readAt);
    return true;
  }
  try {
    const { records, follow } = await fetchOne(turn, stream, ref.externalId);
    tally.changed += await store.commitRead(lease, { ref, records, follow, readAt });
    turn.progress.made = true;
    tally.records += records.length;
    return true;
  } catch (error) {
    const aboutTheObject = isCounterfoilError(error) && isAboutTheObject(error.kind);
    if (!aboutTheObject && !isNoAnswer(error)) throw error;
    const later = readAt + backoff_ms(ref.attempts + 1, doors.random);
    // No answer may be the provider's trouble or this object's: it is never given up, and the others come first.
    const notBefore = aboutTheObject && ref.attempts + 1 >= MAX_READ_ATTEMPTS ? null : later;
    await store.failRead(lease, ref, { problem: messageOf(error), notBefore }, readAt);
    return aboutTheObject;
  }
}

function isNoAnswer(error: unknown): boolean {
  return isCounterfoilError(error) && error.kind === 'retryable' && error.code.startsWith('provider.');
}

/** A refused credential, a spent budget or an outage concerns the connection: the turn ends and the read stays due. */
function isAboutTheObject(kind: string): boolean {
  return kind === 'validation' || kind === 'permanent' || kind === 'conflict';
}

async function fetchOne(turn: SyncTurn, stream: Stream, externalId: string): Promise<OneRead> {
  const { doors, caller, signal } = turn;
  const context = await contextOf(turn, stream);
  const bodies: Json[] = [];
  for (;;) {
    const request = stream.one!.next(context, externalId, bodies);
    if (request === null) return stream.one!.read(context, externalId, bodies);
    bodies.push(await readJson(doors, caller, request, { lane: 'live', signal }));
  }
}

async function normaliseAll(turn: SyncTurn, tally: Tally): Promise<void> {
  const { doors, store, caller, lease, signal } = turn;
  const connector = doors.registry.source(caller.connection.provider);
  for (;;) {
    signal.throwIfAborted();
    const records = await store.toNormalise(caller.connection, NORMALISE_BATCH);
    if (records.length === 0) return;
    const relatives = await store.related(caller.connection, relativesOf(connector, records));
    const commits = understand(connector, caller.connection, records, relatives);
    tally.facts += await store.commitFacts(lease, commits, doors.clock.now());
  }
}
