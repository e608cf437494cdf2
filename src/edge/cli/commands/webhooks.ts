import { CLI_ACTOR } from '../../../hub/audit/index.ts';
import { createWebhooks } from '../../../hub/operate/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { connectionArgument, withConnection } from '../named-connection.ts';
import { command } from '../spec.ts';

export const webhooksCheckCommand = command({
  name: 'webhooks check',
  summary: 'Look whether our webhook is still at the provider',
  description:
    'One that is missing there is made again, one that was switched off or lost events is corrected. A running server looks every hour by itself.',
  examples: [['counterfoil webhooks check btcpay', 'after a change at the server']],
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) =>
    withConnection(call, word, async ({ doors }, { tenantId, id, displayName: name }) => {
      const standing = await createWebhooks(doors).check(tenantId, id, CLI_ACTOR);
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
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) =>
    withConnection(call, word, async ({ doors }, { tenantId, id, displayName: name }) => {
      call.output.progress('Telling every process of the new secret first; this takes a few seconds');
      const { byHand, url, secret, oldEndsAt } = await createWebhooks(doors).rotate(tenantId, id, CLI_ACTOR);
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
