import { expect, test } from 'vitest';
import { gather } from './gather.ts';

function questions() {
  const asked: PromiseWithResolvers<number>[] = [];
  const ask = gather(() => {
    asked.push(Promise.withResolvers<number>());
    return asked.at(-1)!.promise;
  });
  return { asked, ask };
}

test('whoever asks while a question is under way gets the answer of the next one', async () => {
  const { asked, ask } = questions();
  const first = ask();
  const later = [ask(), ask(), ask()];
  expect(asked).toHaveLength(1);
  asked[0]!.resolve(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(asked).toHaveLength(2);
  asked[1]!.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
});

test('a question that failed does not keep the next one from being asked', async () => {
  const { asked, ask } = questions();
  const first = ask();
  const second = ask();
  asked[0]!.reject(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  await Promise.resolve();
  asked[1]!.resolve(2);
  expect(await second).toBe(2);
  const third = ask();
  asked[2]!.resolve(3);
  expect(await third).toBe(3);
});
