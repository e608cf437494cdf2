import { describe, expect, test } from 'vitest';
import { BACKOFF_CAP_MS, RETRY_FOR_MS } from '../../kernel/backoff.ts';
import { ERROR_CODES, type ErrorCode, type Outcome } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { NOW, posted, posting } from './fixtures/posting.ts';
import type { Posting } from './posting.ts';
import { stateAfter } from './states.ts';
import { accepted, FIRST_LOOK_MS, failed } from './verdict.ts';

const LAST = { fraction: () => 0.999_999 };

/** What is done when the call certainly changed nothing. */
type Reaction = 'again' | 'connection_waits' | 'conflict' | 'stopped' | 'held' | 'looked_up';

/** Every code that exists, so that a new one needs a decision here. */
const REACTIONS: Readonly<Record<ErrorCode, Reaction>> = {
  'provider.timeout': 'again',
  'provider.unreachable': 'again',
  'provider.connection_lost': 'again',
  'provider.unavailable': 'again',
  'provider.unreadable': 'again',
  'provider.unclassified': 'again',
  'provider.breaker_open': 'again',
  'provider.throttled': 'connection_waits',
  'provider.budget_spent': 'connection_waits',
  'provider.unauthorized': 'connection_waits',
  'provider.forbidden': 'connection_waits',
  'provider.not_found': 'stopped',
  'provider.invalid_request': 'stopped',
  'provider.conflict': 'conflict',
  'provider.in_progress': 'again',
  'provider.unsupported': 'stopped',
  'transport.host_not_allowed': 'stopped',
  'transport.private_address': 'stopped',
  'transport.answer_too_large': 'stopped',
  'ledger.closed_period': 'held',
  'ledger.duplicate_number': 'looked_up',
  'ledger.account_invalid': 'stopped',
  'ledger.company_unavailable': 'stopped',
  'ledger.refused': 'stopped',
  'ledger.linked': 'conflict',
  'ledger.total_differs': 'stopped',
  'ledger.several_matches': 'stopped',
  'ledger.currency': 'stopped',
  'posting.account_role_missing': 'stopped',
  'posting.currency_unsupported': 'stopped',
  'posting.amount_mismatch': 'stopped',
  'posting.tax_unknown': 'stopped',
  'posting.approval': 'stopped',
  'posting.customer_money': 'stopped',
  'posting.unmatched': 'stopped',
  'posting.members_missing': 'stopped',
  'posting.original_missing': 'stopped',
  'posting.rate_missing': 'stopped',
  'posting.unknown_category': 'stopped',
  'posting.not_built': 'stopped',
  'posting.changed_after_posting': 'conflict',
  'posting.gave_up': 'stopped',
  'webhook.unknown_endpoint': 'stopped',
  'webhook.bad_signature': 'stopped',
  'webhook.stale': 'stopped',
  'webhook.unparsable': 'stopped',
  'webhook.too_large': 'stopped',
  'record.unreadable': 'stopped',
  'store.unavailable': 'again',
  'store.busy': 'again',
  'store.schema_newer': 'stopped',
  'store.migration_failed': 'stopped',
  'engine.lease_lost': 'again',
  'data_directory.locked': 'conflict',
  'data_directory.unusable': 'stopped',
  'postgres.version_mismatch': 'stopped',
  'postgres.start_failed': 'stopped',
  'vault.key_missing': 'stopped',
  'vault.key_wrong': 'stopped',
  'vault.unreadable': 'stopped',
  'vault.tampered': 'stopped',
  'vault.misplaced': 'stopped',
  'vault.data_key_gone': 'stopped',
  'vault.shredded': 'connection_waits',
  'vault.key_unavailable': 'again',
  'vault.key_refused': 'again',
  'vault.rotation_open': 'conflict',
  'connection.not_active': 'connection_waits',
  'connection.not_found': 'stopped',
  'connection.unusable': 'stopped',
  'connection.other_account': 'stopped',
  'connection.state_refused': 'conflict',
  'oauth.not_configured': 'stopped',
  'oauth.address_not_allowed': 'stopped',
  'oauth.too_many': 'connection_waits',
  'oauth.state_unknown': 'stopped',
  'oauth.state_used': 'stopped',
  'oauth.state_expired': 'stopped',
  'oauth.other_session': 'stopped',
  'oauth.mixed_up': 'stopped',
  'oauth.denied': 'stopped',
  'oauth.callback_incomplete': 'stopped',
  'oauth.grant_rejected': 'connection_waits',
  'oauth.app_rejected': 'again',
  'oauth.consent_ends': 'connection_waits',
  'config.invalid': 'stopped',
  'request.invalid': 'stopped',
  'request.unauthorized': 'connection_waits',
  'request.not_found': 'stopped',
  'access.sign_in_refused': 'connection_waits',
  'access.second_factor_needed': 'connection_waits',
  'access.code_refused': 'connection_waits',
  'access.forbidden': 'connection_waits',
  'access.too_many_guesses': 'connection_waits',
  'access.password_weak': 'stopped',
  'access.last_owner': 'conflict',
  'access.already_claimed': 'conflict',
  'access.already_member': 'conflict',
  'access.passkey_refused': 'connection_waits',
  'access.passkey_needs_https': 'stopped',
  'access.passkey_known': 'conflict',
  'access.oidc_not_configured': 'stopped',
  'access.oidc_refused': 'connection_waits',
  'access.oidc_unknown': 'connection_waits',
  'access.oidc_unreachable': 'again',
  'access.second_factor_on': 'conflict',
  'request.cross_site': 'connection_waits',
  'request.rate_limited': 'connection_waits',
  'request.key_reused': 'stopped',
  'request.key_in_use': 'conflict',
  'internal.unexpected': 'stopped',
};

