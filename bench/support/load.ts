import { connect, type Socket } from 'node:net';
import { hex, hmacSha256 } from '../../src/kernel/digest.ts';

/** Signed deliveries of one event, told apart by their ids. Everything but copying is done before the clock starts. */
export interface Deliveries {
  readonly count: number;
  /** The event id of the delivery at this place. */
  idOf(index: number): string;
  /** The whole HTTP request, written into `scratch`, which must hold `length` bytes. */
  write(scratch: Buffer, index: number): void;
  readonly length: number;
  readonly template: Buffer;
}

export interface DeliveriesSpec {
  readonly count: number;
  /** Address of the endpoint with its token. */
  readonly url: string;
  readonly secret: string;
  /** Body of a real event. */
  readonly body: string;
  /** Told apart from other runs by these characters, at most 8. */
  readonly run: string;
}

const ID_LENGTH = 28;
const SIGNATURE_LENGTH = 64;

export function prepareDeliveries({ count, url, secret, body, run }: DeliveriesSpec): Deliveries {
  const idOf = (index: number) => `evt_${run}${String(index).padStart(ID_LENGTH - 4 - run.length, '0')}`;
  // The object has an id of its own in each: a receiver that stores objects writes as many as one that stores events.
  const objectOf = (index: number) => `ch_${idOf(index).slice(4)}`;
  const event = body
    .replace(/"id":\s*"evt_[^"]*"/, `"id":"${idOf(0)}"`)
    .replace(/"id":\s*"ch_[^"]*"/, `"id":"${objectOf(0)}"`);
  const seconds = Math.floor(Date.now() / 1_000);
  const { pathname, host } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json; charset=utf-8',
    'user-agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    `content-length: ${Buffer.byteLength(event)}`,
    `stripe-signature: t=${seconds},v1=${'0'.repeat(SIGNATURE_LENGTH)}`,
  ];
  const template = Buffer.from(`${head.join('\r\n')}\r\n\r\n${event}`);
  const signatureAt = template.indexOf(`v1=`) + 3;
  const bytes = Buffer.from(event);
  const idInBody = bytes.indexOf(idOf(0));
  const objectInBody = bytes.indexOf(objectOf(0));
  const bodyAt = template.length - bytes.length;
  const signatures = Buffer.alloc(count * SIGNATURE_LENGTH);
  for (let index = 0; index < count; index += 1) {
    bytes.write(idOf(index), idInBody, 'latin1');
    bytes.write(objectOf(index), objectInBody, 'latin1');
    signatures.write(hex(hmacSha256(secret, `${seconds}.`, bytes)), index * SIGNATURE_LENGTH, 'latin1');
  }
  return {
    count,
    idOf,
    length: template.length,
    template,
    write(scratch, index) {
      scratch.write(idOf(index), bodyAt + idInBody, 'latin1');
      scratch.write(objectOf(index), bodyAt + objectInBody, 'latin1');
      signatures.copy(scratch, signatureAt, index * SIGNATURE_LENGTH, (index + 1) * SIGNATURE_LENGTH);
    },
  };
}

export interface LoadSpec {
  readonly deliveries: Deliveries;
  /** The place of the first delivery to send. */
  readonly from?: number;
  readonly port: number;
  readonly clients: number;
  /** Ends after this; without it when every delivery was answered. */
  readonly for_ms?: number;
  /** At most so many a second; without it as fast as answers come. */
  readonly perSecond?: number;
}

export interface Load {
  /** Deliveries answered with 200, as ids. */
  readonly accepted: readonly string[];
  readonly refused: number;
  /** Milliseconds from the first delivery to the last answer. */
  readonly took_ms: number;
  /** Milliseconds of every answer. */
  readonly answers_ms: readonly number[];
  /** Processor time of this client in relation to the time it took; 1 is a whole core. */
  readonly cpu: number;
}

/** Keeps `clients` connections busy, one delivery at a time on each. Throws when a connection breaks. */
export async function sendLoad({ deliveries, from = 0, port, clients, for_ms, perSecond }: LoadSpec): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: clients }, () => open(port)));
  const accepted: string[] = [];
  const answers_ms: number[] = [];
  let refused = 0;
  let next = from;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const mayGoOn = () => {
    if (for_ms !== undefined && performance.now() - began >= for_ms) return false;
    if (next < deliveries.count) return true;
    if (for_ms === undefined) return false;
    throw new Error(`${deliveries.count} deliveries were too few for ${for_ms} ms`);
  };
  const client = async (socket: Socket) => {
    const scratch = Buffer.from(deliveries.template);
    while (mayGoOn()) {
      const index = next;
      next += 1;
      if (perSecond !== undefined) await until(began + ((index - from) * 1_000) / perSecond);
      deliveries.write(scratch, index);
      const sent = performance.now();
      const status = await exchange(socket, scratch);
      answers_ms.push(performance.now() - sent);
      if (status === 200) accepted.push(deliveries.idOf(index));
      else refused += 1;
    }
    socket.destroy();
  };
  try {
    await Promise.all(sockets.map(client));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  const took_ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { accepted, refused, took_ms, answers_ms, cpu: (user + system) / 1_000 / took_ms };
}

export function open(port: number): Promise<Socket> {
  return new Promise((done, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => done(socket.off('error', reject)));
  });
}

/** Sends one request and reads its answer to the end; answers the status. */
export function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((done, reject) => {
    let text = '';
    const end = (settle: () => void) => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length >= head + 4 + length) end(() => done(Number(text.slice(9, 12))));
    };
    const onError = (error: Error) => end(() => reject(error));
    const onClose = () => end(() => reject(new Error('the server closed a connection')));
    socket.on('data', onData).once('error', onError).once('close', onClose);
    socket.write(request);
  });
}

function until(at: number): Promise<void> {
  const wait = at - performance.now();
  return wait <= 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, wait));
}
