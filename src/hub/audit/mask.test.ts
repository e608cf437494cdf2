import { expect, test } from 'vitest';
import { maskDiff } from './mask.ts';

test('what a field name calls personal is masked, whatever it holds', () => {
  const diff = maskDiff({
    email: [null, 'jane.doe@example.com'],
    billingAddress: ['1 Main St', null],
    phone: [5551234, null],
  });
  expect(diff).toEqual({ email: [null, 'j***@***'], billingAddress: ['1***', null], phone: ['5***', null] });
});

test('what a field name calls a secret leaves nothing', () => {
  expect(maskDiff({ password: ['old one', 'new one'], clientSecret: [null, 'x'], accessToken: ['y', null] })).toEqual({
    password: ['[secret]', '[secret]'],
    clientSecret: [null, '[secret]'],
    accessToken: ['[secret]', null],
  });
});

test('addresses and telephone numbers are found inside of texts', () => {
  const [, after] = maskDiff({ note: [null, 'Call Jane (jane@example.com) at +1 (555) 010-7788.'] })['note']!;
  expect(after).toBe('Call Jane (j***@***) at +***.');
});

test('ids, amounts and days stay readable', () => {
  const values = ['pst_01k7v6m2e4', '1990.00', '2026-11-20', 'con_0123456789abcdefghjkmnpqrs'];
  for (const value of values) expect(maskDiff({ value: [null, value] })).toEqual({ value: [null, value] });
});

test('what lies deeper is masked by its own name', () => {
  expect(maskDiff({ settings: [null, { contact: { email: 'jane@example.com' }, limits: [1, true] }] })).toEqual({
    settings: [null, { contact: { email: 'j***@***' }, limits: [1, true] }],
  });
});
