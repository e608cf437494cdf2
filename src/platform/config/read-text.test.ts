import { describe, expect, test } from 'vitest';
import { baseUrl, bindHost, hostList, loopbackUrl, networkList, oneOf, wholeNumber } from './read-text.ts';

describe('whole numbers', () => {
  const read = wholeNumber(0, 65_535);
  test.each([
    ['0', 0],
    ['4170', 4170],
    ['65535', 65_535],
  ])('%j is read', (text, value) => {
    expect(read(text)).toEqual({ ok: true, value });
  });
  test.each(['65536', '-1', '1.5', '1e3', '0x10', '04170', '4170a', 'tcp://10.0.0.1:4170', '99999999999'])(
    '%j is refused',
    (text) => {
      expect(read(text)).toEqual({ ok: false, problems: ['must be a whole number from 0 to 65535'] });
    },
  );
});

test('a choice takes its values only', () => {
  const read = oneOf('all', 'api');
  expect(read('api')).toEqual({ ok: true, value: 'api' });
  expect(read('API')).toEqual({ ok: false, problems: ['must be one of all, api'] });
});

describe('addresses to listen on', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'counterfoil.local'])('%j is read', (text) => {
    expect(bindHost(text)).toEqual({ ok: true, value: text });
  });
  test.each(['http://localhost', 'localhost:80', '[::1]', 'a b', '-a', '*'])('%j is refused', (text) => {
    expect(bindHost(text).ok).toBe(false);
  });
});

describe('lists of networks', () => {
  test.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['10.0.0.0/8, ::1,, fd00::/16,::1', ['10.0.0.0/8', '::1', 'fd00::/16']],
  ])('%j is read', (text, value) => {
    expect(networkList(text)).toEqual({ ok: true, value });
  });
  test.each(['proxy.local', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0', 'true'])(
    '%j is refused',
    (text) => {
      expect(networkList(text).ok).toBe(false);
    },
  );
});

describe('lists of hosts', () => {
  test('are written as URLs write them, each host once', () => {
    expect(hostList('BTCPay.local, 192.168.1.20,,[FD00:0::1], fd00::1 ,btcpay.local')).toEqual({
      ok: true,
      value: ['btcpay.local', '192.168.1.20', '[fd00::1]'],
    });
  });
  test.each([
    'http://btcpay.local',
    'btcpay.local:8080',
    'btcpay.local/path',
    '10.0.0.0/8',
    '10.1',
    '999',
    '*.local',
    'a@b',
  ])('%j is refused', (text) => {
    expect(hostList(text).ok).toBe(false);
  });
});

describe('base URLs', () => {
  test.each([
    ['http://127.0.0.1:4171', 'http://127.0.0.1:4171'],
    ['https://books.example.com/', 'https://books.example.com'],
    ['https://Books.example.com/hub//', 'https://books.example.com/hub'],
  ])('%j is read', (text, value) => {
    expect(baseUrl(text)).toEqual({ ok: true, value });
  });
  test.each([
    'books.example.com',
    'ftp://x',
    'https://u:p@x',
    'https://u@x',
    'https://x/?a=1',
    'https://x/#a',
    'https://x/?',
    '',
  ])('%j is refused', (text) => {
    expect(baseUrl(text).ok).toBe(false);
  });
  test.each(['http://127.0.0.1:9', 'http://localhost:9/stripe', 'https://[::1]:9'])('%j is on this machine', (text) => {
    expect(loopbackUrl(text)).toEqual({ ok: true, value: text });
  });
  test.each([
    'https://api.stripe.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://192.168.1.2',
    'http://0.0.0.0',
    'http://127.0.0.1@example.com',
  ])('%j is not', (text) => {
    expect(loopbackUrl(text).ok).toBe(false);
  });
});
