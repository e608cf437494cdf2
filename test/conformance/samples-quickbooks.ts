import { asObject, asText, type JsonObject, readObject, sourceOf } from './json-reader.ts';
import type { ObjectSample, Sample, WebhookSample } from './sample.ts';

const OAUTH = 'specs/quickbooks/samples/oauth.json';
const WEBHOOKS = 'specs/quickbooks/samples/webhooks.json';

/** Intuit's OAuth answers and both webhook formats. */
export function quickbooksSamples(shared: string): readonly Sample[] {
  const oauth = readObject(shared, OAUTH);
  const webhooks = readObject(shared, WEBHOOKS);
  return [
    ...Object.keys(oauth).map((name) => oauthAnswer(oauth, name)),
    delivery(webhooks, 'legacy', 'application/json'),
    delivery(webhooks, 'cloudEvents', 'application/cloudevents+json'),
  ];
}

function oauthAnswer(oauth: JsonObject, name: string): ObjectSample {
  const source = sourceOf(OAUTH, name);
  return { provider: 'quickbooks', source, kind: 'object', name: `oauth.${name}`, body: asObject(oauth[name], source) };
}

function delivery(webhooks: JsonObject, format: 'legacy' | 'cloudEvents', contentType: string): WebhookSample {
  const source = sourceOf(WEBHOOKS, format);
  const sample = asObject(webhooks[format], source);
  return {
    provider: 'quickbooks',
    source,
    kind: 'webhook',
    name: `quickbooks-${format}`,
    body: asText(sample.body, source),
    headers: { 'content-type': contentType, 'intuit-signature': asText(sample.header, source) },
    key: asText(webhooks.verifierToken, source),
    valid: true,
  };
}
