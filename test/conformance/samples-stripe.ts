import { asList, asNumber, asObject, asText, type JsonObject, readObject, sourceOf } from './json-reader.ts';
import type { EventSample, ObjectSample, RequestSample, Sample, WebhookSample } from './sample.ts';
import { eventEnvelope, eventResource } from './stripe-events.ts';

const FIXTURES = 'specs/stripe/samples/fixtures3.json';
const TRIGGERS = 'specs/stripe/samples/cli-triggers.json';
const SIGNATURE = 'specs/stripe/samples/webhook-signature.json';

/** Stripe's recorded resources, the request sequences of its triggers, one event per trigger, and a signed delivery. */
export function stripeSamples(shared: string): readonly Sample[] {
  const fixtures = readObject(shared, FIXTURES);
  const triggers = readObject(shared, TRIGGERS);
  return [
    ...Object.keys(fixtures).map((name) => resource(fixtures, name)),
    ...Object.entries(triggers).flatMap(([type, trigger]) => sequence(type, asObject(trigger, type))),
    ...Object.entries(triggers).flatMap(([type, trigger]) => events(type, asObject(trigger, type), fixtures)),
    delivery(readObject(shared, SIGNATURE)),
  ];
}

/** The file's top level holds one recorded resource under each resource name. */
function resource(fixtures: JsonObject, name: string): ObjectSample {
  const source = sourceOf(FIXTURES, name);
  return { provider: 'stripe', source, kind: 'object', name, body: asObject(fixtures[name], source) };
}

function sequence(type: string, trigger: JsonObject): RequestSample[] {
  return asList(trigger.fixtures, type).map((value, step) => {
    const source = sourceOf(TRIGGERS, type, 'fixtures', step);
    const request = asObject(value, source);
    const error = request.expected_error_type;
    return {
      provider: 'stripe',
      source,
      kind: 'request',
      sequence: type,
      step,
      name: asText(request.name, source),
      method: asText(request.method, source).toUpperCase(),
      path: asText(request.path, source),
      body: asObject(request.params ?? {}, source),
      ...(error === undefined ? {} : { expectedError: asText(error, source) }),
    };
  });
}

/** A trigger's own event and those that come along with it under another name. */
function events(type: string, trigger: JsonObject, fixtures: JsonObject): EventSample[] {
  const aliases = asObject(trigger._meta, type).aliases ?? [];
  const types = [type, ...asList(aliases, type).map((alias) => asText(alias, type))];
  return types.map((eventType) => {
    const { kind, resource: carried } = eventResource(eventType, fixtures);
    return {
      provider: 'stripe',
      source: sourceOf(TRIGGERS, type),
      kind: 'event',
      type: eventType,
      resource: kind,
      body: eventEnvelope(eventType, carried, asObject(fixtures.event, FIXTURES)),
    };
  });
}

function delivery(sample: JsonObject): WebhookSample {
  return {
    provider: 'stripe',
    source: sourceOf(SIGNATURE),
    kind: 'webhook',
    name: 'stripe-sdk-signature',
    body: asText(sample.payload, SIGNATURE),
    headers: { 'content-type': 'application/json', 'stripe-signature': asText(sample.header, SIGNATURE) },
    key: asText(sample.secret, SIGNATURE),
    now: asNumber(sample.timestamp, SIGNATURE),
    valid: true,
  };
}
