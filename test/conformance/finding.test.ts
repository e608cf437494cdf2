import { describe, expect, test } from 'vitest';
import { findingLines, jsonPath, wholeFinding } from './finding.ts';

describe('a finding', () => {
  test('says where it stands as a JSON path', () => {
    expect(jsonPath('')).toBe('$');
    expect(jsonPath('/Line/0/Amount')).toBe('$.Line[0].Amount');
    expect(jsonPath('/metadata/order~1id')).toBe('$.metadata["order/id"]');
  });

  test('is not repeated without end', () => {
    const lines = findingLines(Array.from({ length: 25 }, (_, n) => wholeFinding('body', 'missing', `reason ${n}`)));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('and 5 more');
  });
});
