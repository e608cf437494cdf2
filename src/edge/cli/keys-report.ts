import { isoInstant } from '../../kernel/clock.ts';
import type { KeyRotationResult, KeysStatus, Rotation } from '../../platform/vault/index.ts';
import type { Answer } from './spec.ts';
import { counted, table } from './table.ts';

const ROLES: Readonly<Record<KeysStatus['keys'][number]['role'], string>> = {
  in_use: 'in use',
  held: 'valid, held here',
  next: 'next',
  elsewhere: 'valid, not held here',
  retired: 'retired',
};
const DAY_LENGTH = 10;
const BAR_WIDTH = 24;

function dayOf(instant: number): string {
  return isoInstant(instant).slice(0, DAY_LENGTH);
}

/** JSON values only, instants as ISO text. */
export function statusData({ keys, dataKeys, rotations }: KeysStatus): object {
  return {
    keys: keys.map(({ registeredAt, retiredAt, ...key }) => ({
      ...key,
      registeredAt: isoInstant(registeredAt),
      retiredAt: isoOrNull(retiredAt),
    })),
    dataKeys: { ...dataKeys, oldestAt: isoOrNull(dataKeys.oldestAt) },
    rotations: rotations.map(rotationData),
  };
}

export function statusText({ keys, dataKeys, rotations }: KeysStatus): string {
  const oldest = dataKeys.oldestAt === null ? '' : `, the oldest from ${dayOf(dataKeys.oldestAt)}`;
  const shredded = dataKeys.destroyed === 0 ? '' : ` · ${counted(dataKeys.destroyed, 'data key')} destroyed`;
  return [
    table(keys, [
      { title: 'key', cell: ({ keyId }) => keyId },
      { title: 'state', cell: ({ role }) => ROLES[role] },
      { title: 'data keys', cell: (key) => String(key.dataKeys) },
      { title: 'since', cell: ({ registeredAt }) => dayOf(registeredAt) },
      { title: 'retired', cell: ({ retiredAt }) => (retiredAt === null ? '' : dayOf(retiredAt)) },
    ]),
    '',
    `${counted(dataKeys.live, 'data key')}${oldest}${shredded}`,
    ...rotations.map(rotationLine),
    ...adviceOf({ keys, dataKeys, rotations }),
  ].join('\n');
}

/** What to do next, when something is left to do. */
function adviceOf({ keys, rotations }: KeysStatus): string[] {
  const valid = keys.filter(({ role }) => role !== 'retired');
  if (rotations.some(({ finishedAt }) => finishedAt === null))
    return ['Run `counterfoil keys rotate` again (with --dek for data keys) to go on with it.'];
  return valid.length > 1
    ? ['Several keys are valid. Once every process has the newest one: `counterfoil keys rotate --retire`.']
    : [];
}

const NAMES: Readonly<Record<Rotation['kind'], string>> = {
  key_encryption_key: 'Rotation of the key',
  data_keys: 'Rotation of the data keys',
};

function rotationLine({ kind, done, total, unreadable, startedAt, finishedAt }: Rotation): string {
  const left = unreadable === 0 ? '' : `, ${unreadable} could not be opened and stayed as they are`;
  const state = finishedAt === null ? `${done} of ${total} so far` : `finished, ${done} of ${total}`;
  return `${NAMES[kind]} of ${dayOf(startedAt)}: ${state}${left}`;
}

export function rotationData(rotation: Rotation): object {
  const { startedAt, finishedAt } = rotation;
  return { ...rotation, startedAt: isoInstant(startedAt), finishedAt: isoOrNull(finishedAt) };
}

/** One line for a terminal, with a bar. */
export function rotationProgress({ kind, done, total }: Rotation): string {
  const share = total === 0 ? 1 : done / total;
  const full = Math.round(share * BAR_WIDTH);
  const what = kind === 'data_keys' ? 'Sealing anew' : 'Wrapping data keys';
  return `${what} [${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${done} of ${total} (${Math.floor(share * 100)} %)`;
}

/** `retired`: the key that was left when the others were ended; null when none was. */
export function rotationAnswer({ rotation, keyId, isSameKey }: KeyRotationResult, retired: string | null): Answer {
  const { finishedAt, unreadable } = rotation;
  const data = { rotation: rotationData(rotation), keyId, retiredAllBut: retired };
  if (finishedAt === null) {
    const text = `${rotationLine(rotation)}. Everything stays readable; run it again and it goes on.`;
    return { exit: 'interrupted', data, text };
  }
  const next = keyId === null || isSameKey || retired !== null ? [] : nextSteps(keyId);
  const ended = retired === null ? [] : [retiredLine(retired)];
  const text = [rotationLine(rotation), ...ended, ...next].join('\n');
  return { exit: unreadable === 0 ? 'ok' : 'partly', data, text };
}

export function retiredLine(keyId: string): string {
  return `Only ${keyId} is valid now. Keep the old key as long as you keep backups made before: they need it.`;
}

function nextSteps(keyId: string): string[] {
  return [
    `${keyId} opens everything now, and the old key still does.`,
    'Give every process the new key (a key file in the shared data directory is found by itself), then run',
    '`counterfoil keys rotate --retire` to end the old one. Then make it the present key in the configuration.',
  ];
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : isoInstant(instant);
}
