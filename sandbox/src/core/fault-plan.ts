/** Ways in which one request can go wrong. */
export const FAULT_KINDS = [
  '429',
  '5xx',
  '5xxAfterCommit',
  'html',
  'truncated',
  'wrongType',
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const SHARES = [
  ...FAULT_KINDS,
  'latency',
  'webhookDuplicate',
  'webhookReorder',
  'webhookDelay',
  'webhookLose',
] as const;
const SIZES = ['latencyMs', 'webhookDelayMs', 'retryAfterSeconds', 'hang'] as const;

type Share = (typeof SHARES)[number];
type Size = (typeof SIZES)[number];

/**
 * How often what goes wrong. Shares are probabilities from 0 to 1 for each request or webhook; a missing one is 0.
 * `latencyMs` and `webhookDelayMs` are upper bounds, `retryAfterSeconds` is sent with a 429 when above 0, `hang` 1
 * leaves a timed-out connection open until the client gives up instead of cutting it.
 */
export type FaultPlan = { readonly [key in Share | Size]?: number };

/** Longest delay a plan may ask for: seven days in milliseconds, as late as a webhook is known to come. */
const MAX_SIZE = 7 * 24 * 3600 * 1000;

function problemWith(key: string, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${key} must be a number`;
  if ((SHARES as readonly string[]).includes(key)) {
    return value >= 0 && value <= 1 ? null : `${key} must be between 0 and 1`;
  }
  if ((SIZES as readonly string[]).includes(key)) {
    return value >= 0 && value <= MAX_SIZE ? null : `${key} must be between 0 and ${MAX_SIZE}`;
  }
  return `${key} is not a fault; known: ${[...SHARES, ...SIZES].join(', ')}`;
}

export type FaultPlanResult = { readonly plan: FaultPlan } | { readonly problems: readonly string[] };

/** Checks a plan that came from outside; all problems are named at once. */
export function readFaultPlan(value: unknown): FaultPlanResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problems: ['a plan is an object'] };
  const entries = Object.entries(value);
  const problems = entries.flatMap(([key, share]) => problemWith(key, share) ?? []);
  const exclusive = FAULT_KINDS.reduce((sum, kind) => sum + Number((value as FaultPlan)[kind] ?? 0), 0);
  if (exclusive > 1 + 1e-9) problems.push(`the shares of ${FAULT_KINDS.join(', ')} add up to more than 1`);
  return problems.length > 0 ? { problems } : { plan: Object.fromEntries(entries) as FaultPlan };
}

/** Reads the command line form, `timeoutAfterCommit=0.2,429=0.1`. */
export function parseFaultPlan(text: string): FaultPlanResult {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => part.split('='));
  const wrong = pairs.filter((pair) => pair.length !== 2 || pair[1]?.trim() === '').map((pair) => pair.join('='));
  if (wrong.length > 0) return { problems: wrong.map((part) => `${part} is not of the form fault=share`) };
  return readFaultPlan(Object.fromEntries(pairs.map(([key = '', share]) => [key.trim(), Number(share)])));
}
