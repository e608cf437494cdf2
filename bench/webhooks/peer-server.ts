// The peer behind the least HTTP there can be: each webhook is handed to it and answered when it is done. It is loaded
// from the folder where it was installed for this run.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithInput } from '../support/programs.ts';

interface Peer {
  readonly StripeSync: new (
    options: object,
  ) => { processWebhook(payload: Buffer, signature: string | undefined): Promise<void> };
  runMigrations(options: object): Promise<void>;
}

/** As many connections as it can use with 32 clients on one server. */
const CONNECTIONS = 16;

const [folder = '', name = '', databaseUrl = '', secret = ''] = process.argv.slice(2);
const found = createRequire(pathToFileURL(join(folder, 'package.json'))).resolve(name);
const module = (await import(pathToFileURL(found).href)) as Peer & { readonly default?: Peer };
const { StripeSync, runMigrations } = module.default ?? module;
await runMigrations({ databaseUrl, schema: 'stripe' });
const sync = new StripeSync({
  poolConfig: { connectionString: databaseUrl, max: CONNECTIONS },
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret: secret,
  autoExpandLists: false,
  backfillRelatedEntities: false,
});
const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => void chunks.push(chunk));
  incoming.once('end', () => {
    const signature = incoming.headers['stripe-signature'];
    sync.processWebhook(Buffer.concat(chunks), String(signature)).then(
      () => outgoing.writeHead(200, { 'content-length': 0 }).end(),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        outgoing.writeHead(500, { 'content-length': 0 }).end();
      },
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
endWithInput(async () => {
  server.close();
  server.closeAllConnections();
});
