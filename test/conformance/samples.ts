import { JUDGED_PROVIDERS, type JudgedProvider } from './providers.ts';
import type { Sample } from './sample.ts';
import { btcpaySamples } from './samples-btcpay.ts';
import { quickbooksSamples } from './samples-quickbooks.ts';
import { stripeSamples } from './samples-stripe.ts';
import { vectorSamples } from './samples-vectors.ts';
import { requiredSharedFolder } from './shared-folder.ts';

export type { EventSample, ObjectSample, RequestSample, Sample, WebhookSample } from './sample.ts';

const READERS: Readonly<Record<JudgedProvider, (shared: string) => readonly Sample[]>> = {
  stripe: stripeSamples,
  btcpay: btcpaySamples,
  quickbooks: quickbooksSamples,
};

/** Every public sample of one provider: its `samples` folder, then its signature vectors. */
export function providerSamples(provider: JudgedProvider, shared: string = requiredSharedFolder()): readonly Sample[] {
  return [...READERS[provider](shared), ...vectorSamples(provider, shared)];
}

/** Every public sample of all judged providers. */
export function allSamples(shared: string = requiredSharedFolder()): readonly Sample[] {
  return JUDGED_PROVIDERS.flatMap((provider) => providerSamples(provider, shared));
}
