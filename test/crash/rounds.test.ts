import { describe, expect, test } from 'vitest';
import { drawFrom } from './draw.ts';
import { drawRounds, type Round, roundText, VICTIMS } from './rounds.ts';

function rounds(seed: number, count: number): readonly Round[] {
  const drawn = drawRounds(drawFrom(seed));
  return Array.from({ length: count }, () => drawn.next().value);
}

describe('the rounds of a seed', () => {
  test('are the same every time, and others for another seed', () => {
    expect(rounds(1, 50)).toEqual(rounds(1, 50));
    expect(rounds(1, 50)).not.toEqual(rounds(2, 50));
  });

  test('do not change when there are more of them', () => {
    expect(rounds(1, 300).slice(0, 20)).toEqual(rounds(1, 20));
  });

  test('have every victim within each ten', () => {
    for (let seed = 0; seed < 20; seed += 1)
      expect(new Set(rounds(seed, 10).map(({ victim }) => victim))).toEqual(new Set(VICTIMS));
  });

  test('have every kind of moment, second kills and leases that run out by themselves', () => {
    const drawn = rounds(1, 300);
    const kinds = new Set(drawn.map(({ moment }) => moment.kind));
    expect([...kinds].sort()).toEqual(['acknowledged', 'first start', 'read', 'time', 'written']);
    expect(drawn.filter(({ again_ms }) => again_ms !== null).length).toBeGreaterThan(40);
    expect(drawn.filter(({ endsLeases }) => !endsLeases).length).toBeGreaterThan(20);
  });

  test('are told apart in words', () => {
    const said = rounds(1, 300).map(roundText);
    expect(new Set(said).size).toBeGreaterThan(250);
    expect(said.some((text) => /^both workers after write \d before its answer$/.test(text))).toBe(true);
  });
});
