import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DemoReport } from '../../demo/report.ts';
import { expectAgreement, readReport } from '../support/demo-report.ts';
import { counterfoil, type Folder, leftRunning, temporaryFolder } from '../support/programs.ts';

/** Where the demo's own installation keeps its data. */
const DATA = 'data-demo/counterfoil';

describe('the demo, as a user runs it', () => {
  let folder: Folder;
  let first: DemoReport;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder.remove());

  test('books a month from both sources, and the books agree to the cent', async () => {
    const finished = await counterfoil(folder.path, 'demo', '--json').finished;
    first = readReport(finished);
    expect(finished.code).toBe(0);
    expectAgreement(first);
    expect(first.postings).toMatchObject({ alreadyThere: 0, stopped: 0 });
    expect(first.postings.posted).toBeGreaterThan(2_000);
    expect(first.ledger.documents).toBe(first.postings.posted);
    expect(first.replay.deliveries).toBeGreaterThan(4_000);
    expect(await leftRunning(folder.path)).toEqual([]);
  });

  test('run again it finds everything there and posts nothing', async () => {
    const again = readReport(await counterfoil(folder.path, 'demo', '--json').finished);
    expectAgreement(again);
    expect(again.postings).toMatchObject({ posted: 0, alreadyThere: first.postings.posted });
    expect(again.ledger.documents).toBe(first.ledger.documents);
    expect(again.reconciliations).toEqual(first.reconciliations);
  });

  test('the promises hold on its data', async () => {
    const verified = await counterfoil(folder.path, '--data-dir', DATA, '--json', 'verify', '--offline').finished;
    expect(verified.stdout + verified.stderr).toContain('I6');
    expect(verified.code, verified.stdout).toBe(0);
  });

  test('a wrong option is refused before anything is started', async () => {
    const refused = await counterfoil(folder.path, 'demo', '--charges', '0', '--fees', 'never').finished;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--charges');
    expect(refused.stderr).toContain('--fees');
  });
});

describe('the demo, stopped by its user', () => {
  test('Ctrl-C ends it with 130 and leaves nothing running', async () => {
    const folder = await temporaryFolder();
    const demo = counterfoil(folder.path, 'demo', '--charges', '1000');
    await demo.said(/Posting/);
    demo.child.kill('SIGINT');
    const { code } = await demo.finished;
    expect(code).toBe(130);
    expect(await leftRunning(folder.path)).toEqual([]);
    await folder.remove();
  });
});
