import { expect, test } from 'vitest';
import { btcpaySignature, intuitSignature, stripeSignature, xeroSignature } from './signatures.ts';

/** The expected values were made with `openssl dgst -sha256 -hmac`. */
const BODY = '{"a":"é"}';

test('Stripe signs time and body as UTF-8', () => {
  expect(stripeSignature('whsec_sandbox', BODY, 1763630000)).toBe(
    't=1763630000,v1=264aa23a52a260099736e5595afb1cef745e22af3521b76057c1a3bc2df72d53',
  );
});

test('BTCPay signs the body in hexadecimal', () => {
  expect(btcpaySignature('sandbox-secret', BODY)).toBe(
    'sha256=e6c176842706a1e324b799a1bf6f0a30ef43a67d95c7b1fd6bca3b970445f4a9',
  );
});

test('Intuit signs the body in base64', () => {
  expect(intuitSignature('verifier', BODY)).toBe('Tuv5VyhUrdU0eqShdV9ZkUQuTF8ma8I+uZPDZoiy+/4=');
});

test('Xero signs the body in base64 with the key as text, also when it looks like base64', () => {
  expect(xeroSignature('dmVyaWZpZXI=', BODY)).toBe('i59VVjwtSKtP3YcV4Y/X6Cp38AnOI8074KL98TTTv4c=');
});
