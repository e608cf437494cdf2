import { describe, expect, test } from 'vitest';
import { parseForm } from './form.ts';

describe('forms', () => {
  test('nest by brackets', () => {
    const text = 'created[gte]=5&created[lt]=9&expand[]=a&expand[]=b.c&items[0][price]=p&items[1][price]=q&plain=x%20y';
    expect(parseForm(text)).toEqual({
      created: { gte: '5', lt: '9' },
      expand: ['a', 'b.c'],
      items: [{ price: 'p' }, { price: 'q' }],
      plain: 'x y',
    });
  });

  test.each(['a[=1', 'a[b=1', 'a[b]c=1', 'a=1&a[b]=2', 'a[]=1&a[x]=2'])('refuse %j', (text) => {
    expect(parseForm(text)).toBeNull();
  });

  test('never reach a prototype', () => {
    parseForm('__proto__[polluted]=1');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
