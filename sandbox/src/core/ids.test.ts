import { describe, expect, test } from 'vitest';
import { BASE58, derivedText, HEX } from './ids.ts';

describe('derived texts', () => {
  test('depend on every part and nothing else', () => {
    expect(derivedText(BASE58, 22, 'seed', 'a', 1)).toBe(derivedText(BASE58, 22, 'seed', 'a', 1));
    expect(derivedText(BASE58, 22, 'seed', 'a', 1)).not.toBe(derivedText(BASE58, 22, 'seed', 'a', 2));
    expect(derivedText(BASE58, 22, 'ab', 'c')).not.toBe(derivedText(BASE58, 22, 'a', 'bc'));
    expect(derivedText(HEX, 100, 'x')).toMatch(/^[0-9a-f]{100}$/);
  });
});
