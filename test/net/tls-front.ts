import { type AddressInfo, connect } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { loopbackCertificate } from './certificate.ts';
import type { Address } from './fault.ts';

export interface TlsFront {
  readonly address: Address;
  close(): Promise<void>;
}

/** Speaks TLS on a free port and leads what comes to a plain server. From now on this process trusts its certificate. */
export async function startTlsFront(plain: Address): Promise<TlsFront> {
  const certificate = loopbackCertificate();
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  const open = new Set<{ destroy(): void }>();
  const server = createServer(certificate, (secure) => {
    const behind = connect({ ...plain, noDelay: true });
    for (const [one, other] of [
      [secure, behind],
      [behind, secure],
    ] as const) {
      open.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const one of open) one.destroy();
      await closed;
    },
  };
}
