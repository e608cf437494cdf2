import { describe, expect, test } from 'vitest';
import { MODES, SHORT_PASS, TARGETS } from './modes.ts';
import { readOptions } from './options.ts';

describe('the short pass', () => {
  test('has every mode and every target', () => {
    const { plan, long, seed, json } = readOptions([]);
    expect(plan).toBe(SHORT_PASS);
    expect(new Set(Object.values(plan).flat())).toEqual(new Set(MODES));
    expect(Object.keys(plan)).toEqual([...TARGETS]);
    expect({ long, seed, json }).toEqual({ long: false, seed: 1, json: false });
  });
});

describe('what is asked for', () => {
  test('a mode is played at every target where it makes sense', () => {
    expect(readOptions(['--mode', 'swap']).plan).toEqual({ stripe: ['swap'], btcpay: ['swap'], quickbooks: ['swap'] });
  });

  test('a target suffers every mode', () => {
    expect(readOptions(['--target', 'stripe']).plan).toEqual({ stripe: [...MODES] });
    expect(readOptions(['--target', 'postgres']).plan.postgres).not.toContain('tls-cut');
  });

  test('the long pass is everything', () => {
    expect(Object.values(readOptions(['--long']).plan).flat()).toHaveLength(4 * MODES.length - 3);
  });

  test('all together', () => {
    const args = ['--target', 'btcpay', '--mode', 'drip', '--seed', '7', '--json', '--long'];
    expect(readOptions(args)).toEqual({ plan: { btcpay: ['drip'] }, long: true, seed: 7, json: true });
  });
});

describe('wrong input is answered with the option and what it knows', () => {
  test.each([
    [['--mode', 'foo'], /^--mode must be one of refuse, .*flap, not foo\.$/],
    [['--mode'], /^--mode must be one of refuse/],
    [['--target', 'xero'], /^--target must be one of stripe, btcpay, quickbooks, postgres, not xero\.$/],
    [['--seed', '-1'], /^--seed must be a whole number from 0 to 999999999, not -1\.$/],
    [['--seed', '1.5'], /^--seed must be a whole number/],
    [['--fast'], /^--fast is no option\. Known are --mode, --target, --long, --seed and --json\.$/],
    [['--target', 'postgres', '--mode', 'swap'], /^--mode swap does not go with --target postgres/],
  ])('%j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
