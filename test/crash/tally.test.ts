import { expect, test } from 'vitest';
import { drawFrom } from './draw.ts';
import { isClean } from './report.ts';
import { drawRounds, type Round } from './rounds.ts';
import { Tally } from './tally.ts';

const rest = { seed: 1, acknowledged: 9, payments: 9, seconds: 1 };
const round = (over: Partial<Round>): Round => ({ ...drawRounds(drawFrom(1)).next().value, ...over });

test('a run without findings is clean, and counts its kills by victim', () => {
  const tally = new Tally();
  const moment = { kind: 'time', delay_ms: 1 } as const;
  tally.played(round({ victim: 'api', moment }), { ready_ms: 10, killedInRestart: false });
  tally.played(round({ victim: 'all', moment }), { ready_ms: 30, killedInRestart: true });
  const moments = { kind: 'first start', delays_ms: [1, 2] } as const;
  tally.played(round({ victim: 'api', moment: moments }), { ready_ms: 20, killedInRestart: false });
  expect(tally.report()).toMatchObject({
    rounds: 3,
    kills: { api: 1, worker: 0, both: 0, postgres: 0, all: 1 },
    killsInRestart: 1,
    killsInFirstStart: 2,
    readyMs: { p50: 20, p99: 30, max: 30 },
  });
  expect(isClean({ ...tally.report(), ...rest })).toBe(true);
  expect(tally.problems()).toEqual([]);
});

test('what is found again is counted once, and each finding ends the cleanness', () => {
  for (const find of [
    (tally: Tally) => tally.lost(['evt_1']),
    (tally: Tally) => tally.twice(['pst_1 is in the ledger twice']),
    (tally: Tally) => tally.violated(['I5 does not hold']),
  ]) {
    const tally = new Tally();
    find(tally);
    expect(tally.problems()).toHaveLength(1);
    expect(isClean({ ...tally.report(), ...rest })).toBe(false);
  }
  const tally = new Tally();
  tally.lost(['evt_1', 'evt_2']);
  tally.lost(['evt_2']);
  expect(tally.report().lost).toBe(2);
});
