import { estimateRetry, type RetryEstimate, retry } from '../../../hub/operate/index.ts';
import { ERROR_CODES } from '../../../kernel/error-codes.ts';
import { ok, problems } from '../../../kernel/result.ts';
import { type Answer, command, option } from '../spec.ts';
import { suggest } from '../suggest.ts';
import { counted } from '../table.ts';
import type { ReadValue } from '../values.ts';
import { answerWithWork } from '../work-answer.ts';
import { confirmOptions, NO_REASON } from '../work-options.ts';
import { stoppedLines } from '../work-report.ts';

const errorCode: ReadValue<string> = (text) => {
  const known = Object.keys(ERROR_CODES);
  if (known.includes(text)) return ok(text);
  const meant = suggest(text, known);
  return problems(
    `must be an error code, not ${JSON.stringify(text)}${meant === null ? '' : ` (did you mean ${meant}?)`}`,
  );
};

export const retryCommand = command({
  name: 'retry',
  summary: 'Take up again what is stopped',
  description:
    'Plans stopped entries and events anew, with the mapping and settings of now, and hands them to the ledger. Correct the cause first. Shows what is meant; only --yes does it.',
  examples: [
    ['counterfoil retry', 'what is stopped, and why'],
    ['counterfoil retry --code ledger.account_invalid --yes', 'one cause, after it was corrected'],
    ['counterfoil retry pst_3k7q… --yes', 'one entry'],
  ],
  argument: {
    name: 'id',
    help: 'Ids of entries (pst_…) or events (fct_…)',
    isRequired: false,
    isList: true,
    choices: [],
  },
  options: { code: option('--code <code>', 'Everything stopped for this cause', errorCode), ...confirmOptions },
  check: ({ code }, words) => (code !== undefined && words.length > 0 ? ['--code and ids exclude each other'] : []),
  run: (call, { code, yes, reason, wait, timeout }, words) =>
    call.withHub(async (hub, { id: tenantId }) => {
      const filter = { code: code ?? null, ids: words.length === 0 ? null : words };
      if (!yes) return estimateAnswer(await estimateRetry(hub.doors, { tenantId, filter }));
      const since = hub.doors.clock.now();
      const done = await retry(hub.doors, hub, { tenantId, filter, reason: reason ?? NO_REASON, signal: call.signal });
      const { entries, events } = done.estimate;
      const head = `Took up ${counted(entries, 'entry', 'entries')} and ${counted(events, 'event')}; ${done.stillStopped} stopped again at once.`;
      const data = { retried: true, entries, events, stillStopped: done.stillStopped };
      const work = { tenantId, connectionIds: null, since, wait, patience_ms: timeout * 1_000 };
      return answerWithWork(call, hub, { head, data, work });
    }),
});

function estimateAnswer({ entries, events, groups }: RetryEstimate): Answer {
  const data = { retried: false, entries, events, groups };
  if (entries + events === 0) return { exit: 'ok', data, text: 'Nothing is stopped.' };
  const head = `${counted(entries, 'entry', 'entries')} and ${counted(events, 'event')} would be taken up again.`;
  return {
    exit: 'ok',
    data,
    text: [head, ...stoppedLines(groups), '', 'Nothing was done. Add --yes to do it.'].join('\n'),
  };
}
