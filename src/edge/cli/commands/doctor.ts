import type { Check } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import type { Output } from '../output.ts';
import { command } from '../spec.ts';
import { counted } from '../table.ts';

export const doctorCommand = command({
  name: 'doctor',
  summary: 'Look for what is wrong, and say what to do',
  description:
    'Checks configuration, data directory, keys, ports, disk, database, isolation of tenants, clocks, and every connection by a live call. Ends with 1 when a check fails; warnings alone end with 0.',
  examples: [
    ['counterfoil doctor', 'everything'],
    ['counterfoil doctor --json | jq \'.checks[] | select(.status != "ok")\'', 'for a report'],
  ],
  options: {},
  run: async (call) => {
    const checks = await examine(call, call.config());
    const failed = checks.filter(({ status }) => status === 'fail').length;
    const warned = checks.filter(({ status }) => status === 'warn').length;
    const end =
      failed + warned === 0 ? 'Everything is as it should be.' : `${failed} failed, ${counted(warned, 'warning')}.`;
    return {
      exit: failed === 0 ? 'ok' : 'failed',
      data: { ok: failed === 0, failed, warnings: warned, checks },
      text: [...checks.flatMap((check) => checkLines(call.output, check)), '', end].join('\n'),
    };
  },
});

const TONES = { ok: 'good', warn: 'warn', fail: 'bad' } as const;

function checkLines(output: Output, { name, status, detail, remedy }: Check): string[] {
  const word = output.paint(TONES[status], status.padEnd(4));
  return [`${word}  ${name}: ${detail}`, ...(remedy === null ? [] : [`      ${remedy}`])];
}
