import { describe, expect, test } from 'vitest';
import { bracketFields, plainFields } from './text-fields.ts';

describe('fields in bracket notation', () => {
  test('nest objects and lists, with and without an index', () => {
    const text = 'created[gte]=1&expand[]=a&expand[]=b&lines[0][amount]=5&lines[1][amount]=6&note=a+b%26c';
    expect(JSON.parse(JSON.stringify(bracketFields(text)))).toEqual({
      created: { gte: '1' },
      expand: ['a', 'b'],
      lines: [{ amount: '5' }, { amount: '6' }],
      note: 'a b&c',
    });
  });

  test('keep an empty value, which unsets a field', () => {
    expect(bracketFields('metadata=')).toHaveProperty('metadata', '');
  });

  test('stay a list beyond twenty entries', () => {
    const text = Array.from({ length: 30 }, (_, index) => `types[${index}]=t${index}`).join('&');
    expect(bracketFields(text).types).toHaveLength(30);
  });

  test('are refused when nested absurdly deep', () => {
    expect(() => bracketFields(`a${'[b]'.repeat(30)}=1`)).toThrow(RangeError);
  });
});

describe('plain fields', () => {
  test('give a list where one is described, and also when a scalar is repeated', () => {
    const schemas = { orderId: { type: 'array', items: { type: 'string' } }, take: { type: 'number' } } as const;
    expect(plainFields('orderId=a&take=5', schemas)).toEqual({ orderId: ['a'], take: '5' });
    expect(plainFields('take=5&take=6', schemas)).toEqual({ take: ['5', '6'] });
  });

  test('do not know brackets', () => {
    expect(plainFields('orderId[]=a', {})).toEqual({ 'orderId[]': 'a' });
  });
});
