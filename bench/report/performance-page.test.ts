import { describe, expect, test } from 'vitest';
import { BENCH_NAMES } from '../options.ts';
import { atLeast, atMost, type BenchReport, figure } from '../results.ts';
import { performancePage } from './performance-page.ts';

const machine = {
  cpu: 'Some | processor',
  cores: 2,
  memory: 24,
  os: 'Linux 6',
  node: '24.1.0',
  postgres: '18.4',
  commit: 'abc1234',
  date: '2026-11-20T12:00:00.000Z',
};
const report = (bench: string, ...results: BenchReport['results']): BenchReport => ({ bench, machine, results });

describe('the page on performance', () => {
  const page = performancePage([
    report(
      'webhooks',
      figure('accepted and committed per second', 12_345, 'deliveries/s', {
        peer: { name: 'stored nowhere', value: 14_000 },
        goal: atLeast(0.85, 'ratio'),
      }),
      figure('answer p99 at 32 clients', 31.25, 'ms', { goal: atMost(25) }),
    ),
    report('idle', figure('resident memory', 210, 'MB', { goal: atMost(300) })),
  ]);

  test('shows each figure beside its peer, with its goal', () => {
    expect(page).toContain(
      '| accepted and committed per second | 12,345 deliveries/s | stored nowhere: 14,000 | 0.88 | ratio >= 0.85 | met |',
    );
    expect(page).toContain('| answer p99 at 32 clients | 31.25 ms |  |  | <= 25 ms | **missed** |');
  });

  test('names the goals that were missed before everything else', () => {
    expect(page).toContain('2 of 3 goals are met.\nMissed:\n\n- answer p99 at 32 clients: 31.25 ms, goal <= 25 ms');
    expect(page.indexOf('Missed:')).toBeLessThan(page.indexOf('## Accepting webhooks'));
  });

  test('names the machine and the commit', () => {
    expect(page).toContain('| processor | Some \\| processor, 2 cores |');
    expect(page).toContain('| commit | `abc1234` |');
    expect(page).toContain('| date | 2026-11-20 |');
  });

  test('says what each figure means', () => {
    expect(page).toContain('- *answer p99 at 32 clients*: Of a hundred answers');
    expect(page).toContain('- *resident memory*: Of all processes together');
  });

  test('has words for every benchmark', () => {
    for (const bench of BENCH_NAMES) expect(performancePage([report(bench)])).not.toContain(`## ${bench}`);
  });

  test('says that there was no run', () => {
    expect(performancePage([])).toContain('No run is on record.');
  });
});
