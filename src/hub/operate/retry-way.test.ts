import { expect, test } from 'vitest';
import { retryWay } from './retry-way.ts';

test.each([
  ['a refused entry is planned anew', 'dead', 'ledger.account_invalid', false, 'reopen'],
  [
    'a refused entry whose first send may have been taken is sent as it is',
    'dead',
    'ledger.account_invalid',
    true,
    'lift',
  ],
  ['a hold of the planner is lifted by the planner alone', 'planned', 'posting.tax_unknown', false, 'replan'],
  ['a hold of the planner stays the planner’s after an unknown outcome', 'planned', 'posting.approval', true, 'replan'],
  ['a day that was closed is planned anew', 'planned', 'ledger.closed_period', false, 'replan'],
  ['a day that was closed after a first send is sent as it is', 'planned', 'ledger.closed_period', true, 'lift'],
  ['an entry that was given up after a first send is sent as it is', 'planned', 'posting.gave_up', true, 'lift'],
  ['a removal that was held goes on', 'posted', 'ledger.linked', false, 'lift'],
  ['an entry held without a reason is planned anew', 'planned', null, false, 'replan'],
] as const)('%s', (_what, state, code, hadUnknownOutcome, way) => {
  expect(retryWay({ state, code, hadUnknownOutcome })).toBe(way);
});
