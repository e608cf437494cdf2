import { Socket } from 'node:net';

/**
 * Makes sockets that wait so long, in milliseconds, for a byte in either direction, and then fail with `ETIMEDOUT`. A
 * server whose machine is gone says nothing more, not even that it is gone: without a limit on our side whoever waits
 * for it waits for ever, and keeps a connection of the pool.
 */
export function patientSocket(silence_ms: number): () => Socket {
  return () => {
    const socket = new Socket();
    socket.setTimeout(silence_ms, () => {
      socket.destroy(Object.assign(new Error(`no byte for ${silence_ms} ms`), { code: 'ETIMEDOUT' }));
    });
    return socket;
  };
}
