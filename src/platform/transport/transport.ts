import { assert } from '../../kernel/assert.ts';
import type { Clock } from '../../kernel/clock.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { textOf } from './body.ts';
import type { BreakerEvent, BreakerStore } from './breaker.ts';
import { breakerGate, type Pass } from './breaker-gate.ts';
import { type BudgetStore, drawsOf, penalisedBy } from './budget.ts';
import { takeOrWait } from './budget-wait.ts';
import { type Answer, type Call, callName, type Transport } from './call.ts';
import { callBuffer } from './call-buffer.ts';
import type { CallLog } from './call-log.ts';
import { failureOf } from './failure.ts';
import { type FetchDoor, fetchWire } from './fetch-wire.ts';
import { requestHeaders } from './headers.ts';
import { type Resolve, systemResolve } from './lookup.ts';
import { redactedPath } from './redact.ts';
import { retryAfter_ms } from './retry-after.ts';
import { socketWire } from './socket-wire.ts';
import { targetOf } from './target.ts';
import type { Wire, WireRequest } from './wire.ts';

/** Largest answer that is held in memory; reports and full pages of ledgers stay below 10 MB. */
export const DEFAULT_MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** A longer deadline is a mistake: no provider keeps a connection that long. */
const MAX_CALL_TIMEOUT_MS = 600_000;
/** A probe keeps the breaker for its deadline and this much for what comes after. */
const PROBE_MARGIN_MS = 5_000;
/** A provider's id of a call is kept up to this length. */
const MAX_REQUEST_ID_LENGTH = 200;

export interface TransportDoors {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly budgets: BudgetStore;
  readonly breakers: BreakerStore;
  readonly calls: CallLog;
  /** Takes the place of sockets. */
  readonly fetch?: FetchDoor;
  /** The same one level below, where every microsecond counts: a simulation's network. */
  readonly wire?: Wire;
  /** Takes the place of the system's resolver. */
  readonly resolve?: Resolve;
  readonly maxAnswerBytes?: number;
  /** Hears of bookkeeping that failed beside a call (call log, breaker, penalty); the call itself goes on. */
  readonly onTrouble?: (error: unknown) => void;
}

/** A call that passed all checks, ready to go. */
interface Ready {
  readonly call: Call;
  readonly name: string;
  readonly wireRequest: WireRequest;
  readonly timeout_ms: number;
}

