import { expect, test } from 'vitest';
import { expectAgreement, readReport } from '../support/demo-report.ts';
import { counterfoil, temporaryFolder } from '../support/programs.ts';

const FAULTS = 'timeoutAfterCommit=0.2,429=0.1,5xx=0.1,retryAfterSeconds=1,webhookDuplicate=0.2,webhookReorder=0.2';

test('with every third answer lost, refused or broken the books still agree, and no document is there twice', async () => {
  const folder = await temporaryFolder();
  const report = readReport(
    await counterfoil(folder.path, 'demo', '--json', '--charges', '200', '--btcpay-invoices', '40', '--faults', FAULTS)
      .finished,
  );
  expectAgreement(report);
  expect(report.ledger.documents).toBe(report.postings.posted);
  await folder.remove();
});
