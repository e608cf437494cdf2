import { RateWindow } from '../../core/rate-window.ts';
import type { XeroLimits } from '../options.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Which limit refused a call, as `X-Rate-Limit-Problem` names it. */
export type RateProblem = 'concurrent' | 'minute' | 'day' | 'appminute';

interface StoredThrottle {
  readonly app: readonly number[];
  readonly tenants: readonly (readonly [
    string,
    { readonly minute: readonly number[]; readonly day: readonly number[] },
  ])[];
}

interface TenantWindows {
  readonly minute: RateWindow;
  readonly day: RateWindow;
  underWay: number;
}

/** The request limits of one app over its organisations. A refused call counts nowhere. */
export class Throttle {
  readonly #limits: XeroLimits;
  readonly #app: RateWindow;
  readonly #tenants = new Map<string, TenantWindows>();

  constructor(limits: XeroLimits) {
    this.#limits = limits;
    this.#app = new RateWindow(limits.appPerMinute, MINUTE_MS);
  }

  /** Takes a place for the call, or says which limit has none. A taken place is given back with `leave`. */
  enter(now: number, tenantId: string): RateProblem | undefined {
    const tenant = this.#of(tenantId);
    if (tenant.underWay >= (this.#limits.concurrent ?? Number.POSITIVE_INFINITY)) return 'concurrent';
    if (!tenant.day.hasRoom(now)) return 'day';
    if (!tenant.minute.hasRoom(now)) return 'minute';
    if (!this.#app.hasRoom(now)) return 'appminute';
    for (const window of [tenant.day, tenant.minute, this.#app]) window.take(now);
    tenant.underWay += 1;
    return undefined;
  }

  leave(tenantId: string): void {
    this.#of(tenantId).underWay -= 1;
  }

  /** The counters that every answer shows; a limit that is off shows none. */
  headers(now: number, tenantId: string): Record<string, string> {
    const { minute, day } = this.#of(tenantId);
    const { perMinute, perDay, appPerMinute } = this.#limits;
    return {
      ...remaining('X-MinLimit-Remaining', perMinute, minute, now),
      ...remaining('X-DayLimit-Remaining', perDay, day, now),
      ...remaining('X-AppMinLimit-Remaining', appPerMinute, this.#app, now),
    };
  }

  /** Seconds until the limit has room; none for calls under way. */
  retryAfter(now: number, tenantId: string, problem: RateProblem): number | undefined {
    const { minute, day } = this.#of(tenantId);
    if (problem === 'concurrent') return undefined;
    const [window, length] = problem === 'day' ? [day, DAY_MS] : [problem === 'minute' ? minute : this.#app, MINUTE_MS];
    return Math.max(1, Math.ceil(((window.dump()[0] ?? now) + length - now) / 1000));
  }

  dump(): StoredThrottle {
    const tenants = [...this.#tenants].map(
      ([id, { minute, day }]) => [id, { minute: minute.dump(), day: day.dump() }] as const,
    );
    return { app: this.#app.dump(), tenants };
  }

  load(stored: StoredThrottle): void {
    this.#app.load(stored.app);
    this.#tenants.clear();
    for (const [id, { minute, day }] of stored.tenants) {
      const tenant = this.#of(id);
      tenant.minute.load(minute);
      tenant.day.load(day);
    }
  }

  #of(tenantId: string): TenantWindows {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const { perMinute, perDay } = this.#limits;
    const made = { minute: new RateWindow(perMinute, MINUTE_MS), day: new RateWindow(perDay, DAY_MS), underWay: 0 };
    this.#tenants.set(tenantId, made);
    return made;
  }
}

function remaining(name: string, limit: number | null, window: RateWindow, now: number): Record<string, string> {
  if (limit === null) return {};
  window.hasRoom(now);
  return { [name]: String(Math.max(0, limit - window.dump().length)) };
}
