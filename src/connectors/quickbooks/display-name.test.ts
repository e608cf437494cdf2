import { describe, expect, test } from 'vitest';
import { displayName, MAX_NAME } from './display-name.ts';

describe('display names', () => {
  test.each([
    ['Acme LLC', 'Acme LLC'],
    ['Acme: Sales', 'Acme Sales'],
    ['Acme\tLLC\r\nBerlin', 'Acme LLC Berlin'],
    ['  Acme   LLC ', 'Acme LLC'],
    ['Acme\u0000LLC', 'Acme LLC'],
    ['Ünïcode & Söhne', 'Ünïcode & Söhne'],
    [' :\t: ', 'No name'],
    ['', 'No name'],
  ])('%j becomes %j', (name, expected) => {
    expect(displayName(name)).toBe(expected);
  });

  test('long names are cut, not in the middle of a character and not after a space', () => {
    expect(displayName('x'.repeat(150))).toHaveLength(MAX_NAME);
    expect(displayName(`${'x'.repeat(99)}😀`)).toBe('x'.repeat(99));
    expect(displayName(`${'x'.repeat(99)} y`)).toBe('x'.repeat(99));
  });

  test('a name in its form keeps it, so that what is created is what is found', () => {
    for (const name of ['Acme: Sales', `${'ab '.repeat(60)}`, ' :: ', 'x\ny']) {
      expect(displayName(displayName(name))).toBe(displayName(name));
    }
  });
});
