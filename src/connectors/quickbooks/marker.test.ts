import { describe, expect, test } from 'vitest';
import { MARKING } from './fixtures/items.ts';
import { MAX_NOTE, noteOf, postingIdIn, saysVoided } from './marker.ts';

const OURS = MARKING.postingId;
const OTHER = 'pst_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz';

describe('the marker', () => {
  test('is written before the memo and read back', () => {
    const note = noteOf(OURS, 'Stripe charge ch_1');
    expect(note).toBe(`counterfoil:1:${OURS}\nStripe charge ch_1`);
    expect(postingIdIn(note)).toBe(OURS);
  });

  test('stands alone when there is no memo', () => {
    expect(noteOf(OURS, '')).toBe(`counterfoil:1:${OURS}`);
  });

  test('survives a memo that is too long, which is cut without breaking a character', () => {
    const note = noteOf(OURS, `${'x'.repeat(MAX_NOTE - `counterfoil:1:${OURS}\n`.length - 1)}😀😀`);
    expect(note).toHaveLength(MAX_NOTE - 1);
    expect(note.endsWith('x')).toBe(true);
    expect(postingIdIn(note)).toBe(OURS);
  });

  test.each([
    ['text before it', `checked by Ann. counterfoil:1:${OURS}`],
    ['a void', `Voided - counterfoil:1:${OURS}`],
    ['text glued with punctuation', `(counterfoil:1:${OURS}).`],
    ['another marker quoted later', `counterfoil:1:${OURS}\nsee counterfoil:1:${OTHER}`],
  ])('is found despite %s', (_what, note) => {
    expect(postingIdIn(note)).toBe(OURS);
  });

  test.each([
    ['nothing', ''],
    ['a cut one', `counterfoil:1:${OURS.slice(0, -1)}`],
    ['a longer one', `counterfoil:1:${OURS}0`],
    ['another version', `counterfoil:2:${OURS}`],
    ['a word that ends like it', `xcounterfoil:1:${OURS}`],
    ['a changed character', `counterfoil:1:${OURS.slice(0, -1)}*`],
  ])('is not seen in %s', (_what, note) => {
    expect(postingIdIn(note)).toBeNull();
  });

  test('a note says voided only at its beginning', () => {
    expect(saysVoided('Voided')).toBe(true);
    expect(saysVoided(' VOIDED: by Ann')).toBe(true);
    expect(saysVoided('to be voided')).toBe(false);
    expect(saysVoided('Voidedness')).toBe(false);
  });
});
