import { expect } from 'vitest';
import type { DemoReport } from '../../demo/report.ts';
import type { Finished } from './programs.ts';

/** The demo's only output on standard output is one JSON object. */
export function readReport({ stdout, stderr, code }: Finished): DemoReport {
  expect(stdout.trim().split('\n'), stderr.slice(-3_000)).toHaveLength(1);
  expect([0, 8], stderr.slice(-3_000)).toContain(code);
  return JSON.parse(stdout) as DemoReport;
}

/** Every payout and day to the cent, nothing uncertain, and the ledger itself in balance. */
export function expectAgreement(report: DemoReport): void {
  expect(report.reconciliations.filter((row) => row.difference !== '0.00')).toEqual([]);
  expect(report.reconciliations.filter((row) => row.payout !== null).length).toBeGreaterThan(10);
  expect(report.ledger.trialBalanceDifference).toBe('0.00');
  expect(report.postings.uncertain).toBe(0);
  expect(report.replay.posted).toBe(0);
  expect(report.replay.alreadyThere).toBe(report.replay.deliveries);
}
