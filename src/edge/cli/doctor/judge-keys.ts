import type { KeysStatus } from '../../../platform/vault/index.ts';
import { counted } from '../table.ts';
import { type Check, fail, ok, warn } from './check.ts';

const DAY_MS = 86_400_000;
/** NIST SP 800-57 part 1, revision 5, 5.3.6: a key that wraps keys is used for two years at the most; half of it. */
const KEY_DAYS = 365;
/** The same for keys that seal data. */
const DATA_KEY_DAYS = 730;
/** A rotation takes minutes: one that has not ended after this was forgotten. */
const ROTATION_DAYS = 1;

/** Age of the keys, and what a rotation has left undone. */
export function judgeKeys(status: KeysStatus, now: number): readonly Check[] {
  return [judgeKeyAge(status, now), judgeDataKeys(status, now), judgeRotation(status, now)];
}

function judgeKeyAge({ keys }: KeysStatus, now: number): Check {
  const inUse = keys.find(({ role }) => role === 'in_use');
  if (!inUse) return fail('key age', 'the key in use is not registered', 'Restore the table vault_keys from a backup.');
  const days = daysSince(inUse.registeredAt, now);
  const detail = `${inUse.keyId} is in use for ${counted(days, 'day')}`;
  return days <= KEY_DAYS ? ok('key age', detail) : warn('key age', detail, 'Run `counterfoil keys rotate`.');
}

function judgeDataKeys({ dataKeys }: KeysStatus, now: number): Check {
  const { live, notWrapped, oldestAt } = dataKeys;
  if (notWrapped > 0) {
    return fail(
      'data keys',
      `${notWrapped} of ${live} are not opened by the key in use`,
      'Give this process the key that opens them too, and run `counterfoil keys rotate`.',
    );
  }
  if (oldestAt === null) return ok('data keys', 'none is needed yet');
  const days = daysSince(oldestAt, now);
  const detail = `${counted(live, 'data key')}, the oldest in use for ${counted(days, 'day')}`;
  return days <= DATA_KEY_DAYS
    ? ok('data keys', detail)
    : warn('data keys', detail, 'Run `counterfoil keys rotate --dek`.');
}

function judgeRotation({ keys, rotations }: KeysStatus, now: number): Check {
  const open = rotations.find(({ finishedAt }) => finishedAt === null);
  if (open && daysSince(open.startedAt, now) >= ROTATION_DAYS) {
    const option = open.kind === 'data_keys' ? ' --dek' : '';
    return warn(
      'rotation',
      `one was begun and not finished: ${open.done} of ${open.total}`,
      `Run \`counterfoil keys rotate${option}\`; it goes on where it stopped.`,
    );
  }
  const valid = keys.filter(({ role }) => role !== 'retired').length;
  return valid <= 1
    ? ok('rotation', 'one key is valid')
    : warn(
        'rotation',
        `${valid} keys are valid`,
        'Once every process has the newest, run `counterfoil keys rotate --retire`.',
      );
}

function daysSince(instant: number, now: number): number {
  return Math.max(0, Math.floor((now - instant) / DAY_MS));
}
