import { CLI_ACTOR } from '../../../hub/audit/index.ts';
import { listConnections } from '../../../hub/connections/index.ts';
import { createWebhooks } from '../../../hub/operate/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import type { Call } from '../call.ts';
import { pickConnection } from '../pick-connection.ts';
import { type Answer, command } from '../spec.ts';

const argument = {
  name: 'connection',
  help: 'Id, provider, account or name',
  isRequired: true,
  isList: false,
  choices: [],
} as const;

export const webhooksCheckCommand = command({
  name: 'webhooks check',
  summary: 'Look whether our webhook is still at the provider',
  description:
    'One that is missing there is made again, one that was switched off or lost events is corrected. A running server looks every hour by itself.',
  examples: [['counterfoil webhooks check btcpay', 'after a change at the server']],
  argument,
  options: {},
  run: (call, _values, [word = '']) =>
    withSource(call, word, async ({ webhooks, tenantId, id, name }) => {
      const standing = await webhooks.check(tenantId, id, CLI_ACTOR);
      return { exit: 'ok', data: { id, standing }, text: `${name}: ${SAID[standing]}` };
    }),
});

const SAID = {
  good: 'the webhook is there and as it should be.',
  corrected: 'the webhook was switched off or lacked events; it is corrected.',
  made: 'there was no webhook; it is made.',
  by_hand: 'the webhook was entered by hand, so it is not looked after.',
  none: 'its webhooks cannot be looked at from here.',
} as const;

export const webhooksRotateCommand = command({
  name: 'webhooks rotate',
  summary: 'Replace the secret with which a provider signs its webhooks',
  description:
    'Sets a new secret at the provider. The old one is believed for another day, so that nothing on its way is lost. Cut short, run it again. Where the key may not change webhooks, it shows what to enter by hand, once.',
  examples: [['counterfoil webhooks rotate btcpay', 'on a schedule, or after a leak']],
  argument,
  options: {},
  run: (call, _values, [word = '']) =>
    withSource(call, word, async ({ webhooks, tenantId, id, name }) => {
      call.output.progress('Telling every process of the new secret first; this takes a few seconds');
      const { byHand, url, secret, oldEndsAt } = await webhooks.rotate(tenantId, id, CLI_ACTOR);
      const until = oldEndsAt === null ? null : isoInstant(oldEndsAt);
      const shown = secret?.reveal() ?? null;
      const lines = [
        shown === null ? `${name} signs its webhooks with a new secret.` : `Enter this at ${name}: ${byHand}`,
        ...(url === null ? [] : [`Address: ${url}`]),
        ...(shown === null ? [] : [`Secret: ${shown}`]),
        ...(until === null ? [] : [`The old secret is believed until ${until}.`]),
      ];
      return { exit: 'ok', data: { id, byHand, url, secret: shown, oldEndsAt: until }, text: lines.join('\n') };
    }),
});

interface Source {
  readonly webhooks: ReturnType<typeof createWebhooks>;
  readonly tenantId: Parameters<ReturnType<typeof createWebhooks>['check']>[0];
  readonly id: string;
  readonly name: string;
}

function withSource(call: Call, word: string, work: (source: Source) => Promise<Answer>): Promise<Answer> {
  return call.withHub(async (hub, { id: tenantId }) => {
    const connections = await hub.doors.database.tenant(tenantId, listConnections);
    const { id, displayName: name } = pickConnection(connections, word);
    return work({ webhooks: createWebhooks(hub.doors), tenantId, id, name });
  });
}