const SEEN = {
  again: { event: 'not_applied', held: false, attention: false, newKey: false, failed: true },
  connection_waits: { event: 'not_applied', held: false, attention: false, newKey: false, failed: false },
  conflict: { event: 'not_applied', held: false, attention: false, newKey: true, failed: true },
  stopped: { event: 'refused', held: false, attention: true, newKey: true, failed: false },
  held: { event: 'not_applied', held: true, attention: true, newKey: true, failed: false },
  looked_up: { event: 'outcome_unknown', held: false, attention: false, newKey: false, failed: true },
} as const;

function settle(code: ErrorCode, outcome: Outcome, over: Partial<Posting> = {}) {
  return failed(posting(over), new CounterfoilError(code, { outcome, detail: 'as told' }), NOW, LAST);
}

describe('a call that failed', () => {
  const codes = Object.entries(REACTIONS) as [ErrorCode, Reaction][];

  test.each(codes)('%s, certainly not applied: %s', (code, reaction) => {
    expect(settle(code, 'not_applied')).toMatchObject({
      ...SEEN[reaction],
      reason: { code, detail: 'as told' },
      document: null,
      remove: false,
    });
  });

  test.each(Object.keys(ERROR_CODES) as ErrorCode[])(
    '%s with an outcome nobody knows is looked up, never sent',
    (code) => {
      for (const outcome of ['unknown', 'applied'] as const) {
        const settlement = settle(code, outcome);
        expect(settlement).toMatchObject({ ...SEEN.looked_up, notBefore: NOW + FIRST_LOOK_MS });
        expect(stateAfter('sending', settlement.event)).toBe('uncertain');
      }
    },
  );

  test('what the ledger asked us to wait is waited, to the millisecond', () => {
    const error = new CounterfoilError('provider.throttled', { retryAfter_ms: 61_500 });
    expect(failed(posting(), error, NOW, LAST).notBefore).toBe(NOW + 61_500);
  });

  test('retries back off, and no further than the cap', () => {
    const wait = (failures: number) => settle('provider.unreachable', 'not_applied', { failures }).notBefore - NOW;
    expect([0, 1, 2].map(wait)).toEqual([1_000, 2_000, 4_000]);
    expect(wait(1_000)).toBe(BACKOFF_CAP_MS);
  });

  test('after 72 hours of failures it is held, not dead, and a person is told what the last answer was', () => {
    const before = { failures: 400, failingSince: NOW - RETRY_FOR_MS + 1 };
    expect(settle('provider.unreachable', 'not_applied', before)).toMatchObject(SEEN.again);
    const settlement = settle('provider.unreachable', 'not_applied', { ...before, failingSince: NOW - RETRY_FOR_MS });
    expect(settlement).toMatchObject({
      event: 'not_applied',
      held: true,
      attention: true,
      newKey: false,
      reason: { code: 'posting.gave_up', detail: 'It could not be posted for 72 hours. Last answer: as told' },
    });
    expect(stateAfter('sending', settlement.event)).toBe('planned');
  });

  test.each(['ledger.refused', 'ledger.closed_period', 'provider.conflict', 'provider.invalid_request'] as const)(
    '%s after an earlier unknown outcome is looked up, under the same key: what landed late may be in the way',
    (code) => {
      const settlement = settle(code, 'not_applied', { looks: 1 });
      expect(settlement).toMatchObject({ ...SEEN.looked_up, attention: true, reason: { code, detail: 'as told' } });
    },
  );

  test('the third conflict is held', () => {
    const third = settle('provider.conflict', 'not_applied', { failures: 2 });
    expect(third).toMatchObject({ event: 'not_applied', held: true, attention: true, newKey: true });
    expect(settle('provider.conflict', 'not_applied', { failures: 1 })).toMatchObject(SEEN.conflict);
  });
});

describe('a call that succeeded', () => {
  test('the total is compared: the same is done', () => {
    expect(accepted(posting(), posted(), NOW)).toMatchObject({
      event: 'accepted',
      document: posted(),
      remove: false,
      attention: false,
      reason: null,
      held: false,
    });
  });

  test.each([
    ['a cent more', { minor: 10_826n, currency: 'USD' }, '108.26 USD instead of 108.25 USD'],
    ['another currency', { minor: 10_825n, currency: 'CAD' }, '108.25 CAD instead of 108.25 USD'],
  ])('%s: the document is removed and both totals are told', (_, total, words) => {
    const settlement = accepted(posting(), posted({ total }), NOW);
    expect(settlement).toMatchObject({ event: 'accepted', remove: true, attention: true });
    expect(settlement.reason).toEqual({
      code: 'ledger.total_differs',
      detail: `The ledger made it ${words}; the document is being removed.`,
    });
  });
});
