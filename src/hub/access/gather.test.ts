import { expect, test } from 'vitest';
import { gather } from './gather.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function questions() {
  const asked: PromiseWithResolvers<number>[] = [];
  const ask = gather(() => {
    asked.push(Promise.withResolvers<number>());
    return asked.at(-1)!.promise;
  });
  return { asked, ask };
}

test('whoever asks at one moment gets one answer', async () => {
  const { asked, ask } = questions();
  const all = [ask(), ask(), ask()];
  await settled();
  await settled();
  asked[0]!.resolve(1);
  expect(await Promise.all(all)).toEqual([1, 1, 1]);
  expect(asked).toHaveLength(1);
});

test('whoever asks while a question is under way gets the answer of the next one', async () => {
  const { asked, ask } = questions();
  const first = ask();
  await settled();
  await settled();
  const later = [ask(), ask()];
  await settled();
  expect(asked).toHaveLength(1);
  asked[0]!.resolve(1);
  expect(await first).toBe(1);
  await settled();
  await settled();
  asked[1]!.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2]);
});

test('a question that failed does not keep the next one from being asked', async () => {
  const { asked, ask } = questions();
  const first = ask();
  await settled();
  await settled();
  const second = ask();
  asked[0]!.reject(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  await settled();
  await settled();
  asked[1]!.resolve(2);
  expect(await second).toBe(2);
});
