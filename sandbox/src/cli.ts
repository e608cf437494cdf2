#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type CliOptions, HELP, readCommandLine } from './cli-options.ts';
import { accessDetails } from './http/access.ts';
import { createSandboxServer, type SandboxServer } from './http/server.ts';

/** Exit codes: 2 for a wrong command line, 1 for a failure, 0 after a clean end. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;
/** Requests a second that nobody reaches. */
const NO_LIMIT = 1_000_000;
const NO_SQUARE_LIMITS = { requestsPerSecond: null, oauthRequestsPerSecond: null };

function describe(server: SandboxServer, url: string, options: CliOptions): string {
  const access = accessDetails(server.sandbox);
  if (options.json) return `${JSON.stringify({ url, ...access })}\n`;
  const { stripe, btcpay, quickbooks, square, xero } = access;
  return `The sandbox listens on ${url}

  Stripe       ${stripe.baseUrl}
               key ${stripe.apiKey}, account ${stripe.accountId}
  BTCPay       ${btcpay.baseUrl}
               key ${btcpay.apiKey}, store ${btcpay.storeIds.join(', ')}
  QuickBooks   ${quickbooks.baseUrl}
               company ${quickbooks.realmId}; tokens: GET ${url}/control/access
  Xero         ${xero.baseUrl}
               organisations ${xero.tenantIds.join(', ')}; tokens: GET ${url}/control/access
  Square       ${square.baseUrl}
               token ${square.accessToken}, seller ${square.merchantId}
  Control      ${url}/control/health
`;
}

async function run(options: CliOptions): Promise<void> {
  const server = createSandboxServer({
    port: options.port,
    host: options.host,
    seed: options.seed,
    faults: options.faults,
    ...(options.noLimits
      ? {
          stripe: { requestsPerSecond: NO_LIMIT },
          quickbooks: { limits: null },
          square: NO_SQUARE_LIMITS,
          xero: { limits: null },
        }
      : {}),
    ...(options.state === undefined ? {} : { stateDir: options.state, durable: true }),
  });
  const url = await server.listen();
  if (options.month !== undefined) {
    server.sandbox.generate({
      seed: options.seed,
      month: options.month,
      charges: options.charges,
      btcpayInvoices: options.btcpayInvoices,
      squareSales: options.squareSales,
      invoicing: options.invoicing,
    });
  }
  process.stdout.write(describe(server, url, options));
  const stop = () => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (options.endWithInput) process.stdin.once('end', stop).resume();
}

function fail(error: unknown): never {
  process.stderr.write(`counterfoil-sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(EXIT_FAILURE);
}

/** Runs the command; the process goes on until it is told to end. */
export async function main(args: readonly string[]): Promise<void> {
  const request = readCommandLine(args);
  if (request.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (request.kind === 'refused') {
    process.stderr.write(`${request.problems.map((problem) => `counterfoil-sandbox: ${problem}`).join('\n')}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  await run(request.options);
}

/** npm starts the command through a link. */
function isStartedDirectly(): boolean {
  const script = process.argv[1];
  return script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href;
}

if (isStartedDirectly()) {
  main(process.argv.slice(2)).catch(fail);
}
