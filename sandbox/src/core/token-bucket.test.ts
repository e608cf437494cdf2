import { describe, expect, test } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  test('refuses the request over the limit and fills again with time', () => {
    const bucket = createTokenBucket(2);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.take(400), bucket.take(500), bucket.take(501)]).toEqual([false, true, false]);
  });
});
