import { expect, test } from 'vitest';
import { Moments } from './moments.ts';

test('the strike is made within the call that brings the moment, and once', async () => {
  const moments = new Moments();
  const strikes: number[] = [];
  let happened = 0;
  const over = moments.strikeAt({ kind: 'written', count: 3, delay_ms: 0 }, () => strikes.push(happened));
  for (happened = 1; happened <= 5; happened += 1) moments.happened('written');
  expect(strikes).toEqual([3]);
  expect(await over).toBe('came');
  expect(strikes).toEqual([3]);
});

test('other things that happen do not count', async () => {
  const moments = new Moments();
  let struck = false;
  const over = moments.strikeAt({ kind: 'acknowledged', count: 1 }, () => {
    struck = true;
  });
  moments.happened('read');
  moments.happened('written');
  expect(struck).toBe(false);
  moments.happened('acknowledged');
  expect(struck).toBe(true);
  await over;
});

test('a moment that does not come is struck at all the same', async () => {
  let struck = false;
  const how = await new Moments(1).strikeAt({ kind: 'read', count: 1 }, () => {
    struck = true;
  });
  expect([how, struck]).toEqual(['did not come', true]);
});
