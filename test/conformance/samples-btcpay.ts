import { asList, asObject, asText, type JsonObject, readObject, sourceOf } from './json-reader.ts';
import type { Sample } from './sample.ts';

const EXAMPLES = 'specs/btcpay/samples/examples.json';

/** BTCPay's signed delivery. The file has room for operations and webhooks; it throws should they ever be filled. */
export function btcpaySamples(shared: string): readonly Sample[] {
  const examples = readObject(shared, EXAMPLES);
  assertNothingElse(examples);
  const signed = asObject(examples.webhookSignature, EXAMPLES);
  return [
    {
      provider: 'btcpay',
      source: sourceOf(EXAMPLES, 'webhookSignature'),
      kind: 'webhook',
      name: 'btcpay-invoice-settled',
      body: asText(signed.body, EXAMPLES),
      headers: { 'content-type': 'application/json', 'btcpay-sig': asText(signed.header, EXAMPLES) },
      key: asText(signed.secret, EXAMPLES),
      valid: true,
    },
  ];
}

// A sample that is silently passed over would look like one that was tested.
function assertNothingElse(examples: JsonObject): void {
  const operations = asList(examples.operations, EXAMPLES).length;
  const webhooks = Object.keys(asObject(examples.webhooks, EXAMPLES)).length;
  if (operations + webhooks > 0) throw new Error(`${EXAMPLES} has ${operations} operations and ${webhooks} webhooks`);
}
