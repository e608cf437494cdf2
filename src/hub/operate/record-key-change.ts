import type { RecordKeyChange } from '../../platform/vault/index.ts';
import { CLI_ACTOR, recordChange } from '../audit/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** Writes rotations into the audit of each tenant: keys are rotated by whoever runs commands. */
export function keyChangeRecorder({ makeId, clock }: Pick<HubDoors, 'makeId' | 'clock'>): RecordKeyChange {
  return (tx, change) => recordChange(tx, { ...change, actor: CLI_ACTOR }, makeId, clock.now());
}
