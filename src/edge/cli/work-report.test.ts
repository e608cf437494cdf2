import { describe, expect, test } from 'vitest';
import type { SyncReport } from '../../hub/operate/index.ts';
import { exitOfWork, workData, workText } from './work-report.ts';

const QUIET: SyncReport = {
  read: 3,
  changed: 1,
  planned: 1,
  posted: 1,
  alreadyThere: 2,
  stopped: [],
  retrying: [],
  broken: [],
  needReconnect: [],
};
const stopped = [{ code: 'ledger.closed_period', what: 'entry', count: 2, detail: 'The books are closed.' }] as const;
const broken = (code: string) =>
  [{ connectionId: 'con_1', displayName: 'Acme LLC', code, detail: 'It did not work.' }] as const;
const finished = (report: Partial<SyncReport>) => ({ state: 'finished' as const, report: { ...QUIET, ...report } });

describe('the end of a command that had work done', () => {
  test.each([
    ['nothing is in the way', {}, 'ok'],
    ['items are stopped', { stopped }, 'partly'],
    ['a provider is away', { stopped, broken: broken('provider.unreachable') }, 'unavailable'],
    ['a provider asks to wait', { retrying: [{ code: 'provider.throttled', count: 1 }] }, 'unavailable'],
    ['a credential is refused', { broken: broken('provider.forbidden') }, 'reconnect'],
    ['something else broke', { broken: broken('internal.unexpected') }, 'partly'],
    ['a newer release left a code behind', { broken: broken('novelty.happened') }, 'partly'],
  ] as const)('when %s', (_what, report, exit) => {
    expect(exitOfWork(finished(report))).toBe(exit);
  });

  test('when time ran out', () => {
    expect(exitOfWork({ state: 'unfinished', report: QUIET })).toBe('partly');
    expect(workText({ state: 'unfinished', report: QUIET })).toContain('not finished yet');
  });
});

describe('the report', () => {
  test('has one line of figures and, for each cause, what to do', () => {
    expect(workText(finished({ stopped }))).toBe(
      [
        'Read 3 · Planned 1 · Posted 1 · Already there 2 · Stopped 2',
        '',
        'Stopped: 2 entries · ledger.closed_period',
        '  The books are closed.',
        '  Re-open the period in the ledger, or choose "first open day" for this connection; then retry.',
        '  counterfoil retry --code ledger.closed_period',
      ].join('\n'),
    );
  });

  test('has the remedy of each cause in JSON, null for one that is not known', () => {
    expect(workData(finished({ stopped: [...stopped, { ...stopped[0], code: 'novelty.happened' }] }))).toMatchObject({
      stopped: 4,
      stoppedBy: [{ remedy: expect.stringContaining('Re-open') }, { remedy: null }],
    });
  });
});
