import type { Call } from '../call.ts';
import type { OpenHub } from '../doors.ts';
import { retiredLine, rotationAnswer, rotationProgress } from '../keys-report.ts';
import { type Answer, command, flag } from '../spec.ts';

export const keysRotateCommand = command({
  name: 'keys rotate',
  summary: 'Take a new key into use, or new data keys, while everything runs',
  description:
    'With --kek (or neither) a new key-encryption key opens every data key besides the old one, which stays valid until --retire. The new key is the one of COUNTERFOIL_NEXT_KEY_PROVIDER and its settings; a key file in the data directory gets a new one beside it; AWS KMS and transit engines without a next key wrap anew with the newest version of their key. With --dek every tenant gets a new data key and everything is sealed anew. May be interrupted: the next run goes on, and what is stored is readable all the time.',
  examples: [
    ['counterfoil keys rotate', 'a new key opens everything too'],
    ['counterfoil keys rotate --retire', 'the same or the rest of it, and the old key is ended'],
    ['counterfoil keys rotate --dek', 'new data keys for all tenants'],
  ],
  options: {
    kek: flag('--kek', 'The key-encryption key'),
    dek: flag('--dek', 'The data keys'),
    retire: flag('--retire', 'End the old key-encryption keys; every process must have the new one'),
  },
  check: ({ kek, dek, retire }) => [
    ...(kek && dek ? ['--kek and --dek are two rotations: give one of them'] : []),
    ...(dek && retire ? ['--retire ends key-encryption keys; old data keys end by themselves'] : []),
  ],
  run: (call, { dek, retire }) =>
    call.withHub(async (hub) => {
      const kind = dek ? 'data_keys' : 'key_encryption_key';
      if (retire && (await isRotated(hub))) return retireAnswer(await hub.keys.retireOld());
      return rotate(call, hub, kind, retire);
    }),
});

/** A rotation was made before, so that a new one would make yet another key. */
async function isRotated({ keys }: OpenHub): Promise<boolean> {
  const status = await keys.status();
  const valid = status.keys.filter(({ role }) => role !== 'retired');
  const isRunning = status.rotations.some(
    ({ kind, finishedAt }) => kind === 'key_encryption_key' && finishedAt === null,
  );
  const newest = valid.at(-1);
  return valid.length > 1 && !isRunning && newest?.dataKeys === status.dataKeys.live;
}

async function rotate(
  call: Call,
  { keys }: OpenHub,
  kind: 'key_encryption_key' | 'data_keys',
  retire: boolean,
): Promise<Answer> {
  const onProgress = (rotation: Parameters<typeof rotationProgress>[0]) =>
    call.output.progress(rotationProgress(rotation));
  const result = await keys.rotate({ kind, signal: call.signal, onProgress });
  const isWhole = result.rotation.finishedAt !== null && result.rotation.unreadable === 0;
  const left = retire && isWhole && !result.isSameKey ? await keys.retireOld() : null;
  return rotationAnswer(result, left);
}

function retireAnswer(keyId: string): Answer {
  return { exit: 'ok', data: { rotation: null, keyId, retiredAllBut: keyId }, text: retiredLine(keyId) };
}
