import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('counters add up by name and labels, whatever the order of the labels', () => {
  const metrics = createMetrics();
  metrics.count('webhook_deliveries', { provider: 'stripe', result: 'stored' });
  metrics.count('webhook_deliveries', { result: 'stored', provider: 'stripe' }, 2);
  metrics.count('webhook_deliveries', { provider: 'btcpay', result: 'stored' });
  metrics.count('starts');
  expect(metrics.snapshot().counters).toEqual({
    starts: 1,
    'webhook_deliveries{provider="btcpay",result="stored"}': 1,
    'webhook_deliveries{provider="stripe",result="stored"}': 3,
  });
});

test('a gauge keeps its last value', () => {
  const metrics = createMetrics();
  metrics.gauge('queue_depth', 7);
  metrics.gauge('queue_depth', 2);
  expect(metrics.snapshot()).toEqual({ counters: {}, gauges: { queue_depth: 2 } });
});

test('label values cannot break out of their quotes', () => {
  const metrics = createMetrics();
  metrics.count('x', { a: '1",b="2' });
  metrics.count('x', { a: '1', b: '2' });
  expect(Object.keys(metrics.snapshot().counters)).toHaveLength(2);
});

test('a counter never goes down', () => {
  const metrics = createMetrics();
  metrics.count('x', {}, 3);
  metrics.count('x', {}, -1);
  expect(metrics.snapshot().counters).toEqual({ x: 3 });
});

test('a snapshot does not change afterwards', () => {
  const metrics = createMetrics();
  metrics.count('x');
  const before = metrics.snapshot();
  metrics.count('x');
  expect(before.counters).toEqual({ x: 1 });
});

test('a label with endless values does not fill the memory, and series that exist go on', () => {
  const metrics = createMetrics();
  metrics.count('known');
  for (let i = 0; i < 10_000; i += 1) metrics.count('x', { id: String(i) });
  metrics.count('known');
  const { counters } = metrics.snapshot();
  expect(Object.keys(counters).length).toBeLessThanOrEqual(5_001);
  expect(counters).toMatchObject({ known: 2, metrics_series_left_out: 5_001 });
});
