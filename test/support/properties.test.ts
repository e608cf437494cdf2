import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkProperty,
  DEFAULT_RUNS,
  PATH_VARIABLE,
  propertySettings,
  RUNS_VARIABLE,
  SEED_VARIABLE,
} from './properties.ts';
import { listProperties, propertiesIn } from './property-list.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The fewest that the project promises, in every area that money goes through. */
const FEWEST = 40;
const AREAS = [
  'money',
  'allocation',
  'json',
  'planner',
  'compare',
  'normalise',
  'budget',
  'backoff',
  'signature',
  'mapping',
];

describe('the properties of the project', () => {
  const all = listProperties(ROOT);

  test(`are at least ${FEWEST}, each with an area and a name of its own`, () => {
    expect(all.length).toBeGreaterThanOrEqual(FEWEST);
    expect(all.filter(({ area, law }) => !/^[a-z-]+$/.test(area) || law.length < 10)).toEqual([]);
    expect(new Set(all.map(({ area, law }) => `${area}: ${law}`)).size).toBe(all.length);
  });

  test('are about everything that money goes through', () => {
    const areas = new Set(all.map(({ area }) => area));
    expect(AREAS.filter((area) => !areas.has(area))).toEqual([]);
  });

  test('are counted without one left out', () => {
    for (const path of new Set(all.map((one) => one.path))) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      expect(text.match(/\bproperty\(/g), path).toHaveLength(all.filter((one) => one.path === path).length);
      expect(text.includes('fc.assert'), path).toBe(false);
    }
  });

  test('are known by the literal in front, in either kind of quotes', () => {
    const text = `property('money: it\\'s kept', [a], (b) => {});\n  property(\n    "json: it's read",\n    [a]`;
    expect(propertiesIn(text, 'x.ts').map(({ area, law }) => `${area} ${law}`)).toEqual([
      "money it's kept",
      "json it's read",
    ]);
  });
});

describe('a property', () => {
  test('is tried a thousand times unless it is told otherwise', () => {
    expect(propertySettings({})).toMatchObject({ runs: DEFAULT_RUNS, path: undefined });
    expect(propertySettings({ [RUNS_VARIABLE]: '50000', [SEED_VARIABLE]: '-7', [PATH_VARIABLE]: '3:1' })).toEqual({
      runs: 50_000,
      seed: -7,
      path: '3:1',
    });
  });

  test.each([{ [RUNS_VARIABLE]: 'many' }, { [RUNS_VARIABLE]: '0' }, { [SEED_VARIABLE]: '1.5' }])(
    'is not tried with %j',
    (env) => {
      expect(() => propertySettings(env)).toThrow(/whole number/);
    },
  );

  test('that does not hold fails with its smallest case and a line that replays it', async () => {
    const small = (value: number) => expect(value).toBeLessThan(100);
    const settings = { runs: 1_000, seed: 1, path: undefined };
    const failure = await checkProperty('made up: small', [fc.nat()], small, settings).catch(
      (error: Error) => error.message,
    );
    expect(failure).toContain('Counterexample: [[100]]');
    const [, seed, path] =
      /COUNTERFOIL_PROPERTY_SEED=(\S+) COUNTERFOIL_PROPERTY_PATH=(\S+) npx vitest/.exec(String(failure)) ?? [];
    const again = checkProperty('made up: small', [fc.nat()], small, { runs: 1, seed: Number(seed), path });
    await expect(again).rejects.toThrow('Counterexample: [[100]]');
  });
});
