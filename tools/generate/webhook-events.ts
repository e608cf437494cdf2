import { INVOICE_EVENTS } from '../../src/connectors/btcpay/webhook.ts';
import { KIND_OF, OPERATION_OF, REFERENCE_ENTITIES } from '../../src/connectors/quickbooks/webhook-entities.ts';
import { ENABLED_EVENTS } from '../../src/connectors/stripe/event-meaning.ts';

/** The notifications that each connector makes something of, by provider. */
export const WEBHOOK_EVENTS: Readonly<Record<string, readonly string[]>> = {
  stripe: ENABLED_EVENTS,
  btcpay: INVOICE_EVENTS,
  quickbooks: [...KIND_OF.keys(), ...REFERENCE_ENTITIES].flatMap((entity) =>
    [...new Set(OPERATION_OF.values())].map((verb) => `${entity}.${verb}`),
  ),
};
