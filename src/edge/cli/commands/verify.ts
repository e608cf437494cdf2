import { type CheckResult, verify } from '../../../hub/verify/index.ts';
import { command, flag } from '../spec.ts';
import { counted } from '../table.ts';

/** Violations shown of each promise; `--json` has them all. */
const SHOWN = 20;

export const verifyCommand = command({
  name: 'verify',
  summary: 'Check the promises on the live data',
  description:
    'Checks invariants I3 to I7 on everything that is stored, and with the providers: that every object at the sources is stored and every document is in the ledger once. Changes nothing. Ends with 1 when a promise is broken.',
  examples: [
    ['counterfoil verify', 'everything, the providers included'],
    ['counterfoil verify --offline', 'the stored data alone'],
  ],
  options: { offline: flag('--offline', 'Ask no provider') },
  run: (call, { offline }) =>
    call.withHub(async ({ doors }) => {
      call.output.progress('Checking');
      const checks = await verify(doors, { live: !offline, signal: call.signal });
      const broken = checks.reduce((sum, { violations }) => sum + violations.length, 0);
      return {
        exit: broken === 0 ? 'ok' : 'failed',
        data: { ok: broken === 0, violations: broken, checks },
        text: [...checks.flatMap((check) => checkLines(check)), '', endLine(broken, offline)].join('\n'),
      };
    }),
});

function checkLines({ invariant, what, looked, violations }: CheckResult): string[] {
  const count = looked === null ? '' : ` (${looked} looked at)`;
  if (violations.length === 0) return [`ok    ${invariant}  ${what}${count}`];
  const shown = violations.slice(0, SHOWN).map(({ subject, detail }) => `        ${subject}: ${detail}`);
  const more = violations.length > SHOWN ? [`        and ${violations.length - SHOWN} more`] : [];
  return [`FAIL  ${invariant}  ${what}${count}`, ...shown, ...more];
}

function endLine(broken: number, offline: boolean): string {
  if (broken > 0) return `${counted(broken, 'violation')}. Please report it with this output.`;
  return offline ? 'Every promise holds on the stored data.' : 'Every promise holds, here and at the providers.';
}
