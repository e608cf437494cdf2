import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import { derivedHash } from '../../kernel/ids.ts';
import { JsonNumber, parseJson, writeJson } from '../../kernel/json.ts';
import { MAX_MINOR, money } from '../../kernel/money.ts';
import type { JsonObject } from '../sdk/index.ts';
import { decimalText, moneyOf } from './decimal.ts';
import { displayName, MAX_NAME } from './display-name.ts';
import { documentBody } from './document-body.ts';
import { DOCUMENTS, MARKING } from './fixtures/items.ts';
import { MAX_NOTE, noteOf, postingIdIn } from './marker.ts';
import { retryAfter } from './retry-after.ts';
import { cut } from './text.ts';

const postingId = fc.string().map((text) => `pst_${derivedHash([text])}`);
const minor = fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR });

property(
  'quickbooks: every amount comes back from the wire as it was written',
  [minor, fc.constantFrom('USD', 'JPY', 'KWD')],
  (value, currency) => {
    const amount = money(value, currency);
    const sent = writeJson(documentBody({ document: { ...DOCUMENTS.transfer, currency, amount }, marking: MARKING }));
    expect(moneyOf(parseJson(sent) as JsonObject, 'Amount', currency)).toEqual(amount);
  },
);

property(
  'quickbooks: a number with an exponent is the same amount as without',
  [fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: -8, max: 3 })],
  (digits, power) => {
    const text = decimalText(new JsonNumber(`${digits}E${power}`));
    const scale = 10n ** BigInt(Math.abs(power));
    const [whole = '', fraction = ''] = (text ?? '').split('.');
    const read = BigInt(whole + fraction);
    const shift = 10n ** BigInt(fraction.length);
    expect(power < 0 ? read * scale : read).toBe(power < 0 ? digits * shift : digits * scale * shift);
  },
);

property(
  'quickbooks: the marker is found again in a note, whatever the memo and what people wrote around it',
  [postingId, oddText, oddText],
  (id, memo, before) => {
    const note = noteOf(id, memo);
    expect(note.length).toBeLessThanOrEqual(MAX_NOTE);
    expect(postingIdIn(note)).toBe(id);
    expect(postingIdIn(`${before}\n${note}`)).toBe(postingIdIn(`${before}\n`) ?? id);
  },
);

property(
  'quickbooks: a name in the form that is stored stays as it is, and the ledger can take it',
  [oddText],
  (text) => {
    const name = displayName(text);
    expect(displayName(name)).toBe(name);
    expect(name.length > 0 && name.length <= MAX_NAME && !/[:\t\n\r\0]/.test(name) && name.trim() === name).toBe(true);
  },
);

property(
  'quickbooks: cutting a text never makes half a character',
  [fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 })],
  (text, max) => {
    const short = cut(text, max);
    expect(short.isWellFormed()).toBe(true);
    expect(text.startsWith(short) && short.length <= max && short.length >= Math.min(text.length, max) - 1).toBe(true);
  },
);

property(
  'retry-after: QuickBooks can ask for nothing more than an hour, and for nothing less than nothing',
  [fc.oneof(oddText, fc.nat().map(String)), oddText],
  (asked, date) => {
    const wait = retryAfter({ 'retry-after': asked, date });
    if (wait !== null) expect(wait >= 0 && wait <= 3_600_000).toBe(true);
  },
);
