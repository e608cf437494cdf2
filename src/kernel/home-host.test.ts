import { expect, test } from 'vitest';
import { isHomeHost } from './home-host.ts';

test.each([
  'localhost',
  'umbrel.local',
  'btcpay',
  'x.onion',
  '10.0.0.4',
  '172.31.0.1',
  '192.168.1.9',
  '127.0.0.1',
  '[::1]',
])('%s is at home', (host) => expect(isHomeHost(host)).toBe(true));

test.each([
  'example.com',
  'local.example.com',
  '172.32.0.1',
  '11.0.0.1',
  '8.8.8.8',
  '[2001:db8::1]',
  'x.local.example',
])('%s is not', (host) => expect(isHomeHost(host)).toBe(false));
