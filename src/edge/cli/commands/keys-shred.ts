import { estimateShred, shredTenant } from '../../../hub/operate/index.ts';
import { CliFailure } from '../failure.ts';
import { command, flag, option, required } from '../spec.ts';
import { counted } from '../table.ts';
import { anyText } from '../values.ts';
import { NO_REASON } from '../work-options.ts';

const BACKUPS =
  'Backups made before still hold the wrapped data key. To make them useless too, run `counterfoil keys rotate --retire` and destroy the old key.';

export const keysShredCommand = command({
  name: 'keys shred',
  summary: "Destroy a tenant's data key, so that its credentials can never be read again",
  description:
    'Destroys the data key that every stored credential and webhook secret of the tenant needs. There is no way back. Records, postings and what happened stay; its connections wait for their owner. Shows what would be lost; only --yes does it.',
  examples: [
    ['counterfoil keys shred --tenant Home', 'what would be lost'],
    ['counterfoil keys shred --tenant Home --yes --reason "company closed"', 'does it'],
  ],
  options: {
    tenant: required('--tenant <name>', 'Name or id of the tenant, so that none is destroyed by mistake', anyText),
    yes: flag('--yes', 'Do it; without this only the estimate is shown'),
    reason: option('--reason <text>', 'Why, for the record', anyText),
  },
  run: (call, { tenant: named, yes, reason }) =>
    call.withHub(async ({ doors }, { id: tenantId, name }) => {
      if (named !== name && named !== tenantId)
        throw new CliFailure('usage', `There is no tenant ${named} here.`, `It is called ${name} (${tenantId}).`);
      if (!yes) {
        const { dataKeys, values } = await estimateShred(doors, tenantId);
        const text = `${counted(values, 'stored secret')} of ${name} would be lost for ever, with ${counted(dataKeys, 'data key')}. Nothing was done. Add --yes to do it.\n${BACKUPS}`;
        return { exit: 'ok', data: { shredded: false, tenantId, dataKeys, values }, text };
      }
      const done = await shredTenant(doors, { tenantId, reason: reason ?? NO_REASON });
      const parked = `${counted(done.parked.length, 'connection')} now ${done.parked.length === 1 ? 'waits' : 'wait'} for a new credential; records and postings are untouched.`;
      const text =
        done.dataKeys === 0
          ? `${name} has no data key that is not destroyed already. Nothing was changed.`
          : `The data key of ${name} is destroyed: ${counted(done.values, 'stored secret')} cannot be read ever again. ${parked}\n${BACKUPS}`;
      return { exit: 'ok', data: { shredded: true, tenantId, ...done }, text };
    }),
});