/** The one outbound path: host check, breaker, rate budget, one exchange, call log, in that order. */
export function createTransport(doors: TransportDoors): Transport {
  const { clock, budgets, onTrouble = () => {} } = doors;
  const maxAnswerBytes = doors.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
  const wire = doors.wire ?? wireOf(doors);
  const gate = breakerGate(doors.breakers);
  const log = callBuffer({ clock, calls: doors.calls, onTrouble });
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  function prepare(call: Call): Ready {
    const { request } = call;
    const timeout_ms = request.timeout_ms ?? call.timeout_ms;
    assert(timeout_ms > 0 && timeout_ms <= MAX_CALL_TIMEOUT_MS, `${request.operation} has no usable deadline`);
    const { url, policy } = targetOf(call);
    const { method, body } = request;
    const headers = requestHeaders(call);
    const wireRequest = { url, policy, method, headers, body: body?.text ?? null, maxAnswerBytes };
    return { call, name: callName(call, url), wireRequest, timeout_ms };
  }

  async function run(ready: Ready, signal: AbortSignal | undefined): Promise<Answer> {
    const { call, name, wireRequest, timeout_ms } = ready;
    const breakerKey = `${call.connectionId}:${wireRequest.url.host}`;
    // Before the budget, so that a paused host costs no tokens; entered only after it, because a probe must not wait.
    let breaker = await gate.check(breakerKey);
    const waited_ms = await waitForBudget(call, name, signal);
    if (waited_ms > 0) breaker = await gate.check(breakerKey);
    const pass = await gate.enter(breakerKey, breaker, timeout_ms + PROBE_MARGIN_MS);
    return exchange(ready, pass, waited_ms, signal);
  }

  async function waitForBudget(call: Call, name: string, signal: AbortSignal | undefined): Promise<number> {
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    try {
      return await takeOrWait(doors, drawsOf(call), name, stop);
    } catch (error) {
      throw stop.aborted && !isCounterfoilError(error) ? stopped(name, error) : error;
    }
  }

  async function exchange(
    ready: Ready,
    pass: Pass,
    waited_ms: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { call, wireRequest } = ready;
    const at = clock.now();
    const row = {
      connectionId: call.connectionId,
      operation: call.request.operation,
      path: redactedPath(wireRequest.url),
      waited_ms,
      at,
    };
    const outcome = await attempt(ready, signal);
    const took_ms = Math.max(0, clock.now() - at);
    const { status, requestId, failure } = outcome;
    log.add(call.tenantId, { ...row, status, requestId, took_ms, errorCode: failure?.code ?? null });
    await beside(gate.report(pass, breakerEvent(outcome)));
    if (status === 429) await beside(penalise(call, outcome.headers));
    if (failure) throw failure;
    return { status: status!, headers: outcome.headers, text: outcome.text, requestId, took_ms, waited_ms };
  }

  async function attempt(ready: Ready, signal: AbortSignal | undefined): Promise<Outcome> {
    const { call, name, wireRequest, timeout_ms } = ready;
    const deadline = clock.deadline(timeout_ms);
    let seen: Pick<Outcome, 'status' | 'headers' | 'requestId'> = { status: null, headers: {}, requestId: null };
    try {
      const either = signal ? AbortSignal.any([deadline.signal, signal]) : deadline.signal;
      const answer = await wire.exchange(wireRequest, either);
      seen = { status: answer.status, headers: answer.headers, requestId: requestIdOf(call, answer.headers) };
      return { ...seen, text: await textOf(answer, maxAnswerBytes), failure: null, isStopped: false };
    } catch (error) {
      const isStopped = signal?.aborted === true && !deadline.signal.aborted;
      const provider = {
        ...(seen.status === null ? {} : { status: seen.status }),
        ...(seen.requestId === null ? {} : { requestId: seen.requestId }),
      };
      return { ...seen, text: '', failure: failureOf(error, { name, isStopped, provider }), isStopped };
    } finally {
      deadline.cancel();
    }
  }

  async function penalise(call: Call, headers: Readonly<Record<string, string>>): Promise<void> {
    const pause_ms = retryAfter_ms(headers, clock.now());
    if (pause_ms !== null && pause_ms > 0) await budgets.empty(penalisedBy(call), pause_ms);
  }

  /** The provider has answered: whatever fails now must not hide that. */
  async function beside(work: Promise<void>): Promise<void> {
    await work.catch(onTrouble);
  }

  return {
    async send(call, signal) {
      const ready = prepare(call);
      if (signal?.aborted || closing.signal.aborted) throw stopped(ready.name, signal?.reason);
      const work = run(ready, signal);
      running.add(work);
      return work.finally(() => running.delete(work));
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
      await log.close();
      await wire.close();
    },
  };
}

function wireOf({ fetch, resolve }: TransportDoors): Wire {
  return fetch ? fetchWire(fetch, resolve) : socketWire(resolve ?? systemResolve);
}

/** How one exchange ended. */
interface Outcome {
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string | null;
  readonly text: string;
  readonly failure: CounterfoilError | null;
  /** The caller gave up. */
  readonly isStopped: boolean;
}

/** A refused address is no news of the host; an answer that is only too large shows that it is well. */
function breakerEvent({ status, failure, isStopped }: Outcome): BreakerEvent {
  if (isStopped || failure?.code === 'transport.private_address') return 'gave_up';
  if (failure && failure.code !== 'transport.answer_too_large') return 'failed';
  return status !== null && status >= 500 ? 'failed' : 'succeeded';
}

function requestIdOf(call: Call, headers: Readonly<Record<string, string>>): string | null {
  return headers[call.requestIdHeader.toLowerCase()]?.slice(0, MAX_REQUEST_ID_LENGTH) ?? null;
}

function stopped(name: string, cause: unknown): CounterfoilError {
  return new CounterfoilError('provider.connection_lost', {
    detail: `${name}: given up by us before it was sent.`,
    outcome: 'not_applied',
    cause,
  });
}
