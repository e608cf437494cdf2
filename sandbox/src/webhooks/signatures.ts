import { createHmac } from 'node:crypto';

/** Header `Stripe-Signature`: hex HMAC-SHA256 of `t.body`, keyed with the whole secret text. `t` in Unix seconds. */
export function stripeSignature(secret: string, body: string, t: number): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

/** Header `BTCPay-Sig`: hex HMAC-SHA256 of the body. */
export function btcpaySignature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Header `intuit-signature`: base64 HMAC-SHA256 of the body, keyed with the app's verifier token. */
export function intuitSignature(verifierToken: string, body: string): string {
  return createHmac('sha256', verifierToken).update(body).digest('base64');
}

/** Header `x-xero-signature`: base64 HMAC-SHA256 of the body, keyed with the text of the webhooks key as it stands. */
export function xeroSignature(webhooksKey: string, body: string): string {
  return createHmac('sha256', webhooksKey).update(body).digest('base64');
}

/** Header `x-square-hmacsha256-signature`: base64 HMAC-SHA256 of the address exactly as registered, then the body. */
export function squareSignature(signatureKey: string, url: string, body: string): string {
  return createHmac('sha256', signatureKey)
    .update(url + body)
    .digest('base64');
}
