import { countStopped, type SyncReport } from '../../hub/operate/index.ts';
import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import type { ExitName } from './exit-codes.ts';
import { exitOf } from './failure.ts';
import type { FinishedWork } from './finish-work.ts';
import { counted } from './table.ts';

/** How a command ends that had work done. The worst thing that stands in the way of more decides. */
export function exitOfWork({ state, report }: FinishedWork): ExitName {
  if (report.needReconnect.length > 0) return 'reconnect';
  const inTheWay = [...report.broken, ...report.retrying].map(({ code }) => exitOfCode(code));
  if (inTheWay.includes('reconnect')) return 'reconnect';
  if (inTheWay.includes('unavailable')) return 'unavailable';
  const isPartly = state === 'unfinished' || report.broken.length > 0 || countStopped(report.stopped) > 0;
  return isPartly ? 'partly' : 'ok';
}

function exitOfCode(code: string): ExitName {
  return isKnown(code) ? exitOf({ code, kind: ERROR_CODES[code].kind }) : 'failed';
}

/** As `--json` prints it. */
export function workData({ state, report }: FinishedWork): object {
  const { read, changed, planned, posted, alreadyThere, stopped, retrying, broken, needReconnect } = report;
  return {
    state,
    read,
    changed,
    planned,
    posted,
    alreadyThere,
    stopped: countStopped(stopped),
    stoppedBy: stopped.map((group) => ({ ...group, remedy: remedyOf(group.code) })),
    retrying,
    broken,
    needReconnect: needReconnect.map(({ id, displayName, stateReason }) => ({ id, displayName, reason: stateReason })),
  };
}

/** For people: one line of figures, and what stands in the way. */
export function workText(work: FinishedWork): string {
  const { report, state } = work;
  const figures = [
    `Read ${report.read}`,
    `Planned ${report.planned}`,
    `Posted ${report.posted}`,
    `Already there ${report.alreadyThere}`,
    `Stopped ${countStopped(report.stopped)}`,
  ].join(' · ');
  const unfinished =
    state === 'unfinished' ? ['It is not finished yet; the rest goes on in the background or with the next run.'] : [];
  return [figures, ...unfinished, ...obstacles(report), ...stoppedLines(report.stopped)].join('\n');
}

function obstacles({ retrying, broken, needReconnect }: SyncReport): string[] {
  return [
    ...needReconnect.map(
      ({ displayName, provider, stateReason }) =>
        `${displayName} needs to be connected again: ${stateReason ?? ''} Run \`counterfoil connect ${provider}\`.`,
    ),
    ...broken.map(({ displayName, detail, code }) => `${displayName} was broken off: ${detail} (${code})`),
    ...retrying.map(
      ({ code, count }) => `${counted(count, 'entry', 'entries')} will be tried again by themselves (${code})`,
    ),
  ];
}

/** Cause, fix and the command for it, for each group of stopped items. */
export function stoppedLines(groups: SyncReport['stopped']): string[] {
  return groups.flatMap(({ code, what, count, detail }) => [
    '',
    `Stopped: ${what === 'entry' ? counted(count, 'entry', 'entries') : counted(count, 'event')} · ${code}`,
    ...(detail === '' ? [] : [`  ${detail}`]),
    ...(remedyOf(code) === null ? [] : [`  ${remedyOf(code)}`]),
    `  counterfoil retry --code ${code}`,
  ]);
}

/** What to do about a cause, or null for a code of a newer release. */
export function remedyOf(code: string): string | null {
  return isKnown(code) ? ERROR_CODES[code].remedy : null;
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
