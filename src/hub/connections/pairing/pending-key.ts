import { Secret } from '../../../kernel/secret.ts';

/** What the server's form brought, kept sealed until whoever began comes for it. */
export interface PendingKey {
  readonly key: Secret;
  /** Only the browser that posted the form was given it. */
  readonly ticket: string;
}

export function writePending({ key, ticket }: PendingKey): Secret {
  return new Secret(new URLSearchParams({ key: key.reveal(), ticket }).toString());
}

export function readPending(text: Secret): PendingKey {
  const fields = new URLSearchParams(text.reveal());
  return { key: new Secret(fields.get('key') ?? ''), ticket: fields.get('ticket') ?? '' };
}
