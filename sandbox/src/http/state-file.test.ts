import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StateFile } from './state-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A list of words as kept state. */
function words() {
  let held: string[] = [];
  const kept = {
    snapshot: () => held,
    restore(state: unknown) {
      held = [...(state as string[])];
    },
    apply: (record: unknown) => void held.push(String(record)),
  };
  return { kept, held: () => held, add: (word: string) => void held.push(word) };
}

async function opened() {
  const state = words();
  const file = new StateFile(directory, 'words', state.kept);
  await file.load();
  const add = (word: string) => {
    state.add(word);
    file.append(word);
  };
  return { ...state, file, add };
}

describe('a state file', () => {
  test('brings back the snapshot and the changes after it', async () => {
    const first = await opened();
    first.add('a');
    first.file.save();
    first.add('b');
    first.add('c');
    expect((await opened()).held()).toEqual(['a', 'b', 'c']);
  });

  test('passes over changes that the snapshot already has', async () => {
    const first = await opened();
    first.add('a');
    const journal = readFileSync(join(directory, 'words.journal'));
    first.file.save();
    writeFileSync(join(directory, 'words.journal'), journal);
    expect((await opened()).held()).toEqual(['a']);
  });

  test('ignores a last line that was cut off', async () => {
    const first = await opened();
    first.add('a');
    appendFileSync(join(directory, 'words.journal'), '{"seq":2,"rec');
    const second = await opened();
    expect(second.held()).toEqual(['a']);
    second.add('b');
    expect((await opened()).held()).toEqual(['a', 'b']);
  });

  test('keeps the present state at once when there is none yet', async () => {
    const first = words();
    first.add('seeded');
    await new StateFile(directory, 'words', first.kept).load();
    expect((await opened()).held()).toEqual(['seeded']);
  });

  test('says when its journal has grown long', async () => {
    const { file, add } = await opened();
    for (let index = 0; index < 1_000; index += 1) add('x');
    expect(file.isLong).toBe(true);
    file.save();
    expect(file.isLong).toBe(false);
  });
});
