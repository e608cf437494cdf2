import { faultAnswersOf, htmlPage } from './fault-answers.ts';
import { FAULT_KINDS, type FaultKind, type FaultPlan } from './fault-plan.ts';
import { NoAnswer, type SandboxDoors, type SandboxProvider } from './provider.ts';

export interface FaultDoors extends SandboxDoors {
  /** Resolves after that many milliseconds of the injected clock. */
  wait(ms: number): Promise<void>;
}

export interface NextFailure {
  readonly fault: FaultKind;
  /** How many matching requests fail; 1 when missing. */
  readonly count?: number;
  readonly method?: string;
  /** Tested against the path below the provider's root, without the query. */
  readonly path?: RegExp;
}

export interface FaultyProvider extends SandboxProvider {
  readonly inner: SandboxProvider;
  plan(): FaultPlan;
  setPlan(plan: FaultPlan): void;
  /** Makes chosen requests fail whatever the plan says. Earlier calls are used up first. */
  failNext(failure: NextFailure): void;
  /** How often each fault has happened. */
  injected(): Partial<Record<FaultKind | 'latency', number>>;
}

/** Latency without a bound in the plan stays below this many milliseconds. */
const DEFAULT_LATENCY_MS = 2_000;

type Expected = { left: number; failure: NextFailure };

function matches(failure: NextFailure, request: Request): boolean {
  if (failure.method !== undefined && failure.method.toUpperCase() !== request.method) return false;
  return failure.path === undefined || failure.path.test(new URL(request.url).pathname);
}

async function truncated(response: Response): Promise<Response> {
  const text = await response.text();
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(text.slice(0, Math.floor(text.length / 2)), { status: response.status, headers });
}

async function wronglyTyped(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.set('content-type', 'text/plain');
  return new Response(await response.text(), { status: response.status, headers });
}

/** Puts a provider behind a bad network and a tired server. Chance comes from `doors.random` alone. */
export function withFaults(inner: SandboxProvider, plan: FaultPlan, doors: FaultDoors): FaultyProvider {
  let current = plan;
  const expected: Expected[] = [];
  const counts: Partial<Record<FaultKind | 'latency', number>> = {};
  const count = (kind: FaultKind | 'latency') => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };

  function expectedFault(request: Request): FaultKind | null {
    const found = expected.find(({ left, failure }) => left > 0 && matches(failure, request));
    if (!found) return null;
    found.left -= 1;
    return found.failure.fault;
  }

  function drawnFault(): FaultKind | null {
    let draw = doors.random();
    for (const kind of FAULT_KINDS) {
      draw -= current[kind] ?? 0;
      if (draw < 0) return kind;
    }
    return null;
  }

  async function fail(kind: FaultKind, request: Request): Promise<Response> {
    const answers = faultAnswersOf(inner.name);
    const retryAfter = current.retryAfterSeconds ?? 0;
    switch (kind) {
      case '429':
        return answers.throttled(retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {});
      case '5xx':
        return answers.broken();
      case 'html':
        return doors.random() < 0.5 ? htmlPage(502, 'Bad Gateway') : htmlPage(503, 'Service Temporarily Unavailable');
      case 'timeoutBeforeCommit':
        throw new NoAnswer(false);
      case 'timeoutAfterCommit':
        await inner.fetch(request);
        throw new NoAnswer(true);
      case '5xxAfterCommit':
        await inner.fetch(request);
        return answers.broken();
      case 'truncated':
        return truncated(await inner.fetch(request));
      case 'wrongType':
        return wronglyTyped(await inner.fetch(request));
    }
  }

  return {
    inner,
    name: inner.name,
    snapshot: () => inner.snapshot(),
    restore: (state) => inner.restore(state),
    plan: () => current,
    setPlan(next) {
      current = next;
    },
    failNext: (failure) => void expected.push({ left: failure.count ?? 1, failure }),
    injected: () => ({ ...counts }),
    async fetch(request) {
      if (doors.random() < (current.latency ?? 0)) {
        count('latency');
        await doors.wait(Math.floor(doors.random() * (current.latencyMs ?? DEFAULT_LATENCY_MS)));
      }
      const kind = expectedFault(request) ?? drawnFault();
      if (kind === null) return inner.fetch(request);
      count(kind);
      return fail(kind, request);
    },
  };
}
