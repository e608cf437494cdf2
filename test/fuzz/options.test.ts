import { describe, expect, test } from 'vitest';
import { HELP, readCommandLine } from './options.ts';
import { DEFAULT_SEED, fuzzSettings } from './settings.ts';

describe('the command line of the fuzz', () => {
  test('has a value for everything that is left out', () => {
    const options = { cases: 1_000, seed: DEFAULT_SEED, operation: null, only: null, json: false };
    expect(readCommandLine([])).toEqual({ kind: 'run', options });
  });

  test('takes a replay line as a failure prints it', () => {
    const line = readCommandLine(['--seed', '7', '--operation=listPostings', '--case', '0', '--json']);
    expect(line).toMatchObject({ kind: 'run', options: { seed: 7, operation: 'listPostings', only: 0, json: true } });
  });

  test('refuses what it does not know, and names all of it', () => {
    const line = readCommandLine(['--cases', '0', '--seed=x', '--operation', 'x']);
    expect(line).toEqual({
      kind: 'refused',
      problems: [expect.stringContaining('--cases'), expect.stringContaining('not x')],
    });
    expect(readCommandLine(['--fast'])).toMatchObject({ problems: [expect.stringContaining('--fast is no option')] });
    expect(readCommandLine(['--seed', '1', '--help'])).toEqual({ kind: 'help' });
    expect(HELP).toContain('--operation');
  });

  test('reaches the cases by variables, of which a wrong one is refused', () => {
    const env = { COUNTERFOIL_FUZZ_CASES: '5', COUNTERFOIL_FUZZ_CASE: '0', COUNTERFOIL_FUZZ_SEED: '' };
    expect(fuzzSettings(env)).toEqual({ cases: 5, seed: DEFAULT_SEED, operation: null, only: 0, report: null });
    expect(() => fuzzSettings({ COUNTERFOIL_FUZZ_SEED: '-1' })).toThrow(/whole number/);
  });
});
