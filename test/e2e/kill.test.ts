import { describe, expect, test } from 'vitest';
import { expectAgreement, readReport } from '../support/demo-report.ts';
import { counterfoil, temporaryFolder, untilNothingRuns } from '../support/programs.ts';

const SMALL = ['--charges', '1000', '--btcpay-invoices', '60'] as const;
/** Moments of the demo at which it is killed, by what it has said. */
const MOMENTS = ['Business', 'Posting', 'Replaying'] as const;

describe('kill -9 of Counterfoil in the middle of the demo', () => {
  test.each(MOMENTS)('at "%s": the next run ends with the same books, nothing twice, nothing lost', async (moment) => {
    const folder = await temporaryFolder();
    const killed = counterfoil(folder.path, 'demo', ...SMALL);
    await killed.said(new RegExp(moment));
    killed.child.kill('SIGKILL');
    expect((await killed.finished).signal).toBe('SIGKILL');
    // The sandbox and PostgreSQL end by themselves when their parent is gone.
    await untilNothingRuns(folder.path);

    const report = readReport(await counterfoil(folder.path, 'demo', '--json', ...SMALL).finished);
    expectAgreement(report);
    expect(report.ledger.documents).toBe(report.postings.posted + report.postings.alreadyThere);
    const verified = await counterfoil(folder.path, '--data-dir', 'data-demo/counterfoil', 'verify', '--offline')
      .finished;
    expect(verified.code, verified.stdout).toBe(0);
    await folder.remove();
  });
});
